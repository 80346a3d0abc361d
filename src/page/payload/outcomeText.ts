import type { RowFragment } from '../generated/graphql.ts';

/**
 * The fields of a review that its outcome is told from. Fields that were not queried may be absent.
 */
export type DecidedReview = {
  readonly status: string;
  readonly kind?: string;
  readonly decisionSource?: string | null;
  readonly decidedBy?: string | null;
  readonly reviewedAt?: string | null;
  readonly reviewMessage?: string | null;
  readonly wasEdited?: boolean | null;
  /** Exact JSON text. */
  readonly answer?: string | null;
  readonly processed?: boolean;
  readonly voidedAt?: string | null;
  readonly expiresAt?: string | null;
  readonly consumedAt?: string | null;
  readonly consumedBy?: string | null;
  readonly outcome?: string | null;
  readonly outcomeDetail?: string | null;
  readonly outcomeAt?: string | null;
  readonly policy?: { readonly ruleIds: readonly string[] } | null;
};

type Tone = 'waits' | 'good' | 'bad' | 'neutral';

/** The first line of an outcome: what happened and, if it was a person, who did it. */
export type Headline = {
  readonly tone: Tone;
  readonly text: string;
  readonly by?: string | null | undefined;
};

/** What the agent reported afterwards, or has yet to report. */
export type Reported = {
  readonly text: string;
  readonly isBad?: boolean;
  readonly by?: string | null | undefined;
  readonly at?: string | null | undefined;
};

/** A rejection, an expiry and a cancellation differ: only the first is somebody's decision. */
export function headlineOf(review: DecidedReview): Headline {
  const { status, kind, decisionSource, decidedBy } = review;
  if (status === 'WAITING') return { tone: 'waits', text: 'Waiting for a decision' };
  // Whoever saved the policy did not decide this review.
  if (decisionSource === 'POLICY') {
    return status === 'APPROVED'
      ? { tone: 'good', text: `Allowed by ${rulesOf(review)}` }
      : { tone: 'bad', text: `Denied by ${rulesOf(review)}` };
  }
  if (status === 'ANSWERED') return { tone: 'good', text: 'Answered', by: decidedBy };
  if (status === 'CHANGES_REQUESTED') {
    return { tone: 'neutral', text: 'Changes requested', by: decidedBy };
  }
  const isOverride = decisionSource === 'OVERRIDE';
  if (status === 'APPROVED') {
    return decisionSource === 'AUTO_APPROVAL'
      ? { tone: 'good', text: 'Approved by a standing approval' }
      : { tone: 'good', text: isOverride ? overridden('Approved') : 'Approved', by: decidedBy };
  }
  if (decisionSource === 'EXPIRY') {
    return { tone: 'neutral', text: 'Expired: nobody decided in time' };
  }
  if (decisionSource === 'CANCELLATION') {
    return { tone: 'neutral', text: 'Cancelled with its run', by: decidedBy };
  }
  const rejected = kind === 'QUESTION' ? 'No answer' : 'Rejected';
  return { tone: 'bad', text: isOverride ? overridden(rejected) : rejected, by: decidedBy };
}

function rulesOf({ policy }: DecidedReview): string {
  const ruleIds = policy?.ruleIds ?? [];
  if (ruleIds.length === 0) return 'the policy';
  return `${ruleIds.length === 1 ? 'rule' : 'rules'} ${ruleIds.join(', ')}`;
}

const overridden = (text: string): string => `${text} by override`;

const outcomes: Readonly<Record<string, string>> = {
  EXECUTED: 'Result: executed',
  FAILED: 'Result: failed',
  SKIPPED: 'Result: skipped',
};

/** What is known about a review after the decision. */
export function reports(review: DecidedReview): Reported[] {
  if (review.status === 'CHANGES_REQUESTED') {
    return [{ text: 'The agent can revise its request. Then the review waits again.' }];
  }
  if (review.status !== 'APPROVED') return [];
  const { processed, voidedAt, consumedAt, consumedBy, outcome, outcomeAt } = review;
  const known: Reported[] = [];
  if (voidedAt != null) {
    return [{ text: 'The approval was voided before it was used', isBad: true, at: voidedAt }];
  }
  if (consumedAt != null) known.push({ text: 'Picked up', by: consumedBy, at: consumedAt });
  else if (processed === true) known.push({ text: 'Picked up by the agent' });
  else if (processed === false) known.push({ text: 'Not picked up by the agent yet' });
  if (outcome != null) {
    known.push({
      text: outcomes[outcome] ?? `Result: ${outcome}`,
      isBad: outcome === 'FAILED',
      at: outcomeAt,
    });
  } else if (consumedAt != null && outcome === null) {
    known.push({ text: 'No result reported yet' });
  }
  return known;
}

type ClosedReview = Pick<
  RowFragment,
  'status' | 'kind' | 'decidedBy' | 'decisionSource' | 'wasEdited' | 'reviewMessage' | 'policy'
> & { closed?: { deletedBy?: string } | null };

/**
 * Who closed a review and how, in one line. An expiry or cancellation is not attributed to anyone.
 */
export function outcomeLine(review: ClosedReview): string {
  const { decisionSource, wasEdited, reviewMessage, closed } = review;
  if (closed?.deletedBy !== undefined) return `Deleted by ${closed.deletedBy}`;
  const { text, by } = headlineOf(review);
  const edit = wasEdited ? ' with an edit' : '';
  const message =
    reviewMessage && (decisionSource === 'REVIEWER' || decisionSource === 'OVERRIDE')
      ? `: ${reviewMessage}`
      : '';
  return `${text}${edit}${by ? ` by ${by}` : ''}${message}`;
}
