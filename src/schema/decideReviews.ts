import { requireScope } from '../identity/viewer.ts';
import { InvalidInputError, NotFoundError } from '../input.ts';
import { type DecideReviewsPayload as Decided, decideReviews } from '../reviews/decideReviews.ts';
import {
  ReviewConflictError,
  ReviewNotEditableError,
  SelfApprovalError,
} from '../reviews/errors.ts';
import { AutoApproval } from './autoApproval.ts';
import { builder } from './builder.ts';
import { ReviewDecision } from './enums.ts';
import { PendingReview } from './pendingReview.ts';

const ReviewDecisionInput = builder.inputType('ReviewDecisionInput', {
  fields: (t) => ({
    nodeExecId: t.id({ required: true }),
    decision: t.field({ type: ReviewDecision, required: true }),
    payload: t.field({
      type: 'JSON',
      description: "The reviewer's edit. Absent: as it is. Null: the edit is null.",
    }),
    payloadDigest: t.string({
      description:
        'Decide only if the payload is still this one, as its payloadDigest says; otherwise a ReviewConflictError.',
    }),
    subjectDigest: t.string({
      description:
        'Decide only if the review is still exactly what was looked at, as its subjectDigest says; otherwise a ReviewConflictError. Required where the service is set up so, as it is in production.',
    }),
    message: t.string({ description: 'For the agent and the record; at most 2,000 characters.' }),
    autoApproveFuture: t.boolean({
      defaultValue: false,
      description:
        "With APPROVE: also create the standing approval for later requests of the same actor for this step's node.",
    }),
  }),
});

const DecideReviewsInput = builder.inputType('DecideReviewsInput', {
  fields: (t) => ({
    decisions: t.field({ type: [ReviewDecisionInput], required: true, description: '1 to 100.' }),
  }),
});

const countOf = ({ reviews }: Decided, status: 'APPROVED' | 'REJECTED') =>
  reviews.filter((review) => review.status === status).length;

const DecideReviewsPayload = builder.objectRef<Decided>('DecideReviewsPayload').implement({
  fields: (t) => ({
    reviews: t.field({
      type: [PendingReview],
      description: 'In the order asked, those that had already been decided the same way included.',
      resolve: ({ reviews }) => reviews,
    }),
    approvedCount: t.int({ resolve: (decided) => countOf(decided, 'APPROVED') }),
    rejectedCount: t.int({ resolve: (decided) => countOf(decided, 'REJECTED') }),
    autoApprovals: t.field({
      type: [AutoApproval],
      description: 'Those that autoApproveFuture made, or that stood already.',
      resolve: ({ autoApprovals }) => autoApprovals,
    }),
  }),
});

builder.mutationField('decideReviews', (t) =>
  t.field({
    type: DecideReviewsPayload,
    description: 'Approve or reject, one or many: all take effect or none does.',
    errors: {
      types: [
        InvalidInputError,
        NotFoundError,
        ReviewConflictError,
        ReviewNotEditableError,
        SelfApprovalError,
      ],
      union: { name: 'DecideReviewsResult' },
    },
    args: { input: t.arg({ type: DecideReviewsInput, required: true }) },
    resolve: (_root, { input }, { store, viewer }) => {
      requireScope(viewer, 'review:decide');
      return decideReviews(store, viewer, input);
    },
  }),
);
