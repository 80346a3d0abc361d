import { InvalidInputError } from '../input.ts';
import { deleteReview } from '../reviews/deleteReview.ts';
import { ExecutionEndedError, QuotaExceededError, ReviewConflictError } from '../reviews/errors.ts';
import { type RequestReviewPayload as Requested, requestReview } from '../reviews/requestReview.ts';
import { builder } from './builder.ts';
import { ReviewDecision, ReviewKind, Risk } from './enums.ts';
import { PendingReview } from './pendingReview.ts';
import { ReviewResult } from './reviewResult.ts';

export const ApprovalRequirementInput = builder.inputType('ApprovalRequirementInput', {
  description:
    'Approvals from a team, from some actors, or (without both) from anyone with `review:decide`.',
  fields: (t) => ({
    teamId: t.id({ description: 'ID of the team.' }),
    actors: t.stringList({ description: 'The actors, at most 50.' }),
    count: t.int({ description: 'How many approvals, 1 to 10. Defaults to 1.' }),
  }),
});

export const EscalationStepInput = builder.inputType('EscalationStepInput', {
  description: 'Once the review has waited this long, these may decide it too.',
  fields: (t) => ({
    after: t.string({
      required: true,
      description: 'Time after the request, such as `30m`, `12h` or `7d`.',
    }),
    teamIds: t.idList({ description: 'IDs of teams.' }),
    actors: t.stringList({ description: 'Actors, at most 50.' }),
  }),
});

const RequestReviewInput = builder.inputType('RequestReviewInput', {
  fields: (t) => ({
    nodeExecId: t.id({
      required: true,
      description:
        'ID of the review: one execution of one step. Requests with the same ID are the same request.',
    }),
    graphExecId: t.id({
      required: true,
      description: 'ID of the run, or of the copilot session (`copilot-session-…`).',
    }),
    graphId: t.id({ required: true, description: 'ID of the workflow.' }),
    graphVersion: t.int({ required: true, description: 'Version of the workflow, 0 or more.' }),
    nodeId: t.id({
      description:
        'ID of the step. Defaults to `nodeExecId`. A synthetic copilot `nodeExecId` contains it; then it must be absent or equal.',
    }),
    payload: t.field({
      type: 'JSON',
      description:
        'What the step will act on. At most 1,000,000 characters of JSON. Defaults to null.',
    }),
    instructions: t.string({
      description:
        'What the reviewer should know. Defaults to the message of the approval that the payload describes, if any.',
    }),
    editable: t.boolean({
      defaultValue: true,
      description: 'Whether the reviewer may edit the payload.',
    }),
    headline: t.string({
      description: 'One line, for lists and messages. At most 200 characters.',
    }),
    risk: t.field({
      type: Risk,
      description: 'The risk as the agent sees it. A rule of the policy may raise it.',
    }),
    tags: t.stringList({ description: 'At most 20, each of 1 to 64 characters.' }),
    kind: t.field({
      type: ReviewKind,
      description: 'Defaults to `ACTION`. A `QUESTION` asks for an answer, not for an approval.',
    }),
    reversible: t.boolean({ description: 'Whether the agent could undo the step.' }),
    links: t.field({
      type: [ReviewLinkInput],
      description: 'Where the reviewer can read more, at most 10.',
    }),
    answerSchema: t.field({
      type: 'JSON',
      description:
        'JSON Schema 2020-12 that the answer to a `QUESTION` must fit, at most 64 KB. Required with `QUESTION` only.',
    }),
    allowedDecisions: t.field({
      type: [ReviewDecision],
      description:
        'What the agent can deal with. `REJECT` is always allowed. Defaults to `APPROVE` and `REJECT`, or `ANSWER` and `REJECT` for a `QUESTION`.',
    }),
    consumers: t.stringList({
      description: 'Other actors that may consume the approval, at most 20.',
    }),
    approvalsRequired: t.field({
      type: [ApprovalRequirementInput],
      description:
        'All of these must be met, by different people, at most 5. Defaults to one approval by anyone with `review:decide`.',
    }),
    escalation: t.field({
      type: [EscalationStepInput],
      description: 'Who may decide too if nobody decides in time, in the order of the times.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description:
        'If the review is still `WAITING` at this time, it is rejected. Must be in the future and within `HOLDPOINT_REVIEW_MAX_EXPIRES`, if that is set. Defaults to `HOLDPOINT_REVIEW_EXPIRES` from now, or to never if neither is set.',
    }),
  }),
});

const ReviewLinkInput = builder.inputType('ReviewLinkInput', {
  fields: (t) => ({
    title: t.string({ required: true, description: 'What is there. At most 200 characters.' }),
    url: t.string({
      required: true,
      description: 'Address with https, at most 2,000 characters.',
    }),
  }),
});

const RequestState = builder.enumType('RequestState', {
  description: 'State of a request, from the point of view of the agent.',
  values: {
    WAITING: { description: 'No decision yet. Request again later, or subscribe to the feed.' },
    APPROVED: { description: 'Approved. Call `consumeReview`, then act on `result` once.' },
    REJECTED: { description: 'Rejected. Do not act.' },
    ANSWERED: { description: 'Answered: `result.data` is the answer.' },
    CHANGES_REQUESTED: {
      description: 'Changes are requested in `result.message`. Call `reviseReview`, or give up.',
    },
    CONSUMED: { description: 'Approved, and the approval is already used. Do not act.' },
    VOID: {
      description:
        'Approved, but the run was stopped or the approval was not consumed in time. Do not act; request again with another ID.',
    },
  } as const,
});

const RequestReviewPayload = builder.objectRef<Requested>('RequestReviewPayload').implement({
  fields: (t) => ({
    review: t.expose('review', { type: PendingReview, description: 'The review.' }),
    result: t.field({
      type: ReviewResult,
      nullable: true,
      description:
        'The outcome. Null while the review is `WAITING`, and once the outcome was used or is void.',
      resolve: ({ result }) => result,
    }),
    state: t.expose('state', { type: RequestState, description: 'State of the request.' }),
  }),
});

const DeleteReviewInput = builder.inputType('DeleteReviewInput', {
  fields: (t) => ({ nodeExecId: t.id({ required: true, description: 'ID of the review.' }) }),
});

const DeleteReviewPayload = builder
  .objectRef<{ deletedCount: number }>('DeleteReviewPayload')
  .implement({
    fields: (t) => ({
      deletedCount: t.exposeInt('deletedCount', {
        description: '1, or 0 if there was no such review.',
      }),
    }),
  });

builder.mutationFields((t) => ({
  requestReview: t.field({
    type: RequestReviewPayload,
    description:
      'Requests a review, or returns the outcome if it is already decided. Idempotent: repeating a request changes nothing. Needs `review:request`.',
    errors: {
      types: [InvalidInputError, ReviewConflictError, ExecutionEndedError, QuotaExceededError],
      union: { name: 'RequestReviewResult' },
    },
    args: { input: t.arg({ type: RequestReviewInput, required: true }) },
    resolve: (_root, { input }, { store, viewer }) => {
      return requestReview(store, viewer, input);
    },
  }),
  deleteReview: t.field({
    type: DeleteReviewPayload,
    description:
      'Withdraws your own request while it is `WAITING` and nobody else has voted, commented, reassigned it or taken a decision on it back. Its events are kept. Needs `review:request`.',
    errors: { types: [InvalidInputError], union: { name: 'DeleteReviewResult' } },
    args: { input: t.arg({ type: DeleteReviewInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      return { deletedCount: await deleteReview(store, viewer, input) };
    },
  }),
}));
