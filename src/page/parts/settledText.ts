import type { ReviewEventKind, RowFragment } from '../generated/graphql.ts';
import { headlineOf } from '../payload/outcome/outcomeText.ts';

type Settled = Pick<
  RowFragment,
  'status' | 'decidedBy' | 'decisionSource' | 'wasEdited' | 'reviewMessage'
> & { settled?: { kind: ReviewEventKind | null; actor: string | null } | null };

/** Who settled a review and how, in a line. An expiry or a stop is nobody's no. */
export function settledText(review: Settled): string {
  const { decisionSource, wasEdited, reviewMessage, settled } = review;
  if (settled?.kind === 'DELETED') return `Deleted by ${settled.actor ?? 'somebody'}`;
  const { text, by } = headlineOf(review);
  const edit = wasEdited ? ' with an edit' : '';
  const words = reviewMessage && decisionSource === 'REVIEWER' ? `: ${reviewMessage}` : '';
  return `${text}${edit}${by ? ` by ${by}` : ''}${words}`;
}
