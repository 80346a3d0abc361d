import { z } from 'zod';
import { requireScope } from '../identity/viewer.ts';
import { checkInput, id } from '../input.ts';
import { approvalsVisibleTo, autoApprovalKey, isActive } from '../reviews/autoApproval.ts';
import { graphVersion } from '../reviews/fields.ts';
import { storedJson } from '../reviews/payloads.ts';
import { builder } from './builder.ts';

/** A part of its key for each part of the table's, without the owner. */
const key = z.tuple([z.string(), z.string(), z.string(), graphVersion, z.string()]);

export const AutoApproval = builder.prismaNode('AutoApproval', {
  nullable: true,
  description:
    'A standing approval: future runs of one node, of one graph and version, in one execution or copilot session, need no human.',
  id: {
    resolve: ({ graphExecId, nodeId, graphId, graphVersion, requestedBy }) =>
      JSON.stringify([graphExecId, nodeId, graphId, graphVersion, requestedBy]),
  },
  findUnique: (id, { viewer }) => {
    requireScope(viewer, 'review:read', 'review:request');
    const [graphExecId, nodeId, graphId, graphVersion, requestedBy] = partsOf(id);
    return {
      userId_graphExecId_nodeId_graphId_graphVersion_requestedBy: {
        ...{ userId: viewer.userId, graphExecId, nodeId, graphId, graphVersion, requestedBy },
      },
      ...approvalsVisibleTo(viewer),
    };
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
      resolve: async (approval, _args, { budget, loaders }) => {
        budget.spend(approval.payloadBytes);
        const payload = approval.payload ?? (await loaders.approvedPayloads.load(approval));
        return payload === undefined ? null : storedJson(payload);
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
    active: t.boolean({
      description: 'Neither revoked, expired nor used up.',
      resolve: isActive,
    }),
  }),
});

/** What is no key names nothing. */
function partsOf(id: string): z.infer<typeof key> {
  try {
    return key.parse(JSON.parse(id));
  } catch {
    return ['', '', '', 0, ''];
  }
}

export const oldestFirst = [
  { createdAt: 'asc' },
  { nodeId: 'asc' },
  { requestedBy: 'asc' },
] as const;

builder.queryField('autoApprovals', (t) =>
  t.prismaField({
    type: [AutoApproval],
    description:
      'The standing approvals of an execution or copilot session, active or not, oldest first.',
    args: { graphExecId: t.arg.id({ required: true }) },
    resolve: (query, _root, args, { store, viewer }) => {
      requireScope(viewer, 'review:read', 'review:request');
      const { graphExecId } = checkInput(z.object({ graphExecId: id }), args, []);
      return store.database.prisma.autoApproval.findMany({
        ...query,
        where: { userId: viewer.userId, graphExecId, ...approvalsVisibleTo(viewer) },
        orderBy: [...oldestFirst],
      });
    },
  }),
);
