import { z } from 'zod';
import type { GraphExecution as Execution } from '../database/generated/prisma/client.ts';
import { requireScope, type Viewer } from '../identity/viewer.ts';
import { checkInput, InvalidInputError, id, NotFoundError } from '../input.ts';
import { approvalsVisibleTo } from '../reviews/autoApproval.ts';
import { cancelPendingReviews } from '../reviews/cancelPendingReviews.ts';
import { ExecutionEndedError } from '../reviews/errors.ts';
import { maySeeExecution } from '../reviews/execution.ts';
import { registerExecution } from '../reviews/registerExecution.ts';
import { visibleTo } from '../reviews/review.ts';
import { AutoApproval, oldestFirst } from './autoApproval.ts';
import { builder } from './builder.ts';
import { ExecutionStatus } from './enums.ts';

const waitingFor = (viewer: Viewer) => ({ status: 'WAITING' as const, ...visibleTo(viewer) });

export const GraphExecution = builder.prismaNode('GraphExecution', {
  nullable: true,
  description: 'A run of a workflow.',
  id: { resolve: ({ graphExecId }) => graphExecId },
  findUnique: (graphExecId, { viewer }) => {
    requireScope(viewer, 'review:read', 'review:request');
    return { userId_graphExecId: { userId: viewer.userId, graphExecId } };
  },
  fields: (t) => ({
    graphExecId: t.exposeID('graphExecId', { description: 'ID of the run.' }),
    graphId: t.exposeID('graphId', { description: 'ID of the workflow.' }),
    graphVersion: t.exposeInt('graphVersion', { description: 'Version of the workflow.' }),
    status: t.expose('status', { type: ExecutionStatus, description: 'Status of the run.' }),
    registeredBy: t.exposeString('registeredBy', {
      nullable: true,
      description:
        'The actor that first registered the run or requested a review in it. Null if unknown.',
    }),
    stoppedBy: t.exposeString('stoppedBy', {
      nullable: true,
      description:
        'The actor with `review:decide` that stopped the run. If set, only such an actor can reopen it.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was registered.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
    hasPendingReviews: t.boolean({
      description: 'Whether any review of the run that you can see is `WAITING`.',
      select: (_args, { viewer }) => ({
        _count: { select: { reviews: { where: waitingFor(viewer) } } },
      }),
      resolve: ({ _count }) => _count.reviews > 0,
    }),
    autoApprovals: t.relation('autoApprovals', {
      type: AutoApproval,
      description: 'All standing approvals of the run, active or not, oldest first.',
      query: (_args, { viewer }) => ({
        where: approvalsVisibleTo(viewer),
        orderBy: [...oldestFirst],
      }),
    }),
  }),
});

const graphExecIdInput = z.object({ graphExecId: id });

builder.queryFields((t) => ({
  graphExecution: t.prismaField({
    type: GraphExecution,
    nullable: true,
    description:
      'A run by its ID. Needs `review:read`, or `review:request` for runs that the same actor registered.',
    args: { graphExecId: t.arg.id({ required: true, description: 'ID of the run.' }) },
    resolve: async (query, _root, args, { store, viewer }) => {
      const { graphExecId } = checkInput(graphExecIdInput, args, []);
      const execution = await store.database.prisma.graphExecution.findUnique({
        ...query,
        where: { userId_graphExecId: { userId: viewer.userId, graphExecId } },
      });
      return execution && maySeeExecution(viewer, execution) ? execution : null;
    },
  }),
  hasPendingReviews: t.boolean({
    description:
      'Whether a run or copilot session has `WAITING` reviews that you can see. Needs `review:read` or `review:request`.',
    args: {
      graphExecId: t.arg.id({ required: true, description: 'ID of the run or copilot session.' }),
    },
    resolve: async (_root, args, { store, viewer }) => {
      const { graphExecId } = checkInput(graphExecIdInput, args, []);
      const found = await store.database.prisma.pendingReview.findFirst({
        where: { userId: viewer.userId, graphExecId, ...waitingFor(viewer) },
        select: { nodeExecId: true },
      });
      return found !== null;
    },
  }),
}));

const RegisterExecutionInput = builder.inputType('RegisterExecutionInput', {
  fields: (t) => ({
    graphExecId: t.id({ required: true, description: 'ID of the run.' }),
    graphId: t.id({ required: true, description: 'ID of the workflow.' }),
    graphVersion: t.int({ required: true, description: 'Version of the workflow, 0 or more.' }),
    status: t.field({
      type: ExecutionStatus,
      defaultValue: 'RUNNING',
      description: 'The new status of the run.',
    }),
  }),
});

const RegisterExecutionPayload = builder
  .objectRef<{ execution: Execution }>('RegisterExecutionPayload')
  .implement({
    fields: (t) => ({
      execution: t.expose('execution', { type: GraphExecution, description: 'The run.' }),
    }),
  });

const CancelPendingReviewsInput = builder.inputType('CancelPendingReviewsInput', {
  fields: (t) => ({
    graphExecId: t.id({ required: true, description: 'ID of the run or copilot session.' }),
  }),
});

const CancelPendingReviewsPayload = builder
  .objectRef<{ cancelledCount: number }>('CancelPendingReviewsPayload')
  .implement({
    fields: (t) => ({
      cancelledCount: t.exposeInt('cancelledCount', {
        description: 'How many reviews were rejected.',
      }),
    }),
  });

builder.mutationFields((t) => ({
  registerExecution: t.field({
    type: RegisterExecutionPayload,
    description:
      'Registers a run, or changes its status. A status that ends the run rejects its `WAITING` reviews; `RUNNING` reopens it. With `review:request` alone you can only change runs that you registered, and not reopen one that was stopped with `review:decide`.',
    errors: {
      types: [InvalidInputError, ExecutionEndedError],
      union: { name: 'RegisterExecutionResult' },
    },
    args: { input: t.arg({ type: RegisterExecutionInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      return { execution: await registerExecution(store, viewer, input) };
    },
  }),
  cancelPendingReviews: t.field({
    type: CancelPendingReviewsPayload,
    description:
      'Stops a run or copilot session: its status becomes `TERMINATED`, and its `WAITING` reviews are rejected. With `review:request` alone you can only stop runs that you registered. With `review:decide` you can stop any run; this also voids its unused approvals, revokes its standing approvals, and only an actor with `review:decide` can reopen it.',
    errors: {
      types: [InvalidInputError, NotFoundError],
      union: { name: 'CancelPendingReviewsResult' },
    },
    args: { input: t.arg({ type: CancelPendingReviewsInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      return { cancelledCount: await cancelPendingReviews(store, viewer, input) };
    },
  }),
}));
