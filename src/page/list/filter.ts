import type { Row } from '../data/waitingReviews.ts';
import { riskNames, riskRank } from '../parts/RiskBadge.tsx';

/** What the waiting reviews can be filtered by, besides words. */
export const facets = ['agent', 'step', 'risk', 'tag'] as const;
export type Facet = (typeof facets)[number];

export type ListFilter = { text: string } & {
  /** Any of these values; none: all. */
  readonly [facet in Facet]: readonly string[];
};

export const noFilter: ListFilter = { text: '', agent: [], step: [], risk: [], tag: [] };

const valuesOf: Record<Facet, (row: Row) => readonly string[]> = {
  agent: ({ requestedBy }) => [requestedBy],
  step: ({ nodeId }) => [nodeId],
  risk: ({ risk }) => (risk ? [risk] : []),
  tag: ({ tags }) => tags,
};

/** Whether the filter leaves anything out. */
export const isFiltering = (filter: ListFilter): boolean =>
  wordsOf(filter).length > 0 || facets.some((facet) => filter[facet].length > 0);

export const isSearching = (filter: ListFilter): boolean => wordsOf(filter).length > 0;

/** The filter with or without a value. */
export function toggled(filter: ListFilter, facet: Facet, value: string): ListFilter {
  const before = filter[facet];
  const after = before.includes(value)
    ? before.filter((other) => other !== value)
    : [...before, value];
  return { ...filter, [facet]: after };
}

/**
 * The rows that match the filter.
 * @param payloads the payloads that are known, by review, in lower case
 */
export function matchingRows(
  rows: readonly Row[],
  filter: ListFilter,
  payloads: ReadonlyMap<string, string>,
): readonly Row[] {
  if (!isFiltering(filter)) return rows;
  const words = wordsOf(filter);
  const wanted = wantedValues(filter);
  return rows.filter(
    (row) =>
      wanted.every(([facet, values]) => valuesOf[facet](row).some((value) => values.has(value))) &&
      hasWords(row, words, payloads),
  );
}

/** A value that reviews have, and how many of them. */
export type Option = { value: string; count: number };

/**
 * The values to choose from, the most frequent first, risks by severity. They are counted among the
 * reviews that match the rest of the filter. What is chosen is always one of them.
 */
export function optionsOf(
  facet: Facet,
  rows: readonly Row[],
  filter: ListFilter,
  payloads: ReadonlyMap<string, string>,
): Option[] {
  const counts = new Map(filter[facet].map((value) => [value, 0]));
  for (const row of matchingRows(rows, { ...filter, [facet]: [] }, payloads)) {
    if (row.closed) continue;
    for (const value of valuesOf[facet](row)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const options = [...counts].map(([value, count]) => ({ value, count }));
  return facet === 'risk'
    ? options.sort((one, other) => riskRank(other.value) - riskRank(one.value))
    : options.sort((one, other) => other.count - one.count || one.value.localeCompare(other.value));
}

export const facetNames: Record<Facet, string> = {
  agent: 'Agent',
  step: 'Step',
  risk: 'Risk',
  tag: 'Tag',
};

export const optionText = (facet: Facet, value: string): string =>
  facet === 'risk' && Object.hasOwn(riskNames, value)
    ? riskNames[value as keyof typeof riskNames]
    : value;

const wordsOf = ({ text }: ListFilter): string[] => text.toLowerCase().split(/\s+/).filter(Boolean);

const wantedValues = (filter: ListFilter): [Facet, ReadonlySet<string>][] =>
  facets
    .filter((facet) => filter[facet].length > 0)
    .map((facet) => [facet, new Set(filter[facet])]);

function hasWords(
  row: Row,
  words: readonly string[],
  payloads: ReadonlyMap<string, string>,
): boolean {
  if (words.length === 0) return true;
  const { nodeId, nodeExecId, graphExecId, graphId, requestedBy, headline, instructions } = row;
  const text = [nodeId, nodeExecId, graphExecId, graphId, requestedBy, headline, instructions]
    .concat(row.tags)
    .join('\n')
    .toLowerCase();
  const payload = payloads.get(nodeExecId);
  return words.every((word) => text.includes(word) || payload?.includes(word));
}

/** The values that are filtered by, in words. */
export const chipsOf = (filter: ListFilter, onChange: (filter: ListFilter) => void) =>
  facets.flatMap((facet) =>
    filter[facet].map((value) => ({
      text: `${facetNames[facet]}: ${optionText(facet, value)}`,
      remove: () => onChange(toggled(filter, facet, value)),
    })),
  );
