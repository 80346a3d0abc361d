import { InvalidInputError, type Outcome, payloadDigest } from '@holdpoint/client';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';

/** What every tool answers, in the words of the API; the text beside it says the same to a model. */
export const answerShape = {
  actNow: z
    .boolean()
    .describe('True only if you may act at this moment. In every other case, do not act.'),
  status: z.enum([
    'waiting',
    'approved',
    'consumed',
    'rejected',
    'expired',
    'cancelled',
    'deleted',
    'void',
    'unknown',
    'reported',
  ]),
  next: z.string().describe('What to do now.'),
  reviewId: z.string(),
  payload: z.unknown().optional().describe('What was approved: act on exactly this.'),
  payloadDigest: z.string().optional().describe('Of the payload; consume_review takes it.'),
  edited: z.boolean().optional().describe('Whether the reviewer changed what you asked for.'),
  message: z.string().optional().describe("The reviewer's words."),
  decidedBy: z.string().optional(),
};

export type Answer = z.output<z.ZodObject<typeof answerShape>>;

/** @param payloadText the payload exactly as it was approved: numbers may have more digits than JavaScript keeps */
export function resultOf(answer: Answer, payloadText?: string): CallToolResult {
  const { next, message, edited } = answer;
  const lines = [
    next,
    ...(message ? [`The reviewer says: ${message}`] : []),
    ...(edited ? ['The reviewer changed the payload: act on this one, not on yours.'] : []),
    ...(payloadText === undefined ? [] : [`Approved payload: ${payloadText}`]),
    ...(answer.payloadDigest ? [`payloadDigest: ${answer.payloadDigest}`] : []),
    `reviewId: ${answer.reviewId}`,
  ];
  return { content: [{ type: 'text', text: lines.join('\n') }], structuredContent: answer };
}

/**
 * A fault is no approval, and says so.
 * @param consequence what it means to the model
 */
export function failureOf(
  error: unknown,
  consequence = 'Nothing is approved: do not act.',
): CallToolResult {
  const reason = error instanceof Error ? error.message : String(error);
  const text = `${consequence} ${reason}${
    error instanceof InvalidInputError ? '. Correct the arguments and call again.' : ''
  }`;
  return { content: [{ type: 'text', text }], isError: true };
}

export const waiting = (reviewId: string): Answer => ({
  actNow: false,
  status: 'waiting',
  next: 'Nobody has decided yet: do not act. Call wait_for_review with this reviewId, and again for as long as it answers "waiting".',
  reviewId,
});

export const unknown = (reviewId: string): Answer => ({
  actNow: false,
  status: 'unknown',
  next: 'There is no such review: do not act. Ask with request_review.',
  reviewId,
});

const refusals = {
  rejected: 'A person said no: do not act, and do not ask for the same again.',
  expired: 'Nobody decided in time: do not act.',
  cancelled: 'The execution was stopped: do not act.',
  deleted: 'The review was taken back: do not act.',
  consumed:
    'This approval has already been used: do not act on it. To do the same once more, ask anew with request_review and another `call`.',
  void: 'This approval is no longer valid, because it was stopped or not used in time: do not act on it. If it is still wanted, ask anew with request_review and another `call`.',
  timeout: 'Nobody has decided yet: do not act.',
} as const;

/** An outcome that is known, for a caller who has not consumed it. */
export async function answerTo(outcome: Outcome): Promise<CallToolResult> {
  const { nodeExecId: reviewId, message, decidedBy } = outcome;
  const said = { ...(message && { message }), ...(decidedBy && { decidedBy }) };
  if (!outcome.approved) {
    const status = outcome.status === 'timeout' ? 'waiting' : outcome.status;
    return resultOf({ actNow: false, status, next: refusals[outcome.status], reviewId, ...said });
  }
  const { data, dataText, edited } = outcome;
  return resultOf(
    {
      actNow: false,
      status: 'approved',
      next: 'Approved, but do not act yet: call consume_review with this reviewId and the payload that you are about to act on, and act only if it says actNow.',
      reviewId,
      payload: data,
      payloadDigest: await payloadDigest(data),
      edited,
      ...said,
    },
    dataText,
  );
}
