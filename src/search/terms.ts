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
// entries of one.

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

const WORKSPACE_CHARACTERS = 8;
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
    const { status, kind, graphId, nodeId, graphExecId, tags, risk, requestedBy } = review;
    const { decidedBy, decisionSource, ruleIds, headline, instructions } = review;
    const reached = risk === null ? [] : risks.slice(0, risks.indexOf(risk) + 1);
    const words = wordsOf(headline, nodeId, graphId, graphExecId, ...tags, instructions);
    const values: [TermKind, Iterable<string | null>][] = [
      ['status', [status]],
      ['kind', [kind]],
      ['graphId', [graphId]],
      ['nodeId', [nodeId]],
      ['graphExecId', [graphExecId]],
      ['tag', tags],
      ['riskAtLeast', reached],
      ['requestedBy', [requestedBy]],
      ['decidedBy', [decidedBy]],
      ['decisionSource', [decisionSource]],
      ['teamId', teamsOf(review)],
      ['ruleId', ruleIds],
      ['word', words],
    ];
    return values
      .flatMap(([kind, of]) =>
        [...of].flatMap((value) => (value === null ? [] : [this.term(kind, value)])),
      )
      .join(' ');
  }
}
