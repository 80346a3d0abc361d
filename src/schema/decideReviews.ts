import { InvalidInputError, NotFoundError } from '../input.ts';
import { type DecideReviewsPayload as Decided, decideReviews } from '../reviews/decideReviews.ts';
import {
  NotEligibleError,
  ReviewConflictError,
  ReviewNotEditableError,
  SelfApprovalError,
} from '../reviews/errors.ts';
import { AutoApproval } from './autoApproval.ts';
import { builder } from './builder.ts';
import { ReviewDecision } from './enums.ts';
import { PendingReview } from './pendingReview.ts';

const ReviewCommentInput = builder.inputType('ReviewCommentInput', {
  fields: (t) => ({
    text: t.string({ required: true, description: 'The comment, 1 to 2,000 characters.' }),
    pointer: t.string({
      description: 'JSON pointer (RFC 6901) into the payload. Defaults to null: on the whole.',
    }),
  }),
});

const ReviewDecisionInput = builder.inputType('ReviewDecisionInput', {
  fields: (t) => ({
    nodeExecId: t.id({ required: true, description: 'ID of the review.' }),
    decision: t.field({ type: ReviewDecision, required: true, description: 'The decision.' }),
    payload: t.field({
      type: 'JSON',
      description:
        'The edited payload, nested at most 10 levels or as deep as the payload. Leave it out to keep the payload; null replaces the payload with null.',
    }),
    payloadDigest: t.string({
      description:
        'The `payloadDigest` that the reviewer saw. If the payload has changed since, the call fails with a `ReviewConflictError`.',
    }),
    subjectDigest: t.string({
      description:
        'The `subjectDigest` that the reviewer saw. If anything about the review has changed since, the call fails with a `ReviewConflictError`. Required if the service is configured so, which is the default in production.',
    }),
    answer: t.field({
      type: 'JSON',
      description: 'With `ANSWER`: the answer, which must fit the `answerSchema`.',
    }),
    comments: t.field({
      type: [ReviewCommentInput],
      description: 'Comments to add with the decision, at most 50.',
    }),
    message: t.string({
      description: 'Message to the agent, kept in the history. At most 2,000 characters.',
    }),
    autoApproveFuture: t.boolean({
      defaultValue: false,
      description:
        'With `APPROVE`: also create a standing approval for later requests of the same agent for this step. Ignored with `REJECT`.',
    }),
    autoApproveWhen: t.string({
      description:
        'With `autoApproveFuture`: the standing approval only applies to requests for which this CEL expression is true. It must be true for this step.',
    }),
    autoApproveMaxUses: t.int({
      description:
        'With `autoApproveFuture`: how many later reviews the standing approval may approve, 1 or more. Defaults to null: unlimited.',
    }),
    autoApproveUntil: t.field({
      type: 'DateTime',
      description:
        'With `autoApproveFuture`: when the standing approval expires; must be in the future. Defaults to `HOLDPOINT_STANDING_APPROVAL_HOURS` from now.',
    }),
    despiteClaim: t.boolean({
      description: 'Decide although somebody else has claimed the review.',
    }),
    onBehalfOf: t.string({
      description: 'Decide in the place of this actor, who delegates to you.',
    }),
  }),
});

const DecideReviewsInput = builder.inputType('DecideReviewsInput', {
  fields: (t) => ({
    decisions: t.field({
      type: [ReviewDecisionInput],
      required: true,
      description: 'The decisions, 1 to 100, each for another review.',
    }),
  }),
});

const countOf = ({ reviews }: Decided, status: 'APPROVED' | 'REJECTED') =>
  reviews.filter((review) => review.status === status).length;

const DecideReviewsPayload = builder.objectRef<Decided>('DecideReviewsPayload').implement({
  fields: (t) => ({
    reviews: t.field({
      type: [PendingReview],
      description:
        'The reviews in the order of the decisions, including those that were already decided the same way.',
      resolve: ({ reviews }) => reviews,
    }),
    approvedCount: t.int({
      description: 'How many of the reviews are approved.',
      resolve: (decided) => countOf(decided, 'APPROVED'),
    }),
    rejectedCount: t.int({
      description: 'How many of the reviews are rejected.',
      resolve: (decided) => countOf(decided, 'REJECTED'),
    }),
    votedCount: t.exposeInt('votedCount', {
      description:
        'How many of the reviews are still `WAITING`, because they require more approvals than this one.',
    }),
    autoApprovals: t.field({
      type: [AutoApproval],
      description: 'The standing approvals that `autoApproveFuture` created or found active.',
      resolve: ({ autoApprovals }) => autoApprovals,
    }),
  }),
});

builder.mutationField('decideReviews', (t) =>
  t.field({
    type: DecideReviewsPayload,
    description:
      'Approves or rejects one or more reviews, atomically. If two reviewers decide a review at once, one wins; the other gets the same result if the decision is the same, and otherwise a `ReviewConflictError`. If a review requires several approvals, an approval is a vote. Needs `review:decide`.',
    errors: {
      types: [
        InvalidInputError,
        NotFoundError,
        ReviewConflictError,
        ReviewNotEditableError,
        SelfApprovalError,
        NotEligibleError,
      ],
      union: { name: 'DecideReviewsResult' },
    },
    args: { input: t.arg({ type: DecideReviewsInput, required: true }) },
    resolve: (_root, { input }, { store, viewer }) => {
      return decideReviews(store, viewer, input);
    },
  }),
);
