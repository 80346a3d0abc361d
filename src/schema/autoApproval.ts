import { z } from 'zod';
import { requireScope } from '../identity/viewer.ts';
import { checkInput, InvalidInputError, id, NotFoundError } from '../input.ts';
import {
  type AutoApproval as AutoApprovalRow,
  approvalsVisibleTo,
  autoApprovalKey,
  isActive,
} from '../reviews/autoApproval.ts';
import { createAutoApproval } from '../reviews/createAutoApproval.ts';
import { graphVersion } from '../reviews/fields.ts';
import {
  type AutoApprovalPage,
  cursorOf as approvalCursorOf,
  listAutoApprovals,
} from '../reviews/listAutoApprovals.ts';
import { storedJson } from '../reviews/payloads.ts';
import { revokeAutoApproval } from '../reviews/revokeAutoApproval.ts';
import { builder } from './builder.ts';
import { pageArguments } from './pageArguments.ts';

/**
 * graphExecId, nodeId, graphId, graphVersion and requestedBy: the primary key without the
 * workspace.
 */
const nodeKey = z.tuple([z.string(), z.string(), z.string(), graphVersion, z.string()]);

export const AutoApproval = builder.prismaNode('AutoApproval', {
  nullable: true,
  description:
    'A standing approval: it approves later reviews of one step, in one version of a workflow and in one run or copilot session, regardless of their payload.',
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
      description: 'Label for people and logs: `auto_approve_{graphExecId}_{nodeId}`. Not unique.',
      resolve: ({ graphExecId, nodeId }) => autoApprovalKey(graphExecId, nodeId),
    }),
    graphExecId: t.exposeID('graphExecId', { description: 'ID of the run or copilot session.' }),
    nodeId: t.exposeID('nodeId', { description: 'ID of the step.' }),
    graphId: t.exposeID('graphId', { description: 'ID of the workflow.' }),
    graphVersion: t.exposeInt('graphVersion', { description: 'Version of the workflow.' }),
    requestedBy: t.string({
      nullable: true,
      description: 'The agent whose requests it approves. Null: those of any agent in the run.',
      resolve: ({ requestedBy }) => requestedBy || null,
    }),
    payload: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The payload that was approved when the standing approval was created.',
      resolve: async (approval, _args, { budget, loaders }) => {
        budget.spend(approval.payloadBytes);
        const payload = approval.payload ?? (await loaders.approvedPayloads.load(approval));
        return payload === undefined ? null : storedJson(payload);
      },
    }),
    createdBy: t.exposeString('createdBy', { description: 'The reviewer who created it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it expires. Null only if it was created before version 2.0.',
    }),
    maxUses: t.exposeInt('maxUses', {
      nullable: true,
      description: 'How many reviews it may approve. Null: unlimited.',
    }),
    uses: t.exposeInt('uses', { description: 'How many reviews it has approved.' }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked.',
    }),
    revokedBy: t.exposeString('revokedBy', {
      nullable: true,
      description: 'The reviewer who revoked it.',
    }),
    when: t.exposeString('when', {
      nullable: true,
      description:
        'A CEL expression: it approves only requests that meet it. Null: any request of the step.',
    }),
    active: t.boolean({
      description: 'True unless it is revoked, expired or used up.',
      resolve: isActive,
    }),
  }),
});

/** A malformed ID is treated as one that does not exist. */
function partsOf(id: string): z.infer<typeof nodeKey> {
  try {
    return nodeKey.parse(JSON.parse(id));
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
      'All standing approvals of a run or copilot session, active or not, oldest first. Needs `review:read` or `review:request`.',
    args: {
      graphExecId: t.arg.id({ required: true, description: 'ID of the run or copilot session.' }),
    },
    resolve: (query, _root, args, { store, viewer }) => {
      const { graphExecId } = checkInput(z.object({ graphExecId: id }), args, []);
      return store.database.prisma.autoApproval.findMany({
        ...query,
        where: { userId: viewer.userId, graphExecId, ...approvalsVisibleTo(viewer) },
        orderBy: [...oldestFirst],
      });
    },
  }),
);

const AutoApprovalEdge = builder.objectRef<AutoApprovalRow>('AutoApprovalEdge').implement({
  description: 'A standing approval in a page.',
  fields: (t) => ({
    cursor: t.string({
      description: 'Cursor of the standing approval, for `after`.',
      resolve: approvalCursorOf,
    }),
    node: t.field({
      type: AutoApproval,
      description: 'The standing approval.',
      resolve: (approval) => approval,
    }),
  }),
});

