import { requireScope } from '../identity/requireScope.ts';
import { ExecutionEndedError, InvalidInputError, ReviewConflictError } from '../reviews/errors.ts';
import { type RequestReviewPayload as Requested, requestReview } from '../reviews/requestReview.ts';
import { builder } from './builder.ts';
import { PendingReview } from './pendingReview.ts';
import { ReviewResult } from './reviewResult.ts';

const RequestReviewInput = builder.inputType('RequestReviewInput', {
  fields: (t) => ({
    nodeExecId: t.id({
      required: true,
      description: "The agent's own id of this step's run: the same id asks once.",
    }),
    graphExecId: t.id({ required: true, description: 'The execution, or copilot-session-….' }),
    graphId: t.id({ required: true }),
    graphVersion: t.int({ required: true, description: '0 or more.' }),
    nodeId: t.id({
      description: 'Recorded for this run of the step; synthetic ids carry it and need none.',
    }),
    payload: t.field({ type: 'JSON', description: 'What the step would act on.' }),
    instructions: t.string({
      description:
        'What the reviewer should know. Absent: the message of the approval that the payload is, if it is one.',
    }),
    editable: t.boolean({ defaultValue: true }),
    expiresAt: t.field({
      type: 'DateTime',
      description:
        "Until when a human can decide: then it is REJECTED by EXPIRY, never approved. Ahead of the service's clock, and at most HOLDPOINT_REVIEW_MAX_EXPIRES from now. Absent: HOLDPOINT_REVIEW_EXPIRES from now, or without end where neither is set.",
    }),
  }),
});

const RequestReviewPayload = builder.objectRef<Requested>('RequestReviewPayload').implement({
  fields: (t) => ({
    review: t.field({
      type: PendingReview,
      nullable: true,
      description: 'Null where an auto-approval decided and no review was needed.',
      resolve: ({ review }) => review,
    }),
    result: t.field({
      type: ReviewResult,
      nullable: true,
      description: 'Null while a human is awaited.',
      resolve: ({ result }) => result,
    }),
  }),
});

builder.mutationField('requestReview', (t) =>
  t.field({
    type: RequestReviewPayload,
    description: 'Get the outcome if there is one, else ask a human. Asking again changes nothing.',
    errors: {
      types: [InvalidInputError, ReviewConflictError, ExecutionEndedError],
      union: { name: 'RequestReviewResult' },
    },
    args: { input: t.arg({ type: RequestReviewInput, required: true }) },
    resolve: (_root, { input }, { store, viewer }) => {
      requireScope(viewer, 'review:request');
      return requestReview(store, viewer, input);
    },
  }),
);
