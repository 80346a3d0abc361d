import { requireScope } from '../identity/viewer.ts';
import { InvalidInputError, NotFoundError } from '../input.ts';
import { type ConsumeReviewPayload as Consumed, consumeReview } from '../reviews/consumeReview.ts';
import { ReviewConflictError } from '../reviews/errors.ts';
import { builder } from './builder.ts';
import { PendingReview } from './pendingReview.ts';
import { ReviewResult } from './reviewResult.ts';

const ConsumeReviewInput = builder.inputType('ConsumeReviewInput', {
  fields: (t) => ({
    nodeExecId: t.id({ required: true }),
    payloadDigest: t.string({
      required: true,
      description: 'Of the payload that the caller is about to act on: sha256: and 64 hex digits.',
    }),
    idempotencyKey: t.string({
      description:
        'Chosen at random for this one attempt to act, so that it can be repeated when its answer was lost: the same caller with the same key gets the approval again, until an outcome is reported. Absent: who repeats it is refused.',
    }),
  }),
});

const ConsumeReviewPayload = builder.objectRef<Consumed>('ConsumeReviewPayload').implement({
  fields: (t) => ({
    review: t.field({ type: PendingReview, resolve: ({ review }) => review }),
    result: t.field({ type: ReviewResult, resolve: ({ result }) => result }),
  }),
});

builder.mutationField('consumeReview', (t) =>
  t.field({
    type: ConsumeReviewPayload,
    description:
      'Take an approval to act on it, once: of any number of callers exactly one gets it, and the review is processed. Everybody else gets a ReviewConflictError that says why, and must not act.',
    errors: {
      types: [InvalidInputError, NotFoundError, ReviewConflictError],
      union: { name: 'ConsumeReviewResult' },
    },
    args: { input: t.arg({ type: ConsumeReviewInput, required: true }) },
    resolve: (_root, { input }, { store, viewer }) => {
      requireScope(viewer, 'review:request');
      return consumeReview(store, viewer, input);
    },
  }),
);