const AutoApprovalConnection = builder
  .objectRef<AutoApprovalPage>('AutoApprovalConnection')
  .implement({
    description: 'A page of standing approvals.',
    fields: (t) => ({
      edges: t.field({
        type: [AutoApprovalEdge],
        description: 'The standing approvals of the page.',
        resolve: ({ approvals }) => approvals,
      }),
      pageInfo: t.field({
        type: builder.pageInfoRef(),
        description: 'Cursors for the next page.',
        resolve: ({ approvals, hasNextPage, hasPreviousPage }) => {
          const [first, last] = [approvals[0], approvals.at(-1)];
          return {
            hasNextPage,
            hasPreviousPage,
            startCursor: first ? approvalCursorOf(first) : null,
            endCursor: last ? approvalCursorOf(last) : null,
          };
        },
      }),
    }),
  });

const PAGE = 25;

builder.queryField('allAutoApprovals', (t) =>
  t.field({
    type: AutoApprovalConnection,
    description: 'The standing approvals of the workspace, newest first. Needs `review:read`.',
    args: {
      active: t.arg.boolean({
        description: 'Only active ones; with false, only the others. Defaults to null: all.',
      }),
      ...pageArguments(PAGE, 'standing approval'),
    },
    resolve: (_root, { active, first, after }, { store, viewer }) =>
      listAutoApprovals(store.database, viewer, { active, first: first ?? PAGE, after }),
  }),
);

const CreateAutoApprovalInput = builder.inputType('CreateAutoApprovalInput', {
  fields: (t) => ({
    graphExecId: t.id({ required: true, description: 'ID of the run or copilot session.' }),
    nodeId: t.id({ required: true, description: 'ID of the step.' }),
    graphId: t.id({ required: true, description: 'ID of the workflow.' }),
    graphVersion: t.int({ required: true, description: 'Version of the workflow, 0 or more.' }),
    requestedBy: t.string({
      description:
        'The agent whose requests it approves. Defaults to null: those of any agent in the run.',
    }),
    payload: t.field({ type: 'JSON', description: 'A payload to keep on record.' }),
    expiresAt: t.field({
      type: 'DateTime',
      description:
        'When it expires; must be in the future. Defaults to `HOLDPOINT_STANDING_APPROVAL_HOURS` from now.',
    }),
    maxUses: t.int({
      description: 'How many reviews it may approve, 1 or more. Defaults to null: unlimited.',
    }),
    when: t.string({
      description:
        'A CEL expression: it only applies to requests for which this is true. Defaults to null: all.',
    }),
  }),
});

const CreateAutoApprovalPayload = builder
  .objectRef<{ autoApproval: AutoApprovalRow }>('CreateAutoApprovalPayload')
  .implement({
    fields: (t) => ({
      autoApproval: t.expose('autoApproval', {
        type: AutoApproval,
        description: 'The standing approval that is now active.',
      }),
    }),
  });

const RevokeAutoApprovalInput = builder.inputType('RevokeAutoApprovalInput', {
  fields: (t) => ({
    graphExecId: t.id({ required: true, description: 'ID of the run or copilot session.' }),
    nodeId: t.id({ required: true, description: 'ID of the step.' }),
  }),
});

const RevokeAutoApprovalPayload = builder
  .objectRef<{ autoApproval: AutoApprovalRow }>('RevokeAutoApprovalPayload')
  .implement({
    fields: (t) => ({
      autoApproval: t.expose('autoApproval', {
        type: AutoApproval,
        description: 'The revoked standing approval; the newest one if the step has several.',
      }),
    }),
  });

builder.mutationFields((t) => ({
  createAutoApproval: t.field({
    type: CreateAutoApprovalPayload,
    description:
      'Creates a standing approval. If an active one exists for the same step and agent, it is returned unchanged. Needs `review:decide`.',
    errors: {
      types: [InvalidInputError, NotFoundError],
      union: { name: 'CreateAutoApprovalResult' },
    },
    args: { input: t.arg({ type: CreateAutoApprovalInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      return { autoApproval: await createAutoApproval(store, viewer, input) };
    },
  }),
  revokeAutoApproval: t.field({
    type: RevokeAutoApprovalPayload,
    description:
      'Revokes all standing approvals of a step: they apply to no later request. Idempotent. Needs `review:decide`.',
    errors: {
      types: [InvalidInputError, NotFoundError],
      union: { name: 'RevokeAutoApprovalResult' },
    },
    args: { input: t.arg({ type: RevokeAutoApprovalInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      return { autoApproval: await revokeAutoApproval(store, viewer, input) };
    },
  }),
}));
