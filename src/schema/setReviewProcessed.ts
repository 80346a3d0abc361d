import { requireScope } from '../identity/viewer.ts';
import { InvalidInputError, NotFoundError } from '../input.ts';
import { ReviewConflictError } from '../reviews/errors.ts';
import {
  type SetReviewProcessedPayload as Processed,
  setReviewProcessed,
} from '../reviews/setReviewProcessed.ts';
import { builder } from './builder.ts';
import { PendingReview } from './pendingReview.ts';

const SetReviewProcessedInput = builder.inputType('SetReviewProcessedInput', {
  fields: (t) => ({
    nodeExecId: t.id({ required: true }),
    processed: t.boolean({
      required: true,
      description: 'true. A claim cannot be taken back.',
    }),
    idempotencyKey: t.string({
      description:
        'Chosen at random for this one call, so that it can be repeated when its answer was lost, and `changed` is the same again.',
    }),
  }),
});

const SetReviewProcessedPayload = builder
  .objectRef<Processed>('SetReviewProcessedPayload')
  .implement({
    fields: (t) => ({
      review: t.field({ type: PendingReview, resolve: ({ review }) => review }),
      changed: t.exposeBoolean('changed', {
        description:
          'Whether this call claimed the outcome, or the call that it repeats did: of any number at once, exactly one does.',
      }),
    }),
  });

builder.mutationField('setReviewProcessed', (t) =>
  t.field({
    type: SetReviewProcessedPayload,
    description:
      'Claim the outcome of a decided review, once and for good. An approval is claimed under the same conditions as consumeReview gives it out.',
    errors: {
      types: [InvalidInputError, NotFoundError, ReviewConflictError],
      union: { name: 'SetReviewProcessedResult' },
    },
    args: { input: t.arg({ type: SetReviewProcessedInput, required: true }) },
    resolve: (_root, { input }, { store, viewer }) => {
      requireScope(viewer, 'review:request');
      return setReviewProcessed(store, viewer, input);
    },
  }),
);
