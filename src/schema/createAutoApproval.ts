import { requireScope } from '../identity/viewer.ts';
import { InvalidInputError, NotFoundError } from '../input.ts';
import type { AutoApproval as AutoApprovalRow } from '../reviews/autoApproval.ts';
import { createAutoApproval } from '../reviews/createAutoApproval.ts';
import { AutoApproval } from './autoApproval.ts';
import { builder } from './builder.ts';

const CreateAutoApprovalInput = builder.inputType('CreateAutoApprovalInput', {
  fields: (t) => ({
    graphExecId: t.id({ required: true }),
    nodeId: t.id({ required: true }),
    graphId: t.id({ required: true }),
    graphVersion: t.int({ required: true, description: '0 or more.' }),
    requestedBy: t.string({
      description: 'Whose requests it lets through. Absent: those of any agent in the execution.',
    }),
    payload: t.field({ type: 'JSON' }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'Ahead of now. Absent: HOLDPOINT_STANDING_APPROVAL_HOURS from now.',
    }),
    maxUses: t.int({ description: '1 or more. Null: any number.' }),
  }),
});

const CreateAutoApprovalPayload = builder
  .objectRef<{ autoApproval: AutoApprovalRow }>('CreateAutoApprovalPayload')
  .implement({
    fields: (t) => ({
      autoApproval: t.field({ type: AutoApproval, resolve: ({ autoApproval }) => autoApproval }),
    }),
  });

builder.mutationField('createAutoApproval', (t) =>
  t.field({
    type: CreateAutoApprovalPayload,
    description:
      'Let future runs of a node through without a human. One that is active is returned unchanged.',
    errors: {
      types: [InvalidInputError, NotFoundError],
      union: { name: 'CreateAutoApprovalResult' },
    },
    args: { input: t.arg({ type: CreateAutoApprovalInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      requireScope(viewer, 'review:decide');
      return { autoApproval: await createAutoApproval(store, viewer, input) };
    },
  }),
);
