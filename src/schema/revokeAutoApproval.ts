import { requireScope } from '../identity/viewer.ts';
import { InvalidInputError, NotFoundError } from '../input.ts';
import type { AutoApproval as AutoApprovalRow } from '../reviews/autoApproval.ts';
import { revokeAutoApproval } from '../reviews/revokeAutoApproval.ts';
import { AutoApproval } from './autoApproval.ts';
import { builder } from './builder.ts';

const RevokeAutoApprovalInput = builder.inputType('RevokeAutoApprovalInput', {
  fields: (t) => ({ graphExecId: t.id({ required: true }), nodeId: t.id({ required: true }) }),
});

const RevokeAutoApprovalPayload = builder
  .objectRef<{ autoApproval: AutoApprovalRow }>('RevokeAutoApprovalPayload')
  .implement({
    fields: (t) => ({
      autoApproval: t.field({ type: AutoApproval, resolve: ({ autoApproval }) => autoApproval }),
    }),
  });

builder.mutationField('revokeAutoApproval', (t) =>
  t.field({
    type: RevokeAutoApprovalPayload,
    description: 'End a standing approval, for the next ask on. Revoking again changes nothing.',
    errors: {
      types: [InvalidInputError, NotFoundError],
      union: { name: 'RevokeAutoApprovalResult' },
    },
    args: { input: t.arg({ type: RevokeAutoApprovalInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      requireScope(viewer, 'review:decide');
      return { autoApproval: await revokeAutoApproval(store, viewer, input) };
    },
  }),
);
