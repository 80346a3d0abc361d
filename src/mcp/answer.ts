import {
  InvalidInputError,
  type NotApproved,
  type Outcome,
  outcomeOfReview,
  payloadDigest,
} from '@holdpoint/client';
import type { ReviewFragment, VerdictFragment, VoteFragment } from '@holdpoint/client/documents';
import { jsonTextOf } from '@holdpoint/client/json';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { addressOf } from '../hook/holdCall.ts';
import type { ReviewClient } from './reviewClient.ts';

/** The structured result of every tool. The text result says the same in prose. */
export const answerShape = {
  actNow: z.boolean().describe('True only if you may act right now. Otherwise, do not act.'),
  status: z.enum([
    'waiting',
    'approved',
    'answered',
    'changes_requested',
    'consumed',
    'rejected',
    'expired',
    'cancelled',
    'deleted',
    'withdrawn',
    'void',
    'unknown',
    'reported',
  ]),
  next: z.string().describe('What to do now.'),
  reviewId: z.string(),
  url: z
    .string()
    .optional()
    .describe('While it waits: where a person decides. Show it to your user.'),
  payload: z
    .unknown()
    .optional()
    .describe(
      'If approved: act on exactly this. If changes were requested: the payload that they are about.',
    ),
  payloadDigest: z
    .string()
    .optional()
    .describe('Digest of the payload, for consume_review and revise_review.'),
  answer: z.unknown().optional().describe('The answer to a question. It is never an approval.'),
  comments: z
    .array(z.object({ actor: z.string(), text: z.string(), pointer: z.string().optional() }))
    .optional()
    .describe(
      'If changes were requested: what was said about the payload. `pointer` is a JSON pointer to the place.',
    ),
  edited: z.boolean().optional().describe('Whether the reviewer changed what you asked for.'),
  message: z
    .string()
    .optional()
    .describe("The reviewer's message, or the reason of the rule that decided."),
  decidedBy: z.string().optional(),
  source: z
    .string()
    .optional()
    .describe(
      'Who or what decided, e.g. REVIEWER, POLICY if a rule did, or OVERRIDE past the people who were asked.',
    ),
  rules: z
    .array(z.string())
    .optional()
    .describe('The rules of the policy that allowed it, denied it, or sent it to a person.'),
  approvals: z
    .object({ required: z.number(), given: z.number() })
    .optional()
    .describe('While it waits for several approvals: how many are required, and given so far.'),
  votes: z
    .array(
      z.object({
        actor: z.string(),
        onBehalfOf: z.string().optional(),
        decision: z.string(),
        message: z.string().optional(),
      }),
    )
    .optional()
    .describe('The votes that count, if several approvals are required.'),
};

export type Answer = z.output<z.ZodObject<typeof answerShape>>;

/**
 * @param jsonText the exact JSON of the payload or of the answer, since JavaScript numbers can lose
 *   digits
 */
export function resultOf(answer: Answer, jsonText?: string): CallToolResult {
  const { next, message, edited, source, rules, comments = [], status } = answer;
  const from = source === 'POLICY' ? 'the policy' : 'the reviewer';
  const lines = [
    next,
    ...(message ? [`Message from ${from}: ${message}`] : []),
    ...(rules ? [`Rules of the policy: ${rules.join(', ')}`] : []),
    ...(edited ? ['The reviewer edited the payload. Act on the payload below, not on yours.'] : []),
    ...comments.map(({ actor, text, pointer }) =>
      pointer ? `Comment by ${actor} on ${pointer}: ${text}` : `Comment by ${actor}: ${text}`,
    ),
    ...(jsonText === undefined ? [] : [`${jsonTitles[status] ?? 'Approved payload'}: ${jsonText}`]),
    ...(answer.payloadDigest ? [`payloadDigest: ${answer.payloadDigest}`] : []),
    `reviewId: ${answer.reviewId}`,
    ...(answer.url ? [`A person decides at ${answer.url}`] : []),
  ];
  return { content: [{ type: 'text', text: lines.join('\n') }], structuredContent: answer };
}

const jsonTitles: Partial<Record<Answer['status'], string>> = {
  answered: 'Answer',
  changes_requested: 'Payload to revise',
};

/**
 * The result of a tool that failed.
 * @param consequence what the failure means for the model
 */
export function failureOf(
  error: unknown,
  consequence = 'This is not an approval. Do not act.',
): CallToolResult {
  const reason = error instanceof Error ? error.message : String(error);
  const text = `${consequence} ${reason}${
    error instanceof InvalidInputError ? '. Correct the arguments and call again.' : ''
  }`;
  return { content: [{ type: 'text', text }], isError: true };
}

/** The result for a review that waits, perhaps for more approvals. */
export function waiting(client: ReviewClient, review: ReviewFragment): Answer {
  const { nodeExecId: reviewId, kind, approvalsRequired, votes, policy } = review;
  const url = addressOf(client, reviewId);
  if (kind === 'QUESTION') {
    const next =
      'No answer yet. Call wait_for_review with this reviewId, and repeat the call while the status is "waiting".';
    return { actNow: false, status: 'waiting', next, reviewId, url };
  }
  const required = approvalsRequired.reduce((sum, { count }) => sum + count, 0);
  const given = approvalsRequired.reduce((sum, requirement) => sum + requirement.given, 0);
  const progress = required > 0 ? `${given} of ${required} approvals are given. ` : '';
  return {
    actNow: false,
    status: 'waiting',
    next: `No decision yet. ${progress}Do not act. Call wait_for_review with this reviewId, and repeat the call while the status is "waiting".`,
    reviewId,
    url,
    ...(required > 0 && { approvals: { required, given } }),
    ...rulesIn(policy),
    ...votesIn(votes),
  };
}

