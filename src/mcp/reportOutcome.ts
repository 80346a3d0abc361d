import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { resultOf } from './answer.ts';
import type { ReviewClient } from './reviewClient.ts';

export const reportOutcomeShape = {
  reviewId: z.string().min(1).max(255).describe('The reviewId from request_review.'),
  outcome: z
    .enum(['EXECUTED', 'FAILED', 'SKIPPED'])
    .describe(
      'EXECUTED: the action was carried out. FAILED: it was attempted and failed. SKIPPED: it was not attempted.',
    ),
  detail: z.string().max(10_000).optional().describe('What happened, for people.'),
};

type Input = z.output<z.ZodObject<typeof reportOutcomeShape>>;

/** Reports what happened when the agent acted on a consumed approval. */
export async function reportOutcome(
  { operations }: ReviewClient,
  { reviewId, outcome, detail }: Input,
  signal: AbortSignal,
): Promise<CallToolResult> {
  const input = { nodeExecId: reviewId, outcome, ...(detail !== undefined && { detail }) };
  await operations.reportOutcome(input, { signal });
  const next = 'Reported. This approval is used up. For another action, call request_review.';
  return resultOf({ actNow: false, status: 'reported', next, reviewId });
}
