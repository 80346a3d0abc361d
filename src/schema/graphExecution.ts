import { z } from 'zod';
import { requireScope, type Viewer } from '../identity/viewer.ts';
import { checkInput, id } from '../input.ts';
import { approvalsVisibleTo } from '../reviews/autoApproval.ts';
import { maySeeExecution } from '../reviews/execution.ts';
import { visibleTo } from '../reviews/review.ts';
import { AutoApproval, oldestFirst } from './autoApproval.ts';
import { builder } from './builder.ts';
import { ExecutionStatus } from './enums.ts';

const waitingFor = (viewer: Viewer) => ({ status: 'WAITING' as const, ...visibleTo(viewer) });

export const GraphExecution = builder.prismaNode('GraphExecution', {
  nullable: true,
  description: 'A run of a workflow, as its platform told of it.',
  id: { resolve: ({ graphExecId }) => graphExecId },
  findUnique: (graphExecId, { viewer }) => {
    requireScope(viewer, 'review:read', 'review:request');
    return { userId_graphExecId: { userId: viewer.userId, graphExecId } };
  },
  fields: (t) => ({
    graphExecId: t.exposeID('graphExecId'),
    graphId: t.exposeID('graphId'),
    graphVersion: t.exposeInt('graphVersion'),
    status: t.expose('status', { type: ExecutionStatus }),
    registeredBy: t.exposeString('registeredBy', {
      nullable: true,
      description: 'The actor that named it first, whose execution it is. Null: not known.',
    }),
    stoppedBy: t.exposeString('stoppedBy', {
      nullable: true,
      description: 'Who stopped it, where only somebody with review:decide can reopen it.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    hasPendingReviews: t.boolean({
      description: 'Whether anything of it waits for a human.',
      select: (_args, { viewer }) => ({
        _count: { select: { reviews: { where: waitingFor(viewer) } } },
      }),
      resolve: ({ _count }) => _count.reviews > 0,
    }),
    autoApprovals: t.relation('autoApprovals', {
      type: AutoApproval,
      description: 'Its standing approvals, active or not, oldest first.',
      query: (_args, { viewer }) => ({
        where: approvalsVisibleTo(viewer),
        orderBy: [...oldestFirst],
      }),
    }),
  }),
});

const argument = z.object({ graphExecId: id });

builder.queryFields((t) => ({
  graphExecution: t.prismaField({
    type: GraphExecution,
    nullable: true,
    description:
      "One of the owner's executions; with review:request alone, one that the same actor named first.",
    args: { graphExecId: t.arg.id({ required: true }) },
    resolve: async (query, _root, args, { store, viewer }) => {
      requireScope(viewer, 'review:read', 'review:request');
      const { graphExecId } = checkInput(argument, args, []);
      const execution = await store.database.prisma.graphExecution.findUnique({
        ...query,
        where: { userId_graphExecId: { userId: viewer.userId, graphExecId } },
      });
      return execution && maySeeExecution(viewer, execution) ? execution : null;
    },
  }),
  hasPendingReviews: t.boolean({
    description: 'Whether an execution or copilot session has WAITING reviews.',
    args: { graphExecId: t.arg.id({ required: true }) },
    resolve: async (_root, args, { store, viewer }) => {
      requireScope(viewer, 'review:read', 'review:request');
      const { graphExecId } = checkInput(argument, args, []);
      const found = await store.database.prisma.pendingReview.findFirst({
        where: { userId: viewer.userId, graphExecId, ...waitingFor(viewer) },
        select: { nodeExecId: true },
      });
      return found !== null;
    },
  }),
}));
