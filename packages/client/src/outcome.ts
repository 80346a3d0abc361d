import type { ReviewFragment } from './generated/graphql.ts';
import { JsonText } from './json/jsonText.ts';
import { jsonTextOf } from './json/parseJson.ts';

/** A person approved, or a standing approval did. */
export type Approved<Data = unknown> = {
  approved: true;
  status: 'approved';
  /** What to act on: what was asked, or the reviewer's edit of it. */
  data: Data;
  /** The same as JSON text, exact: every digit, and the order of keys. */
  dataText: string;
  /** Whether the reviewer changed it. */
  edited: boolean;
  /** Whether a standing approval let it through. */
  autoApproved: boolean;
  nodeExecId: string;
  /** What the reviewer said; empty if nothing. */
  message: string;
  /** The actor that decided; null where none is recorded. */
  decidedBy: string | null;
};

/**
 * Do not act. `rejected`: a person said no. `expired`: nobody decided in time, as the service has
 * it. `cancelled`: the execution was stopped or has ended. `deleted`: the review was taken back.
 * `consumed`: it was approved, and that approval has been used already. `void`: it was approved,
 * and the approval is no longer valid: ask under another id. `timeout`: the caller's own time limit
 * passed; the review still waits, and asking again goes on with it.
 */
export type NotApproved = {
  approved: false;
  status: 'rejected' | 'expired' | 'cancelled' | 'deleted' | 'consumed' | 'void' | 'timeout';
  nodeExecId: string;
  /** What the reviewer said, or why it is so. */
  message: string;
  /** The actor that decided; null where nobody did. */
  decidedBy: string | null;
  /** Whether somebody has noted that they dealt with it. */
  processed: boolean;
};

export type Outcome<Data = unknown> = Approved<Data> | NotApproved;

/** The outcome of a review; null while it is WAITING. */
export function outcomeOfReview(review: ReviewFragment): Outcome | null {
  const { nodeExecId, status, decidedBy, decisionSource } = review;
  if (status === 'WAITING') return null;
  const message = review.reviewMessage ?? '';
  if (status === 'APPROVED' && !review.processed && !review.voidedAt) {
    return {
      ...approved(nodeExecId, review.payload),
      edited: review.wasEdited === true,
      autoApproved: decisionSource === 'AUTO_APPROVAL',
      message,
      decidedBy,
    };
  }
  const { processed } = review;
  const base = { approved: false, nodeExecId, message, decidedBy, processed } as const;
  if (status === 'APPROVED' && review.voidedAt) {
    return { ...base, status: 'void', message: voidText(review.voidedAt) };
  }
  if (status === 'APPROVED') return { ...base, status: 'consumed', message: useOf(review) };
  if (decisionSource === 'CANCELLATION') return { ...base, status: 'cancelled' };
  if (decisionSource === 'EXPIRY') return { ...base, status: 'expired' };
  return { ...base, status: 'rejected' };
}

const useOf = ({ consumedBy, consumedAt }: ReviewFragment): string =>
  `It was approved, and the approval has been used already${consumedBy ? ` by ${consumedBy} at ${consumedAt}` : ''}`;

const voidText = (at: string): string =>
  `It was approved, but the approval is void since ${at}: the execution was stopped, or nobody used it in time`;

export const deleted = (nodeExecId: string): NotApproved => ({
  approved: false,
  status: 'deleted',
  nodeExecId,
  message: 'The review was deleted while it was waited for',
  decidedBy: null,
  processed: false,
});

export const timedOut = (nodeExecId: string, limitMs: number): NotApproved => ({
  approved: false,
  status: 'timeout',
  nodeExecId,
  message: `Nobody decided within the time limit of ${limitMs} ms`,
  decidedBy: null,
  processed: false,
});

function approved(nodeExecId: string, payload: unknown) {
  const { text } = jsonTextOf(payload);
  // Read anew: the answer's own objects are shared, and hold what JavaScript's numbers cannot.
  const data = new JsonText(text).value;
  return { approved: true, status: 'approved', nodeExecId, data, dataText: text } as const;
}
