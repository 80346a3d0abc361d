import { NotFoundError, ReviewConflictError } from '@holdpoint/client';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { answerAbout, resultOf, unknown } from './answer.ts';
import type { ReviewClient } from './reviewClient.ts';

export const reviseReviewShape = {
  reviewId: z.string().min(1).max(255).describe('The reviewId from request_review.'),
  payloadDigest: z
    .string()
    .describe('The payloadDigest from wait_for_review: of the payload that you changed.'),
  payload: z
    .record(z.string(), z.unknown())
    .describe('The changed payload, in full. The reviewer sees what changed.'),
  note: z.string().max(2_000).optional().describe('What you changed, for the reviewer.'),
};

type Input = z.output<z.ZodObject<typeof reviseReviewShape>>;

/**
 * Replaces the payload of a request. If it is not the one any more that the change is based on,
 * nothing changes, and the result says what the review is now.
 */
export async function reviseReview(
  client: ReviewClient,
  { reviewId, payloadDigest, payload, note }: Input,
  signal: AbortSignal,
): Promise<CallToolResult> {
  try {
    const { review } = await client.operations.reviseReview(
      { nodeExecId: reviewId, basedOnDigest: payloadDigest, payload, note: note ?? null },
      { signal },
    );
    return await answerAbout(client, review, signal);
  } catch (error) {
    if (error instanceof NotFoundError) return resultOf(unknown(reviewId));
    const [review] = error instanceof ReviewConflictError ? error.reviews : [];
    if (!review) throw error;
    return answerAbout(client, review, signal);
  }
}
