import { z } from 'zod';
import { isSynthetic, SYNTHETIC_PREFIX } from '../identity/copilotIds.ts';
import { requireScope } from '../identity/requireScope.ts';
import { limitedTo } from '../identity/viewer.ts';
import { checkInput, id } from '../reviews/input.ts';
import { AutoApproval } from './autoApproval.ts';
import { builder } from './builder.ts';
import { ExecutionStatus } from './enums.ts';

export const GraphExecution = builder.prismaNode('GraphExecution', {
  nullable: true,
  description: 'A run of a workflow, as its platform told of it.',
  id: { resolve: ({ graphExecId }) => graphExecId },
  findUnique: (graphExecId, { viewer }) => {
    requireScope(viewer, 'review:read', 'review:request');
    const actor = limitedTo(viewer);
    return {
      userId_graphExecId: { userId: viewer.userId, graphExecId },
      ...(actor !== null && { registeredBy: actor }),
      // A copilot session has no record to be seen.
      NOT: { graphExecId: { startsWith: SYNTHETIC_PREFIX } },
    };
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
    description:
      "One of the owner's executions; with review:request alone, one that the same actor named first.",
    args: { graphExecId: t.arg.id({ required: true }) },
    resolve: async (_root, args, { loaders, viewer }) => {
      requireScope(viewer, 'review:read', 'review:request');
      const { graphExecId } = checkInput(argument, args, []);
      if (isSynthetic(graphExecId)) return null;
      const execution = await loaders.executions.load(graphExecId);
      const actor = limitedTo(viewer);
      return actor === null || execution?.registeredBy === actor ? execution : null;
    },
  }),
  hasPendingReviews: t.boolean({
    description: 'Whether an execution or copilot session has WAITING reviews.',
    args: { graphExecId: t.arg.id({ required: true }) },
    resolve: (_root, args, { loaders, viewer }) => {
      requireScope(viewer, 'review:read', 'review:request');
      return loaders.hasPendingReviews.load(checkInput(argument, args, []).graphExecId);
    },
  }),
}));
