import { InvalidInputError, NotFoundError } from '../input.ts';
import { type ConsumeReviewPayload as Consumed, consumeReview } from '../reviews/consumeReview.ts';
import { ReviewConflictError } from '../reviews/errors.ts';
import { reportOutcome } from '../reviews/reportOutcome.ts';
import type { Review } from '../reviews/review.ts';
import {
  type SetReviewProcessedPayload as Processed,
  setReviewProcessed,
} from '../reviews/setReviewProcessed.ts';
import { builder } from './builder.ts';
import { ReviewOutcome } from './enums.ts';
import { PendingReview } from './pendingReview.ts';
import { ReviewResult } from './reviewResult.ts';

const ConsumeReviewInput = builder.inputType('ConsumeReviewInput', {
  fields: (t) => ({
    nodeExecId: t.id({ required: true, description: 'ID of the review.' }),
    payloadDigest: t.string({
      required: true,
      description:
        'Digest of the payload that you are about to act on: `sha256:` and 64 hex digits.',
    }),
    idempotencyKey: t.string({
      description:
        'A random key for this attempt to act. If the response is lost, the same actor can repeat the call with the same key and gets the approval again, until an outcome is reported. Without a key, a repeated call is refused.',
    }),
  }),
});

const ConsumeReviewPayload = builder.objectRef<Consumed>('ConsumeReviewPayload').implement({
  fields: (t) => ({
    review: t.expose('review', { type: PendingReview, description: 'The review, now processed.' }),
    result: t.field({
      type: ReviewResult,
      description: 'What to act on.',
      resolve: ({ result }) => result,
    }),
  }),
});

const SetReviewProcessedInput = builder.inputType('SetReviewProcessedInput', {
  fields: (t) => ({
    nodeExecId: t.id({ required: true, description: 'ID of the review.' }),
    processed: t.boolean({
      required: true,
      description: 'Must be true. A claim cannot be undone.',
    }),
    idempotencyKey: t.string({
      description:
        'A random key for this call. If the response is lost, repeating the call with the same key returns the same `changed`.',
    }),
  }),
});

const SetReviewProcessedPayload = builder
  .objectRef<Processed>('SetReviewProcessedPayload')
  .implement({
    fields: (t) => ({
      review: t.expose('review', { type: PendingReview, description: 'The review.' }),
      changed: t.exposeBoolean('changed', {
        description:
          'Whether this call, or the call that it repeats, claimed the outcome. True for exactly one of any number of concurrent calls.',
      }),
    }),
  });

const ReportOutcomeInput = builder.inputType('ReportOutcomeInput', {
  fields: (t) => ({
    nodeExecId: t.id({ required: true, description: 'ID of the review.' }),
    outcome: t.field({
      type: ReviewOutcome,
      required: true,
      description: 'The outcome of the action.',
    }),
    detail: t.string({ description: 'Details for people, at most 10,000 characters.' }),
  }),
});

const ReportOutcomePayload = builder
  .objectRef<{ review: Review }>('ReportOutcomePayload')
  .implement({
    fields: (t) => ({
      review: t.expose('review', { type: PendingReview, description: 'The review.' }),
    }),
  });

builder.mutationFields((t) => ({
  consumeReview: t.field({
    type: ConsumeReviewPayload,
    description:
      'Uses an approval, immediately before acting on it. Exactly one of any number of callers succeeds. If you get an error, do not act; a `ReviewConflictError` says why the approval cannot be used. Needs `review:request`.',
    errors: {
      types: [InvalidInputError, NotFoundError, ReviewConflictError],
      union: { name: 'ConsumeReviewResult' },
    },
    args: { input: t.arg({ type: ConsumeReviewInput, required: true }) },
    resolve: (_root, { input }, { store, viewer }) => {
      return consumeReview(store, viewer, input);
    },
  }),
  setReviewProcessed: t.field({
    type: SetReviewProcessedPayload,
    description:
      'Claims the outcome of a decided review, once and irrevocably. The conditions for approvals are those of `consumeReview`. Needs `review:request`.',
    errors: {
      types: [InvalidInputError, NotFoundError, ReviewConflictError],
      union: { name: 'SetReviewProcessedResult' },
    },
    args: { input: t.arg({ type: SetReviewProcessedInput, required: true }) },
    resolve: (_root, { input }, { store, viewer }) => {
      return setReviewProcessed(store, viewer, input);
    },
  }),
  reportOutcome: t.field({
    type: ReportOutcomePayload,
    description:
      'Reports what happened when you acted on a consumed approval. Reporting the same outcome again changes nothing; another outcome is a `ReviewConflictError`. Needs `review:request`.',
    errors: {
      types: [InvalidInputError, NotFoundError, ReviewConflictError],
      union: { name: 'ReportOutcomeResult' },
    },
    args: { input: t.arg({ type: ReportOutcomeInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      return { review: await reportOutcome(store, viewer, input) };
    },
  }),
}));
