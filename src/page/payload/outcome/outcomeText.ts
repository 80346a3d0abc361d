/** What is read of a review here; fields that were not asked for may be left out. */
export type DecidedReview = {
  readonly status: string;
  readonly decisionSource?: string | null;
  readonly decidedBy?: string | null;
  readonly reviewedAt?: string | null;
  readonly reviewMessage?: string | null;
  readonly wasEdited?: boolean | null;
  readonly processed?: boolean;
  readonly voidedAt?: string | null;
  readonly expiresAt?: string | null;
  readonly consumedAt?: string | null;
  readonly consumedBy?: string | null;
  readonly outcome?: string | null;
  readonly outcomeDetail?: string | null;
  readonly outcomeAt?: string | null;
};

type Tone = 'waits' | 'good' | 'bad' | 'neutral';

/** The first line of an outcome: what happened, and who did it where a person did. */
export type Headline = {
  readonly tone: Tone;
  readonly text: string;
  readonly by?: string | null | undefined;
};

/** What the agent said afterwards, and what it has not said. */
export type Reported = {
  readonly text: string;
  readonly isBad?: boolean;
  readonly by?: string | null | undefined;
  readonly at?: string | null | undefined;
};

/** A person's no, an expiry and a cancellation are told apart: only the first is somebody's judgement. */
export function headlineOf({ status, decisionSource, decidedBy }: DecidedReview): Headline {
  if (status === 'WAITING') return { tone: 'waits', text: 'Waiting for a decision' };
  if (status === 'APPROVED') {
    return decisionSource === 'AUTO_APPROVAL'
      ? { tone: 'good', text: 'Approved by a standing approval' }
      : { tone: 'good', text: 'Approved', by: decidedBy };
  }
  if (decisionSource === 'EXPIRY') {
    return { tone: 'neutral', text: 'Expired: nobody decided in time' };
  }
  if (decisionSource === 'CANCELLATION') {
    return { tone: 'neutral', text: 'Cancelled with its execution', by: decidedBy };
  }
  return { tone: 'bad', text: 'Rejected', by: decidedBy };
}

const outcomes: Readonly<Record<string, string>> = {
  EXECUTED: 'The agent reports: executed',
  FAILED: 'The agent reports: failed',
  SKIPPED: 'The agent reports: skipped',
};

/** What came of an approved review, as far as it is known. */
export function reports(review: DecidedReview): Reported[] {
  if (review.status !== 'APPROVED') return [];
  const { processed, voidedAt, consumedAt, consumedBy, outcome, outcomeAt } = review;
  const known: Reported[] = [];
  if (voidedAt != null) {
    return [{ text: 'The approval is void: it was not used', isBad: true, at: voidedAt }];
  }
  if (consumedAt != null) known.push({ text: 'Taken up', by: consumedBy, at: consumedAt });
  else if (processed === true) known.push({ text: 'The agent has taken it up' });
  else if (processed === false) known.push({ text: 'The agent has not taken it up yet' });
  if (outcome != null) {
    known.push({
      text: outcomes[outcome] ?? `The agent reports: ${outcome}`,
      isBad: outcome === 'FAILED',
      at: outcomeAt,
    });
  } else if (consumedAt != null && outcome === null) {
    known.push({ text: 'The agent has not reported what came of it' });
  }
  return known;
}
