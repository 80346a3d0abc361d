import { requireScope } from '../identity/viewer.ts';
import { InvalidInputError, NotFoundError } from '../input.ts';
import { cancelPendingReviews } from '../reviews/cancelPendingReviews.ts';
import { builder } from './builder.ts';

const CancelPendingReviewsInput = builder.inputType('CancelPendingReviewsInput', {
  fields: (t) => ({ graphExecId: t.id({ required: true }) }),
});

const CancelPendingReviewsPayload = builder
  .objectRef<{ cancelledCount: number }>('CancelPendingReviewsPayload')
  .implement({ fields: (t) => ({ cancelledCount: t.exposeInt('cancelledCount') }) });

builder.mutationField('cancelPendingReviews', (t) =>
  t.field({
    type: CancelPendingReviewsPayload,
    description:
      "Stop an execution: its WAITING reviews are rejected as consumed, and it is TERMINATED. With review:request alone, one's own execution. With review:decide any, for good: what was approved and not used is void, its standing approvals are revoked, and only somebody with review:decide can reopen it.",
    errors: {
      types: [InvalidInputError, NotFoundError],
      union: { name: 'CancelPendingReviewsResult' },
    },
    args: { input: t.arg({ type: CancelPendingReviewsInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      requireScope(viewer, 'review:request', 'review:decide');
      return { cancelledCount: await cancelPendingReviews(store, viewer, input) };
    },
  }),
);
