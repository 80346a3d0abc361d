import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { ExecutionStatus } from '../database/generated/prisma/client.ts';
import type { Viewer } from '../identity/viewer.ts';
import { checkInput, InvalidInputError, id } from '../input.ts';
import { ask, askNew } from './askStatements.ts';
import { autoApprovalMessage } from './autoApproval.ts';
import { isSynthetic, nodeIdOfSynthetic } from './copilotIds.ts';
import { payloadDigest } from './digests.ts';
import { ExecutionEndedError, ReviewConflictError } from './errors.ts';
import { hasEnded } from './execution.ts';
import { expireReviewsOf } from './expireReviews.ts';
import { consumers, graphVersion, instructions, payload } from './fields.ts';
import { INLINE_BYTES, type Review } from './review.ts';
import { type RequestState, type ReviewResult, resultOf, stateOf } from './reviewResult.ts';
import { automaticHours, type ReviewLimits, type ReviewStore } from './reviewStore.ts';
import { defaultInstructions } from './typedApproval.ts';

const requestReviewInput = z
  .object({
    nodeExecId: id,
    graphExecId: id,
    graphId: id,
    graphVersion,
    nodeId: id.nullish(),
    payload,
    instructions,
    editable: z
      .boolean()
      .nullish()
      .transform((value) => value ?? true),
    consumers,
    expiresAt: z
      .date()
      .nullish()
      .transform((value) => value ?? null),
  })
  .transform((input, { addIssue }) => {
    const { nodeExecId, nodeId } = input;
    const carried = isSynthetic(nodeExecId) ? nodeIdOfSynthetic(nodeExecId) : null;
    if (carried !== null && nodeId != null && nodeId !== carried) {
      const message = `must be ${carried}, which ${nodeExecId} carries, or absent; not ${nodeId}`;
      addIssue({ code: 'custom', message, path: ['nodeId'] });
    }
    return { ...input, nodeId: carried ?? nodeId ?? nodeExecId };
  });

type Input = z.output<typeof requestReviewInput>;

/** A statement that lost a race sees the winner's rows when it is run again. */
const MAX_ATTEMPTS = 10;

type Answer = Review & {
  executionStatus: ExecutionStatus | null;
  stoppedBy: string | null;
  used: boolean;
  changed: boolean;
  mayBeSettled: boolean;
  fits: boolean;
  now: Date;
  overdue: boolean | null;
};

/** `result` is null unless the review was decided and its outcome can still be acted on. */
export type RequestReviewPayload = {
  review: Review;
  result: ReviewResult | null;
  state: RequestState;
};

/**
 * Gets the outcome of a step if there is one, else asks a human (cases A4 to A10). Asking again, at the same time
 * or later, creates nothing and changes nothing.
 * @throws InvalidInputError; ReviewConflictError where the id is of another request: another actor's, or of another
 * execution, graph, version or node; ExecutionEndedError
 */
