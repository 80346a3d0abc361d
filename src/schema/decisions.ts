import { InvalidInputError, NotFoundError } from '../input.ts';
import { claimReview, releaseReview } from '../reviews/claimReview.ts';
import { NotEligibleError, ReviewConflictError, SelfApprovalError } from '../reviews/errors.ts';
import { overrideReview } from '../reviews/overrideReview.ts';
import { reassignReview } from '../reviews/reassignReview.ts';
import type { Review } from '../reviews/review.ts';
import { withdrawDecision } from '../reviews/withdrawDecision.ts';
import { builder } from './builder.ts';
import { ReviewDecision } from './enums.ts';
import { PendingReview } from './pendingReview.ts';
import { ApprovalRequirementInput } from './requestReview.ts';

const reviewId = { required: true, description: 'ID of the review.' } as const;

const payloadType = (name: string) =>
  builder.objectRef<{ review: Review }>(name).implement({
    fields: (t) => ({
      review: t.expose('review', { type: PendingReview, description: 'The review.' }),
    }),
  });

const ClaimReviewInput = builder.inputType('ClaimReviewInput', {
  fields: (t) => ({ nodeExecId: t.id(reviewId) }),
});
const ReleaseReviewInput = builder.inputType('ReleaseReviewInput', {
  fields: (t) => ({ nodeExecId: t.id(reviewId) }),
});
const WithdrawDecisionInput = builder.inputType('WithdrawDecisionInput', {
  fields: (t) => ({
    nodeExecId: t.id(reviewId),
    subjectDigest: t.string({
      required: true,
      description: 'The `subjectDigest` that was decided or voted on.',
    }),
    reason: t.string({ description: 'Why, for the history. At most 2,000 characters.' }),
  }),
});
const ReassignReviewInput = builder.inputType('ReassignReviewInput', {
  fields: (t) => ({
    nodeExecId: t.id(reviewId),
    approvalsRequired: t.field({
      type: [ApprovalRequirementInput],
      required: true,
      description: 'What is required from now on: at least as many approvals as before.',
    }),
    reason: t.string({ required: true, description: 'Why, for the history.' }),
  }),
});
const OverrideReviewInput = builder.inputType('OverrideReviewInput', {
  fields: (t) => ({
    nodeExecId: t.id(reviewId),
    decision: t.field({ type: ReviewDecision, required: true, description: 'The decision.' }),
    subjectDigest: t.string({
      required: true,
      description: 'The `subjectDigest` that you looked at.',
    }),
    reason: t.string({ required: true, description: 'Why: 10 to 2,000 characters.' }),
  }),
});

const ClaimReviewPayload = payloadType('ClaimReviewPayload');
const ReleaseReviewPayload = payloadType('ReleaseReviewPayload');
const WithdrawDecisionPayload = payloadType('WithdrawDecisionPayload');
const ReassignReviewPayload = payloadType('ReassignReviewPayload');
const OverrideReviewPayload = payloadType('OverrideReviewPayload');

const decisionErrors = [
  InvalidInputError,
  NotFoundError,
  ReviewConflictError,
  NotEligibleError,
  SelfApprovalError,
];

builder.mutationFields((t) => ({
  claimReview: t.field({
    type: ClaimReviewPayload,
    description:
      'Tells others that you are looking at a `WAITING` review, for ten minutes; call it again to renew the claim. Of any number of claimers one wins. Others need `despiteClaim` to decide it. Needs `review:decide`.',
    errors: { types: decisionErrors, union: { name: 'ClaimReviewResult' } },
    args: { input: t.arg({ type: ClaimReviewInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => ({
      review: await claimReview(store, viewer, input),
    }),
  }),
  releaseReview: t.field({
    type: ReleaseReviewPayload,
    description: 'Ends your claim. Needs `review:decide`.',
    errors: {
      types: [InvalidInputError, NotFoundError, ReviewConflictError],
      union: { name: 'ReleaseReviewResult' },
    },
    args: { input: t.arg({ type: ReleaseReviewInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => ({
      review: await releaseReview(store, viewer, input),
    }),
  }),
  withdrawDecision: t.field({
    type: WithdrawDecisionPayload,
    description:
      'Takes your vote back, or a decision whose approval was not consumed yet: then the review waits again, as a new subject and without edits. Needs `review:decide`.',
    errors: { types: decisionErrors, union: { name: 'WithdrawDecisionResult' } },
    args: { input: t.arg({ type: WithdrawDecisionInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => ({
      review: await withdrawDecision(store, viewer, input),
    }),
  }),
  reassignReview: t.field({
    type: ReassignReviewPayload,
    description:
      'Changes who has to approve a `WAITING` review, never to fewer approvals. You do not count on it any more. For those who may decide it, and with `people:manage`.',
    errors: { types: decisionErrors, union: { name: 'ReassignReviewResult' } },
    args: { input: t.arg({ type: ReassignReviewInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => ({
      review: await reassignReview(store, viewer, input),
    }),
  }),
  overrideReview: t.field({
    type: OverrideReviewPayload,
    description:
      'Decides a `WAITING` review without the approvals that it requires, never your own request. It is recorded with the source `OVERRIDE`. Needs `review:override`.',
    errors: {
      types: [InvalidInputError, NotFoundError, ReviewConflictError, SelfApprovalError],
      union: { name: 'OverrideReviewResult' },
    },
    args: { input: t.arg({ type: OverrideReviewInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => ({
      review: await overrideReview(store, viewer, input),
    }),
  }),
}));
