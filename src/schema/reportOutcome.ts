import { requireScope } from '../identity/viewer.ts';
import { InvalidInputError, NotFoundError } from '../input.ts';
import { ReviewConflictError } from '../reviews/errors.ts';
import { reportOutcome } from '../reviews/reportOutcome.ts';
import type { Review } from '../reviews/review.ts';
import { builder } from './builder.ts';
import { ReviewOutcome } from './enums.ts';
import { PendingReview } from './pendingReview.ts';

const ReportOutcomeInput = builder.inputType('ReportOutcomeInput', {
  fields: (t) => ({
    nodeExecId: t.id({ required: true }),
    outcome: t.field({ type: ReviewOutcome, required: true }),
    detail: t.string({ description: 'For people; at most 10,000 characters.' }),
  }),
});

const ReportOutcomePayload = builder
  .objectRef<{ review: Review }>('ReportOutcomePayload')
  .implement({
    fields: (t) => ({
      review: t.field({ type: PendingReview, resolve: ({ review }) => review }),
    }),
  });

builder.mutationField('reportOutcome', (t) =>
  t.field({
    type: ReportOutcomePayload,
    description:
      'Say what came of acting on a consumed approval. The same outcome again changes nothing; another one is a ReviewConflictError.',
    errors: {
      types: [InvalidInputError, NotFoundError, ReviewConflictError],
      union: { name: 'ReportOutcomeResult' },
    },
    args: { input: t.arg({ type: ReportOutcomeInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      requireScope(viewer, 'review:request');
      return { review: await reportOutcome(store, viewer, input) };
    },
  }),
);
