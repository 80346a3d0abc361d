import { z } from 'zod';
import {
  DecisionSource,
  ReviewKind,
  ReviewStatus,
  Risk,
} from '../database/generated/prisma/enums.ts';
import { id, text } from '../input.ts';
import { type TermKind, Terms, wordsOf } from './terms.ts';

const MAX_TEXT_CHARACTERS = 200;

/** Blank is the same as absent. */
const words = text(MAX_TEXT_CHARACTERS)
  .refine(
    (value) => value.trim() === '' || wordsOf(value).size > 0,
    'must contain a letter or a digit',
  )
  .nullish();

/** What to search for. All that is given must hold; empty lists do not restrict. */
export const reviewSearch = z.object({
  status: z.array(z.enum(ReviewStatus)).nullish(),
  kind: z.enum(ReviewKind).nullish(),
  text: words,
  graphId: id.nullish(),
  nodeId: id.nullish(),
  graphExecId: id.nullish(),
  tag: id.nullish(),
  riskAtLeast: z.enum(Risk).nullish(),
  requestedBy: id.nullish(),
  decidedBy: id.nullish(),
  decisionSource: z.array(z.enum(DecisionSource)).nullish(),
  teamId: id.nullish(),
  ruleId: id.nullish(),
  requestedFrom: z.date().nullish(),
  requestedTo: z.date().nullish(),
});

export type ReviewSearch = z.output<typeof reviewSearch>;

/**
 * The terms that a review must have, as the text of a tsquery. Null: any.
 * @param search without its range of time
 */
export function queryOf(userId: string, search: ReviewSearch): string | null {
  const { status, decisionSource, text, requestedFrom, requestedTo, ...others } = search;
  const terms = new Terms(userId);
  const anyOf = (kind: TermKind, values: readonly string[] | null | undefined) =>
    values?.length ? [`(${values.map((value) => terms.term(kind, value)).join(' | ')})`] : [];
  return (
    [
      ...anyOf('status', status),
      ...anyOf('decisionSource', decisionSource),
      ...Object.entries(others).flatMap(([kind, value]) =>
        value == null ? [] : [terms.term(kind as keyof typeof others, value)],
      ),
      // Words match from their beginning on.
      ...[...wordsOf(text ?? null)].map((word) => `${terms.term('word', word)}:*`),
    ].join(' & ') || null
  );
}
