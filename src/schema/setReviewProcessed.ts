import { requireScope } from '../identity/requireScope.ts';
import { InvalidInputError, NotFoundError } from '../reviews/errors.ts';
import type { Review } from '../reviews/review.ts';
import { setReviewProcessed } from '../reviews/setReviewProcessed.ts';
import { builder } from './builder.ts';
import { PendingReview } from './pendingReview.ts';

const SetReviewProcessedInput = builder.inputType('SetReviewProcessedInput', {
  fields: (t) => ({
    nodeExecId: t.id({ required: true }),
    processed: t.boolean({ required: true }),
  }),
});

const SetReviewProcessedPayload = builder
  .objectRef<{ review: Review }>('SetReviewProcessedPayload')
  .implement({
    fields: (t) => ({ review: t.field({ type: PendingReview, resolve: ({ review }) => review }) }),
  });

builder.mutationField('setReviewProcessed', (t) =>
  t.field({
    type: SetReviewProcessedPayload,
    description: 'Say whether the execution has consumed the outcome.',
    errors: {
      types: [InvalidInputError, NotFoundError],
      union: { name: 'SetReviewProcessedResult' },
    },
    args: { input: t.arg({ type: SetReviewProcessedInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      requireScope(viewer, 'review:request');
      return { review: await setReviewProcessed(store, viewer, input) };
    },
  }),
);
