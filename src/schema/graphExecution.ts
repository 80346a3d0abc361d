import { z } from 'zod';
import { requireScope } from '../identity/requireScope.ts';
import { checkInput, id } from '../reviews/input.ts';
import { AutoApproval } from './autoApproval.ts';
import { builder } from './builder.ts';
import { ExecutionStatus } from './enums.ts';

export const GraphExecution = builder.prismaNode('GraphExecution', {
  nullable: true,
  description: 'A run of a workflow, as its platform told of it.',
  id: { resolve: ({ graphExecId }) => graphExecId },
  findUnique: (graphExecId, { viewer }) => {
    requireScope(viewer, 'review:read');
    return { userId_graphExecId: { userId: viewer.userId, graphExecId } };
  },
  fields: (t) => ({
    graphExecId: t.exposeID('graphExecId'),
    graphId: t.exposeID('graphId'),
    graphVersion: t.exposeInt('graphVersion'),
    status: t.expose('status', { type: ExecutionStatus }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    hasPendingReviews: t.boolean({
      description: 'Whether anything of it waits for a human.',
      resolve: ({ graphExecId }, _args, { loaders }) => loaders.hasPendingReviews.load(graphExecId),
    }),
    autoApprovals: t.field({
      type: [AutoApproval],
      description: 'Its standing approvals, active or not, oldest first.',
      resolve: ({ graphExecId }, _args, { loaders }) => loaders.autoApprovals.load(graphExecId),
    }),
  }),
});

const argument = z.object({ graphExecId: id });

builder.queryFields((t) => ({
  graphExecution: t.field({
    type: GraphExecution,
    nullable: true,
    description: "One of the owner's executions.",
    args: { graphExecId: t.arg.id({ required: true }) },
    resolve: (_root, args, { loaders, viewer }) => {
      requireScope(viewer, 'review:read');
      return loaders.executions.load(checkInput(argument, args, []).graphExecId);
    },
  }),
  hasPendingReviews: t.boolean({
    description: 'Whether an execution or copilot session has WAITING reviews.',
    args: { graphExecId: t.arg.id({ required: true }) },
    resolve: (_root, args, { loaders, viewer }) => {
      requireScope(viewer, 'review:read');
      return loaders.hasPendingReviews.load(checkInput(argument, args, []).graphExecId);
    },
  }),
}));
