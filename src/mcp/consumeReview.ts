import {
  InvalidInputError,
  NotFoundError,
  outcomeOfReview,
  payloadDigest,
  ReviewConflictError,
  type ReviewFragment,
} from '@holdpoint/client';
import { jsonTextOf } from '@holdpoint/client/json';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import {
  type Answer,
  answerAbout,
  resultOf,
  rulesIn,
  statusOf,
  unknown,
  votesIn,
  waiting,
} from './answer.ts';
import type { ReviewClient } from './reviewClient.ts';

export const consumeReviewShape = {
  reviewId: z.string().min(1).max(255).describe('The reviewId from request_review.'),
  payload: z
    .unknown()
    .optional()
    .describe('The payload that you are about to act on. It must be the approved payload.'),
  payloadDigest: z
    .string()
    .optional()
    .describe('Instead of the payload, its digest from wait_for_review.'),
};

type Input = z.output<z.ZodObject<typeof consumeReviewShape>>;

/**
 * Uses an approval. Exactly one of any number of callers gets `actNow: true`. A conflict is a
 * regular result: somebody else used the approval, or nobody may.
 * @throws InvalidInputError without a payload and a digest
 */
export async function consumeReview(
  client: ReviewClient,
  { reviewId, payload, payloadDigest: digest }: Input,
  signal: AbortSignal,
): Promise<CallToolResult> {
  if (payload === undefined && digest === undefined) {
    const message = 'is required, unless payloadDigest is given';
    throw new InvalidInputError([{ path: 'payload', message }]);
  }
  const input = {
    nodeExecId: reviewId,
    payloadDigest: digest ?? (await payloadDigest(payload)),
  };
  try {
    const { review } = await client.operations.consumeReview(input, { signal });
    const approved = jsonTextOf(review.payload);
    const answer: Answer = {
      actNow: true,
      status: 'consumed',
      next: 'Act now, once, on exactly this payload. Then call report_outcome.',
      reviewId,
      payload: approved.value,
      payloadDigest: input.payloadDigest,
      ...(review.reviewMessage && { message: review.reviewMessage }),
      ...(review.decidedBy && { decidedBy: review.decidedBy }),
      ...(review.decisionSource && { source: review.decisionSource }),
      ...rulesIn(review.policy),
      ...votesIn(review.votes),
    };
    return resultOf(answer, approved.text);
  } catch (error) {
    if (error instanceof NotFoundError) return resultOf(unknown(reviewId));
    if (!(error instanceof ReviewConflictError)) throw error;
    const [review] = error.reviews;
    if (review?.status === 'CHANGES_REQUESTED' || review?.status === 'ANSWERED') {
      return answerAbout(client, review, signal);
    }
    return resultOf(await answerToConflict(client, input, error));
  }
}

async function answerToConflict(
  client: ReviewClient,
  { nodeExecId: reviewId, payloadDigest: digest }: { nodeExecId: string; payloadDigest: string },
  { message, reviews }: ReviewConflictError,
): Promise<Answer> {
  const [review] = reviews;
  const outcome = review && outcomeOfReview(review);
  if (review && !outcome) return waiting(client, review);
  const answer = { actNow: false, next: `Do not act: ${message}.`, reviewId };
  if (outcome && !outcome.approved) {
    return { ...answer, status: statusOf(outcome) };
  }
  // Only another payload can be corrected. Otherwise the policy denies it since, for example.
  const isApproved = outcome && (await payloadDigest(outcome.data)) === digest;
  return isApproved
    ? { ...answer, status: 'void' }
    : { ...answer, status: 'approved', next: answer.next + hintAfter(review) };
}

function hintAfter(review: ReviewFragment | undefined): string {
  const edit = review?.wasEdited ? ' The reviewer changed the payload.' : '';
  return `${edit} Call wait_for_review to get the approved payload, then consume_review with that.`;
}
