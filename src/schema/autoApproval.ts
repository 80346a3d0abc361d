import { z } from 'zod';
import { requireScope } from '../identity/requireScope.ts';
import { type AutoApproval as AutoApprovalRow, autoApprovalKey } from '../reviews/autoApproval.ts';
import { checkInput, id } from '../reviews/input.ts';
import { readAutoApprovals } from '../reviews/readReviews.ts';
import { builder } from './builder.ts';

// Not a prismaNode: its rows keep payloads as text, which the Prisma client would parse.
export const AutoApproval = builder.objectRef<AutoApprovalRow>('AutoApproval');

builder.node(AutoApproval, {
  description:
    'A standing approval: future runs of one node, in one execution or copilot session, need no human.',
  id: { resolve: ({ graphExecId, nodeId }) => JSON.stringify([graphExecId, nodeId]) },
  loadMany: async (keys, { store, viewer }) => {
    requireScope(viewer, 'review:read');
    const graphExecIds = keys.map((key) => String(partsOf(key)[0]));
    const found = await readAutoApprovals(store, viewer.userId, graphExecIds);
    return keys.map((key) => {
      const [graphExecId, nodeId] = partsOf(key);
      return found.find((row) => row.graphExecId === graphExecId && row.nodeId === nodeId) ?? null;
    });
  },
  fields: (t) => ({
    key: t.string({
      description:
        'auto_approve_{graphExecId}_{nodeId}: a label for people and logs, not an identity.',
      resolve: ({ graphExecId, nodeId }) => autoApprovalKey(graphExecId, nodeId),
    }),
    graphExecId: t.exposeID('graphExecId'),
    nodeId: t.exposeID('nodeId'),
    graphId: t.exposeID('graphId'),
    graphVersion: t.exposeInt('graphVersion'),
    payload: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What was approved when it was made.',
      resolve: ({ payload }) => payload,
    }),
    createdBy: t.exposeString('createdBy'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Null: as long as the execution.',
    }),
    maxUses: t.exposeInt('maxUses', { nullable: true, description: 'Null: any number.' }),
    uses: t.exposeInt('uses', { description: 'How many steps it let through.' }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true }),
    revokedBy: t.exposeString('revokedBy', { nullable: true }),
    active: t.exposeBoolean('active', { description: 'Neither revoked, expired nor used up.' }),
  }),
});

function partsOf(key: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(key);
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

builder.queryField('autoApprovals', (t) =>
  t.field({
    type: [AutoApproval],
    description:
      'The standing approvals of an execution or copilot session, active or not, oldest first.',
    args: { graphExecId: t.arg.id({ required: true }) },
    resolve: (_root, args, { store, viewer }) => {
      requireScope(viewer, 'review:read');
      const { graphExecId } = checkInput(z.object({ graphExecId: id }), args, []);
      return readAutoApprovals(store, viewer.userId, [graphExecId]);
    },
  }),
);