export async function requestReview(
  store: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<RequestReviewPayload> {
  const { database, notifyFeed, limits } = store;
  const input = checkInput(requestReviewInput, rawInput);
  input.instructions ??= defaultInstructions(input.payload);
  const digest = payloadDigest(input.payload);
  const values = [
    viewer.userId,
    input.nodeExecId,
    input.graphExecId,
    input.graphId,
    input.graphVersion,
    input.nodeId,
    input.payload.text,
    input.instructions,
    input.editable,
    viewer.actor,
    input.consumers,
    digest,
    input.expiresAt,
    limits.expiresByDefault ?? limits.expiresAtMost,
    limits.expiresAtMost,
  ];

  const [added] = await database.query<Added>(askNew, values);
  if (added) {
    notifyFeed(viewer.userId);
    return { review: newReview(viewer, input, digest, added), result: null, state: 'WAITING' };
  }
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const [answer] = await database.query<Answer>(ask, [
      ...values,
      autoApprovalMessage,
      automaticHours(limits),
    ]);
    if (answer === undefined) break;
    if (answer.changed) notifyFeed(viewer.userId);
    if (answer.used) {
      store.onResolved?.({ source: 'AUTO_APPROVAL', status: 'APPROVED', count: 1 });
    }

    const review = answer.nodeExecId === null ? null : answer;
    if (review) refuseAnotherRequest(viewer, input, review);
    if (answer.executionStatus && hasEnded(answer.executionStatus)) {
      throw new ExecutionEndedError(input.graphExecId, answer.executionStatus, answer.stoppedBy);
    }
    if (review && answer.overdue) {
      await expireReviewsOf(store, viewer.userId, [review.nodeExecId]);
      continue;
    }
    if (review) {
      // A standing approval applies but did not settle the review: somebody is deciding it at this moment.
      if (review.status === 'WAITING' && answer.mayBeSettled && attempt < MAX_ATTEMPTS) continue;
      return { review, result: resultOf(review), state: stateOf(review) };
    }
    if (!answer.fits && input.expiresAt) {
      throw new InvalidInputError([
        { path: 'input.expiresAt', message: unfitText(input.expiresAt, answer.now, limits) },
      ]);
    }
    // Another ask created the execution or the review while this one ran: now it can be seen.
    await pause(attempt);
  }
  throw new Error(`requestReview of ${input.nodeExecId} met too many concurrent changes`);
}

/** @throws ReviewConflictError unless the review is the one that this request made, or would have made */
function refuseAnotherRequest({ actor }: Viewer, input: Input, review: Review): void {
  if (review.requestedBy !== actor) {
    const text = `${input.nodeExecId} is the id of another actor's request: choose another id`;
    throw new ReviewConflictError(text, []);
  }
  const fields = [
    ['graphExecId', 'execution'],
    ['graphId', 'graph'],
    ['graphVersion', 'graph version'],
    ['nodeId', 'node'],
  ] as const;
  for (const [field, name] of fields) {
    if (review[field] === input[field]) continue;
    const text = `${review.nodeExecId} was asked with the ${name} ${review[field]}, not ${input[field]}: choose another id for another step`;
    throw new ReviewConflictError(text, [review]);
  }
}

function unfitText(expiresAt: Date, now: Date, { expiresAtMost }: ReviewLimits): string {
  if (expiresAt <= now || expiresAtMost === null) {
    return `must lie ahead of ${now.toISOString()}, which it is by the service's clock, not at ${expiresAt.toISOString()}`;
  }
  const latest = new Date(now.getTime() + expiresAtMost);
  return `must be at most ${latest.toISOString()}, as this service is set up, not ${expiresAt.toISOString()}`;
}

type Added = Pick<Review, 'askId' | 'createdAt' | 'expiresAt'>;

/** The row as it has just been inserted. */
function newReview({ userId, actor }: Viewer, input: Input, digest: string, added: Added): Review {
  const { text } = input.payload;
  return {
    userId,
    nodeExecId: input.nodeExecId,
    graphExecId: input.graphExecId,
    graphId: input.graphId,
    graphVersion: input.graphVersion,
    nodeId: input.nodeId,
    payload: text,
    originalPayload: null,
    payloadBytes: text.length <= INLINE_BYTES ? text.length : Buffer.byteLength(text),
    instructions: input.instructions,
    editable: input.editable,
    askId: added.askId,
    status: 'WAITING',
    reviewMessage: null,
    wasEdited: null,
    processed: false,
    requestedBy: actor,
    consumers: input.consumers,
    decidedBy: null,
    decisionSource: null,
    createdAt: added.createdAt,
    updatedAt: added.createdAt,
    reviewedAt: null,
    payloadDigest: digest,
    expiresAt: added.expiresAt,
    voidedAt: null,
    consumedAt: null,
    consumedBy: null,
    outcome: null,
    outcomeDetail: null,
    outcomeAt: null,
  };
}
