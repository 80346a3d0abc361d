import { requireScope } from '../identity/viewer.ts';
import { InvalidInputError } from '../input.ts';
import { deleteReview } from '../reviews/deleteReview.ts';
import { builder } from './builder.ts';

const DeleteReviewInput = builder.inputType('DeleteReviewInput', {
  fields: (t) => ({ nodeExecId: t.id({ required: true }) }),
});

const DeleteReviewPayload = builder
  .objectRef<{ deletedCount: number }>('DeleteReviewPayload')
  .implement({
    fields: (t) => ({
      deletedCount: t.exposeInt('deletedCount', { description: '1, or 0 where there was none.' }),
    }),
  });

builder.mutationField('deleteReview', (t) =>
  t.field({
    type: DeleteReviewPayload,
    description:
      "Take back one's own request while it is WAITING. Its events stay, and what was decided stays.",
    errors: { types: [InvalidInputError], union: { name: 'DeleteReviewResult' } },
    args: { input: t.arg({ type: DeleteReviewInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      requireScope(viewer, 'review:request');
      return { deletedCount: await deleteReview(store, viewer, input) };
    },
  }),
);
