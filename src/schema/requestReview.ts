import { requireScope } from '../identity/viewer.ts';
import { InvalidInputError } from '../input.ts';
import { ExecutionEndedError, ReviewConflictError } from '../reviews/errors.ts';
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
      description:
        "The step's definition. Absent: nodeExecId. A synthetic id carries it: then it is absent or the same.",
    }),
    payload: t.field({ type: 'JSON', description: 'What the step would act on.' }),
    instructions: t.string({
      description:
        'What the reviewer should know. Absent: the message of the approval that the payload is, if it is one.',
    }),
    editable: t.boolean({ defaultValue: true }),
    consumers: t.stringList({
      description: 'Other actors that may consume the approval. At most 20.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description:
        "Until when a human can decide: then it is REJECTED by EXPIRY, never approved. Ahead of the service's clock, and at most HOLDPOINT_REVIEW_MAX_EXPIRES from now. Absent: HOLDPOINT_REVIEW_EXPIRES from now, or without end where neither is set.",
    }),
  }),
});

const RequestState = builder.enumType('RequestState', {
  description: 'Where a request stands, for whoever asked.',
  values: {
    WAITING: { description: 'Ask again later, or follow the feed.' },
    APPROVED: { description: 'Act on result, once: call consumeReview first.' },
    REJECTED: { description: 'Do not act.' },
    CONSUMED: { description: 'It was approved and somebody took it. Do not act again.' },
    VOID: {
      description:
        'It was approved and is no longer valid: it was stopped, or not consumed in time. Ask under another id.',
    },
  } as const,
});

const RequestReviewPayload = builder.objectRef<Requested>('RequestReviewPayload').implement({
  fields: (t) => ({
    review: t.field({ type: PendingReview, resolve: ({ review }) => review }),
    result: t.field({
      type: ReviewResult,
      nullable: true,
      description:
        'Null while a human is awaited, and where the outcome can no longer be acted on: state says which.',
      resolve: ({ result }) => result,
    }),
    state: t.field({
      type: RequestState,
      description: 'Where the request stands.',
      resolve: ({ state }) => state,
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
