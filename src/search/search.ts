import { z } from 'zod';
import {
  DecisionSource,
  ReviewKind,
  ReviewStatus,
  Risk,
} from '../database/generated/prisma/enums.ts';
import { id, text } from '../input.ts';
import { listedKinds, listsOf, type TermKind, Terms, wordsOf } from './terms.ts';

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

/** What a review must have, without the range of time. */
export type Wanted = {
  /** The terms, as the text of a tsquery. Null: any review. */
  query: string | null;
  /** `query` has all of these. */
  parts: readonly string[];
  /** Whether each part is one value, which the index of terms finds however many have it. */
  isSimple: boolean;
  /** The lists that have all these reviews. Null: no list has them. */
  lists: readonly string[] | null;
  /** Whether the lists have no others. */
  isExact: boolean;
};

export function wantedOf(userId: string, search: ReviewSearch): Wanted {
  const { text, requestedFrom, requestedTo, ...others } = search;
  const terms = new Terms(userId);
  const sought = Object.entries(others).flatMap(([kind, value]): [TermKind, string[]][] => {
    const values = value == null ? [] : [value].flat();
    return values.length === 0 ? [] : [[kind as keyof typeof others, values]];
  });
  const values = sought.map(
    ([kind, of]) => `(${of.map((value) => terms.term(kind, value)).join(' | ')})`,
  );
  // Words match from their beginning on.
  const words = [...wordsOf(text ?? null)].map((word) => `${terms.term('word', word)}:*`);
  const parts = [...values, ...words];
  const lists = listedKinds.flatMap((kind) => {
    const [, of] = sought.find(([name]) => name === kind) ?? [];
    const found = of && listsOf(kind, of);
    return found ? [found] : [];
  });
  return {
    query: parts.join(' & ') || null,
    parts,
    isSimple: words.length === 0 && sought.every(([, of]) => of.length === 1),
    lists: lists[0] ?? null,
    isExact: lists.length === 1 && parts.length === 1,
  };
}
