import { z } from 'zod';
import { requireScope } from '../identity/requireScope.ts';
import { type AutoApproval as AutoApprovalRow, autoApprovalKey } from '../reviews/autoApproval.ts';
import { checkInput, id } from '../reviews/input.ts';
import { storedJson } from '../reviews/payloads.ts';
import { readAutoApprovals } from '../reviews/readReviews.ts';
import { builder } from './builder.ts';

export const AutoApproval = builder.objectRef<AutoApprovalRow>('AutoApproval');

const keyOf = (approval: AutoApprovalRow): string => {
  const { graphExecId, nodeId, graphId, graphVersion, requestedBy } = approval;
  return JSON.stringify([graphExecId, nodeId, graphId, graphVersion, requestedBy]);
};

builder.node(AutoApproval, {
  description:
    'A standing approval: future runs of one node, of one graph and version, in one execution or copilot session, need no human.',
  id: { resolve: keyOf },
  loadMany: async (keys, { store, viewer }) => {
    requireScope(viewer, 'review:read', 'review:request');
    const graphExecIds = keys.map(graphExecIdIn);
    const approvals = await readAutoApprovals(store, viewer, graphExecIds);
    const found = new Map(approvals.map((approval) => [keyOf(approval), approval]));
    return keys.map((key) => found.get(key) ?? null);
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
    requestedBy: t.string({
      nullable: true,
      description: 'Whose requests it lets through. Null: those of any agent in the execution.',
      resolve: ({ requestedBy }) => requestedBy || null,
    }),
    payload: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What was approved when it was made.',
      resolve: ({ payload }, _args, { budget }) => {
        budget.spend(payload.length);
        return storedJson(payload);
      },
    }),
    createdBy: t.exposeString('createdBy'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ends by itself. Null only for one from before version 2.0.',
    }),
    maxUses: t.exposeInt('maxUses', { nullable: true, description: 'Null: any number.' }),
    uses: t.exposeInt('uses', { description: 'How many steps it let through.' }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true }),
    revokedBy: t.exposeString('revokedBy', { nullable: true }),
    active: t.exposeBoolean('active', { description: 'Neither revoked, expired nor used up.' }),
  }),
});

function graphExecIdIn(key: string): string {
  try {
    const parts: unknown = JSON.parse(key);
    return Array.isArray(parts) ? String(parts[0]) : '';
  } catch {
    return '';
  }
}

builder.queryField('autoApprovals', (t) =>
  t.field({
    type: [AutoApproval],
    description:
      'The standing approvals of an execution or copilot session, active or not, oldest first.',
    args: { graphExecId: t.arg.id({ required: true }) },
    resolve: (_root, args, { store, viewer }) => {
      requireScope(viewer, 'review:read', 'review:request');
      const { graphExecId } = checkInput(z.object({ graphExecId: id }), args, []);
      return readAutoApprovals(store, viewer, [graphExecId]);
    },
  }),
);
