import { createHash } from 'node:crypto';
import type {
  DecisionSource,
  ReviewKind,
  ReviewStatus,
  Risk,
} from '../database/generated/prisma/enums.ts';
import { ANYONE } from '../people/requirement.ts';

// A search entry has a set of terms: one for each value that a filter can ask for, and one for each
// word. Each begins with its workspace, so that an index over all workspaces finds only the
// entries of one. Most values also have a list of their entries in the order of time.

/** In the order of harm. */
const risks: readonly Risk[] = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];

/** What each kind of term is called in the index. */
const kinds = {
  status: 's',
  kind: 'k',
  graphId: 'g',
  nodeId: 'n',
  graphExecId: 'x',
  tag: 't',
  /** One term for each risk that it reaches, so that one term finds all above it. */
  riskAtLeast: 'r',
  requestedBy: 'a',
  decidedBy: 'd',
  decisionSource: 'c',
  teamId: 'm',
  ruleId: 'p',
  word: 'w',
} as const;

export type TermKind = keyof typeof kinds;

/**
 * The kinds of values that have lists, those that usually have the shortest ones first. A run has
 * few reviews, and words are found by their beginning, so these have none.
 */
export const listedKinds = [
  ...['nodeId', 'decidedBy', 'riskAtLeast', 'ruleId', 'tag', 'teamId', 'kind', 'graphId'],
  ...['requestedBy', 'decisionSource', 'status'],
] as const satisfies readonly TermKind[];

export type ListedKind = (typeof listedKinds)[number];

/** Most reviews are actions, and the others are found without a list; likewise those that wait. */
const unlisted: readonly string[] = ['kACTION', 'sWAITING'];

/** The lists of the values, or null if some of them have none. */
export function listsOf(kind: ListedKind, values: readonly string[]): string[] | null {
  const lists = [...new Set(values)].map((value) => kinds[kind] + value);
  return lists.some((list) => unlisted.includes(list)) ? null : lists;
}

const WORKSPACE_CHARACTERS = 8;

/**
 * SQL: the lists that an entry is in, by its terms. They are what `listsWith` gives.
 * @param terms the SQL of a tsvector
 */
export const listsIn = (terms: string): string =>
  `(SELECT t."list" FROM unnest(${terms}) u CROSS JOIN LATERAL (
    SELECT substr(u."lexeme", ${WORKSPACE_CHARACTERS + 1}) AS "list") t
  WHERE left(t."list", 1) NOT IN ('${kinds.word}', '${kinds.graphExecId}')
    AND t."list" NOT IN (${unlisted.map((list) => `'${list}'`).join(', ')}))`;

const MAX_WORD_CHARACTERS = 100;
/** PostgreSQL stores at most a megabyte of terms. */
const MAX_WORDS_SIZE = 200_000;
/** What each word takes besides its characters. */
const WORD_SIZE = 10;

/** Scripts without spaces between words: each character counts as a word. */
const unspaced = String.raw`\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}`;
export const wordsIn = new RegExp(
  String.raw`(?=[${unspaced}])[\p{L}\p{N}]\p{M}*|(?:(?![${unspaced}])[\p{L}\p{N}]|\p{M})+`,
  'gu',
);
const caseChange = /(?<=\p{Ll})(?=\p{Lu})/u;

/**
 * The words of a text in lower case, without duplicates: `sendEmail` gives `sendemail`, `send` and
 * `email`. Longer words are cut at 100 characters, and of very long texts only the first words
 * count.
 */
export function wordsOf(...texts: readonly (string | null)[]): Set<string> {
  const words = new Set<string>();
  let size = 0;
  for (const text of texts) {
    for (const [whole] of (text ?? '').normalize('NFKC').matchAll(wordsIn)) {
      const parts = whole.split(caseChange);
      for (const word of parts.length > 1 ? [whole, ...parts] : parts) {
        const lower = word.toLowerCase();
        const characters = lower.length > MAX_WORD_CHARACTERS ? cut(lower) : lower;
        if (words.has(characters)) continue;
        size += characters.length + WORD_SIZE;
        if (size > MAX_WORDS_SIZE) return words;
        words.add(characters);
      }
    }
  }
  return words;
}

const cut = (word: string): string => [...word].slice(0, MAX_WORD_CHARACTERS).join('');

/** What is searched of a review. */
export type Searchable = {
  status: ReviewStatus;
  kind: ReviewKind;
  graphId: string;
  nodeId: string;
  graphExecId: string;
  tags: readonly string[];
  risk: Risk | null;
  requestedBy: string;
  decidedBy: string | null;
  decisionSource: DecisionSource | null;
  approverTeams: readonly string[];
  ruleIds: readonly string[];
  headline: string | null;
  instructions: string | null;
};

/** The teams that could meet a requirement, without duplicates. */
export const teamsOf = ({ approverTeams }: Pick<Searchable, 'approverTeams'>): string[] => [
  ...new Set(approverTeams.filter((teamId) => teamId !== ANYONE)),
];

/** The risks that a risk reaches: itself and the lower ones. */
const reachedBy = (risk: Risk | null): readonly Risk[] =>
  risk === null ? [] : risks.slice(0, risks.indexOf(risk) + 1);

/** All values of a review that a filter can ask for, by their kind. */
const valuesOf = (review: Searchable): Record<Exclude<TermKind, 'word'>, readonly string[]> => {
  const { decidedBy, decisionSource } = review;
  return {
    status: [review.status],
    kind: [review.kind],
    graphId: [review.graphId],
    nodeId: [review.nodeId],
    graphExecId: [review.graphExecId],
    tag: review.tags,
    riskAtLeast: reachedBy(review.risk),
    requestedBy: [review.requestedBy],
    decidedBy: decidedBy === null ? [] : [decidedBy],
    decisionSource: decisionSource === null ? [] : [decisionSource],
    teamId: teamsOf(review),
    ruleId: review.ruleIds,
  };
};

/** The lists that a review is in. */
export function listsWith(review: Searchable): string[] {
  const values = valuesOf(review);
  const lists = listedKinds.flatMap((kind) => values[kind].map((value) => kinds[kind] + value));
  return [...new Set(lists)].filter((list) => !unlisted.includes(list));
}

/** The terms of one workspace. */
export class Terms {
  readonly #workspace: string;

  constructor(userId: string) {
    const hash = createHash('sha256').update(userId).digest('base64url');
    this.#workspace = hash.slice(0, WORKSPACE_CHARACTERS);
  }

  /** One term, as the text of a tsvector or tsquery. */
  term(kind: TermKind, value: string): string {
    const quoted = value.replace(/['\\]/g, '$&$&');
    return `'${this.#workspace}${kinds[kind]}${quoted}'`;
  }

  /** All terms of a review, as the text of a tsvector. */
  of(review: Searchable): string {
    const { nodeId, graphId, graphExecId, tags, headline, instructions } = review;
    const words = wordsOf(headline, nodeId, graphId, graphExecId, ...tags, instructions);
    const values = Object.entries({ ...valuesOf(review), word: words });
    return values
      .flatMap(([kind, of]) => [...of].map((value) => this.term(kind as TermKind, value)))
      .join(' ');
  }
}
