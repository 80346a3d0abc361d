import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { resultOf } from './answer.ts';
import type { ReviewClient } from './reviewClient.ts';

export const reportOutcomeShape = {
  reviewId: z.string().min(1).max(255).describe('As request_review answered it.'),
  outcome: z
    .enum(['EXECUTED', 'FAILED', 'SKIPPED'])
    .describe('EXECUTED: it is done. FAILED: it was tried. SKIPPED: it was not even tried.'),
  detail: z.string().max(10_000).optional().describe('For people: what happened.'),
};

type Input = z.output<z.ZodObject<typeof reportOutcomeShape>>;

/** Tells people what came of acting on a consumed approval. */
export async function reportOutcome(
  { operations }: ReviewClient,
  { reviewId, outcome, detail }: Input,
  signal: AbortSignal,
): Promise<CallToolResult> {
  const input = { nodeExecId: reviewId, outcome, ...(detail !== undefined && { detail }) };
  await operations.reportOutcome(input, { signal });
  const next = 'Reported. This approval is used: for another action ask with request_review.';
  return resultOf({ actNow: false, status: 'reported', next, reviewId });
}
