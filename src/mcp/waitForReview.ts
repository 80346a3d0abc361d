import { setTimeout as sleep } from 'node:timers/promises';
import { deleted, ExecutionEndedError, ReviewConflictError } from '@holdpoint/client';
import type { ReviewFragment } from '@holdpoint/client/documents';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { answerAbout, answerTo, resultOf, unknown, waiting } from './answer.ts';
import type { ReviewClient } from './reviewClient.ts';

/** Clients time out after 60 seconds, some after 30. */
const DEFAULT_SECONDS = 25;
const MAX_SECONDS = 50;

export const waitForReviewShape = {
  reviewId: z
    .string()
    .min(1)
    .max(255)
    .describe('The reviewId from request_review or ask_question.'),
  seconds: z
    .number()
    .min(0)
    .max(MAX_SECONDS)
    .optional()
    .describe(
      `How long to wait before returning "waiting", in seconds. Defaults to ${DEFAULT_SECONDS}.`,
    ),
};

type Input = z.output<z.ZodObject<typeof waitForReviewShape>>;

/**
 * Waits for a decision for a limited time.
 * @param onWaiting called when the wait begins, with a signal that aborts when it ends
 */
export async function waitForReview(
  client: ReviewClient,
  { reviewId, seconds = DEFAULT_SECONDS }: Input,
  signal: AbortSignal,
  onWaiting?: (review: ReviewFragment, ended: AbortSignal) => void,
): Promise<CallToolResult> {
  const { operations, watcher } = client;
  const answerOf = (review: ReviewFragment | null) =>
    review ? answerAbout(client, review, signal) : answerTo(deleted(reviewId));
  const read = async () => (await operations.reviews([reviewId], { signal }))[0];
  const first = await read();
  if (!first) return resultOf(unknown(reviewId));
  if (first.status !== 'WAITING') return answerAbout(client, first, signal);

  const wait = watcher.expect({
    nodeExecId: reviewId,
    graphExecId: first.graphExecId,
    requestAgain: () => askAgain(client, first),
  });
  const end = new AbortController();
  try {
    // Later events are not missed from here on. Requesting again catches anything that happened
    // before.
    const now = await askAgain(client, first, signal).then(
      ({ review }) => review ?? null,
      async (error: unknown) => {
        // If the run has ended, or another actor requested the review, it can only be read.
        const isOthers = error instanceof ReviewConflictError && error.reviews.length === 0;
        const found = error instanceof ExecutionEndedError || isOthers ? await read() : null;
        if (found) return found;
        throw error;
      },
    );
    if (now?.status !== 'WAITING') return await answerOf(now);
    onWaiting?.(now, end.signal);
    const limit = sleep(seconds * 1_000, 'late' as const, {
      signal: AbortSignal.any([signal, end.signal]),
    });
    const decided = await Promise.race([wait.untilDecided(first.nodeId), limit]);
    if (decided === 'late') return resultOf(waiting(client, (await read()) ?? first));
    return await answerOf(decided);
  } finally {
    end.abort();
    wait.end();
  }
}

/**
 * Repeats the request unchanged, so that a standing approval that was created since can apply. None
 * applies to a question, or to a review that says who must approve it: these are only read again.
 */
async function askAgain(
  { operations }: ReviewClient,
  review: ReviewFragment,
  signal?: AbortSignal,
): Promise<{ review: ReviewFragment | undefined }> {
  if (review.approvalsRequired.length > 0 || review.kind === 'QUESTION') {
    const [now] = await operations.reviews([review.nodeExecId], { signal });
    return { review: now };
  }
  return operations.requestReview(
    {
      nodeExecId: review.nodeExecId,
      graphExecId: review.graphExecId,
      graphId: review.graphId,
      graphVersion: review.graphVersion,
      nodeId: review.nodeId,
      payload: review.payload,
      instructions: review.instructions,
      headline: review.headline,
      risk: review.risk,
      tags: [...review.tags],
      reversible: review.reversible,
      links: [...review.links],
      allowedDecisions: [...review.allowedDecisions],
      editable: review.editable,
      consumers: [...review.consumers],
      expiresAt: review.expiresAt,
    },
    { signal },
  );
}