/** The rules that decided or asked for a person; nothing without any. */
export const rulesIn = (policy: VerdictFragment | null): Pick<Answer, 'rules'> =>
  policy?.mode === 'ENFORCED' && policy.ruleIds.length > 0 ? { rules: [...policy.ruleIds] } : {};

/** The votes that count; nothing without any. */
export function votesIn(votes: readonly VoteFragment[]): Pick<Answer, 'votes'> {
  const counted = votes.filter(({ endedBy }) => endedBy === null);
  if (counted.length === 0) return {};
  return {
    votes: counted.map(({ actor, onBehalfOf, decision, message }) => ({
      actor,
      ...(onBehalfOf !== null && { onBehalfOf }),
      decision,
      ...(message !== null && { message }),
    })),
  };
}

export const unknown = (reviewId: string): Answer => ({
  actNow: false,
  status: 'unknown',
  next: 'There is no such review. Do not act. Call request_review to request one.',
  reviewId,
});

const refusals = {
  rejected: 'Rejected. Do not act, and do not request the same action again.',
  changesRequested:
    'A reviewer asked for changes. Do not act. Call wait_for_review for what to change, then revise_review.',
  answered: 'It is a question, and an answer is never an approval. Do not act on it.',
  expired: 'Nobody decided in time. Do not act.',
  cancelled: 'The run was stopped. Do not act.',
  deleted: 'The request was withdrawn. Do not act.',
  consumed:
    'This approval has already been used. Do not act on it. To do the same action once more, call request_review with another `call`.',
  withdrawn:
    'The approval was taken back before it was used. Do not act. Call wait_for_review for the new decision.',
  void: 'This approval is no longer valid, because the run was stopped or it was not used in time. Do not act on it. If the action is still needed, call request_review with another `call`.',
  timeout: 'No decision yet. Do not act.',
} as const;

const denied =
  'Denied by the policy: nobody can approve it. Do not act, and do not request the same action again.';

export function statusOf({ status }: NotApproved): Answer['status'] {
  if (status === 'timeout') return 'waiting';
  return status === 'changesRequested' ? 'changes_requested' : status;
}

/** The result for a review as it is now. */
export async function answerAbout(
  client: ReviewClient,
  review: ReviewFragment,
  signal: AbortSignal,
): Promise<CallToolResult> {
  const { nodeExecId: reviewId, status, kind, reviewMessage, decidedBy } = review;
  if (status === 'WAITING') return resultOf(waiting(client, review));
  const said = {
    ...(reviewMessage && { message: reviewMessage }),
    ...(decidedBy && { decidedBy }),
  };
  if (status === 'ANSWERED') {
    const { text, value } = jsonTextOf(review.answer);
    const next = 'Answered. An answer is never an approval: it permits no action by itself.';
    return resultOf(
      { actNow: false, status: 'answered', next, reviewId, answer: value, ...said },
      text,
    );
  }
  if (status === 'CHANGES_REQUESTED') {
    const comments = await client.operations.comments(reviewId, { signal });
    const { text, value } = jsonTextOf(review.payload);
    const next =
      'A reviewer asked for changes. Do not act. Call revise_review with this reviewId, the payloadDigest and the changed payload. If you cannot change it, stop here.';
    return resultOf(
      {
        ...{ actNow: false, status: 'changes_requested', next, reviewId },
        payload: value,
        payloadDigest: review.payloadDigest,
        comments: comments
          .filter(({ revision }) => revision === review.revision)
          .map(({ actor, text, pointer }) => ({ actor, text, ...(pointer && { pointer }) })),
        ...said,
      },
      text,
    );
  }
  const outcome = outcomeOfReview(review) as Outcome;
  if (kind === 'QUESTION' && outcome.status === 'rejected') {
    const next = 'There is no answer: the question was declined. Do not ask it again.';
    return resultOf({ actNow: false, status: 'rejected', next, reviewId, ...said });
  }
  return answerTo(outcome);
}

/** The result for an outcome that the caller has not consumed. */
export async function answerTo(outcome: Outcome): Promise<CallToolResult> {
  const { nodeExecId: reviewId, message, decidedBy, source, policy, votes } = outcome;
  const said = {
    ...(message && { message }),
    ...(decidedBy && { decidedBy }),
    ...(source && { source }),
    ...rulesIn(policy),
    ...votesIn(votes),
  };
  if (!outcome.approved) {
    const status = statusOf(outcome);
    const isDenied = status === 'rejected' && source === 'POLICY';
    const next = isDenied ? denied : refusals[outcome.status];
    return resultOf({ actNow: false, status, next, reviewId, ...said });
  }
  const { data, dataText, edited } = outcome;
  return resultOf(
    {
      actNow: false,
      status: 'approved',
      next: 'Approved, but do not act yet. Call consume_review with this reviewId and the payload that you are about to act on, and act only if it returns actNow: true.',
      reviewId,
      payload: data,
      payloadDigest: await payloadDigest(data),
      edited,
      ...said,
    },
    dataText,
  );
}
