import type {
  DecisionSource,
  ReviewFragment,
  VerdictFragment,
  VoteFragment,
} from './generated/graphql.ts';
import { JsonText } from './json/jsonText.ts';
import { jsonTextOf } from './json/parseJson.ts';

/** Who decided, and how. */
export type Decided = {
  /**
   * The actor who decided; the last of them if several approved. If a rule did, the one who saved
   * the policy. Null if nobody did.
   */
  decidedBy: string | null;
  /**
   * Who or what decided: POLICY if a rule did, OVERRIDE past the people who were asked. Null without
   * a decision.
   */
  source: DecisionSource | null;
  /**
   * What the policy said when the review was requested. If `source` is POLICY, the rules in
   * `ruleIds` decided. Null if there was no policy.
   */
  policy: VerdictFragment | null;
  /**
   * Everybody's votes, oldest first, if the review requires several approvals. Those with an
   * `endedBy` do not count any more.
   */
  votes: readonly VoteFragment[];
};

/** Approved by people, by a standing approval or by a rule of the policy. */
export type Approved<Data = unknown> = Decided & {
  approved: true;
  status: 'approved';
  /** What to act on: the requested payload, or what a reviewer or a revision made of it. */
  data: Data;
  /** The same as exact JSON text, with all digits and the order of keys. */
  dataText: string;
  /**
   * Whether it is not what the caller asked for: a reviewer changed it, or the request was made or
   * revised with another payload. Where only the review is known, whether a reviewer changed it.
   */
  edited: boolean;
  /** Whether a standing approval approved it. */
  autoApproved: boolean;
  nodeExecId: string;
  /** The reviewer's message; empty if there is none. */
  message: string;
};

/**
 * Do not act. The status says why:
 * - `rejected`: a person rejected it, or a rule of the policy denies it. Do not ask again.
 * - `changesRequested`: a reviewer wants something else, as the message says. It can be revised
 * - `answered`: it was a question, and an answer is never an approval
 * - `expired`: nobody decided in time
 * - `cancelled`: the run was stopped or has ended
 * - `deleted`: the review was withdrawn
 * - `consumed`: it was approved, and the approval has already been used
 * - `withdrawn`: it was approved, and the approval was taken back; the review waits again, and the
 *   next call resumes it
 * - `void`: it was approved, but the approval can no longer be used, e.g. because it lapsed or the
 *   policy has changed. If it is still needed, request it under another ID
 * - `timeout`: the caller's time limit has passed; the review still waits, and the next call
 *   resumes it
 */
export type NotApproved = Decided & {
  approved: false;
  status:
    | 'rejected'
    | 'changesRequested'
    | 'answered'
    | 'expired'
    | 'cancelled'
    | 'deleted'
    | 'consumed'
    | 'withdrawn'
    | 'void'
    | 'timeout';
  nodeExecId: string;
  /** The reviewer's message, or the reason for the status. */
  message: string;
  /** Whether somebody has marked it as processed. */
  processed: boolean;
};

export type Outcome<Data = unknown> = Approved<Data> | NotApproved;

/** The outcome of a review; null while it is WAITING. */
export function outcomeOfReview(review: ReviewFragment): Outcome | null {
  const { nodeExecId, status, decidedBy, decisionSource } = review;
  if (status === 'WAITING') return null;
  const message = review.reviewMessage ?? '';
  const { policy, votes } = review;
  const decided = { decidedBy, source: decisionSource, policy, votes };
  if (status === 'APPROVED' && !review.processed && !review.voidedAt) {
    return {
      ...approved(nodeExecId, review.payload),
      edited: review.wasEdited === true,
      autoApproved: decisionSource === 'AUTO_APPROVAL',
      message,
      ...decided,
    };
  }
  const { processed } = review;
  const base = { approved: false, nodeExecId, message, processed, ...decided } as const;
  if (status === 'APPROVED' && review.voidedAt) {
    return { ...base, status: 'void', message: voidTextOf(review) };
  }
  if (status === 'APPROVED') return { ...base, status: 'consumed', message: useOf(review) };
  if (status === 'CHANGES_REQUESTED') return { ...base, status: 'changesRequested' };
  if (status === 'ANSWERED') return { ...base, status: 'answered', message: NO_APPROVAL };
  if (decisionSource === 'CANCELLATION') return { ...base, status: 'cancelled' };
  if (decisionSource === 'EXPIRY') return { ...base, status: 'expired' };
  return { ...base, status: 'rejected' };
}

const NO_APPROVAL = 'It is a question, and an answer is never an approval';

const useOf = ({ consumedBy, consumedAt }: ReviewFragment): string =>
  `The approval has already been used${consumedBy ? ` by ${consumedBy} at ${consumedAt}` : ''}`;

const voidTextOf = ({ voidedAt }: ReviewFragment): string =>
  `It was approved, but the approval has been void since ${voidedAt}: the run was stopped, or it was not used in time`;

const undecided = {
  approved: false,
  decidedBy: null,
  source: null,
  policy: null,
  processed: false,
} as const;

export const deleted = (nodeExecId: string): NotApproved => ({
  ...undecided,
  status: 'deleted',
  nodeExecId,
  message: 'The review was deleted while waiting for it',
  votes: [],
});

/** The approval was taken back before it was consumed, so the review waits again. */
export const withdrawn = ({
  nodeExecId,
  reviewMessage,
  policy,
  votes,
}: ReviewFragment): NotApproved => ({
  ...undecided,
  policy,
  status: 'withdrawn',
  nodeExecId,
  message: `The approval was withdrawn before it was consumed${reviewMessage ? `: ${reviewMessage}` : ''}`,
  votes,
});

/**
 * The service refuses that the approval be used, e.g. because the policy denies it since, or the run
 * has ended.
 * @param message the reason that the service gave
 */
export const unusable = (review: ReviewFragment, message: string): NotApproved => ({
  approved: false,
  status: 'void',
  nodeExecId: review.nodeExecId,
  message,
  processed: review.processed,
  decidedBy: review.decidedBy,
  source: review.decisionSource,
  policy: review.policy,
  votes: review.votes,
});

export const timedOut = (
  nodeExecId: string,
  limitMs: number,
  votes: readonly VoteFragment[] = [],
): NotApproved => ({
  ...undecided,
  status: 'timeout',
  nodeExecId,
  message: `Nobody decided within the time limit of ${limitMs} ms`,
  votes,
});

function approved(nodeExecId: string, payload: unknown) {
  const { text } = jsonTextOf(payload);
  // Parsed again: the objects of the response are shared, and may contain InexactNumbers.
  const data = new JsonText(text).value;
  return { approved: true, status: 'approved', nodeExecId, data, dataText: text } as const;
}
