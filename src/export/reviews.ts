import { exactText, RefusedError } from '@holdpoint/client';
import type {
  ReviewFragment,
  SearchReviewsQuery,
  SearchReviewsQueryVariables,
} from '@holdpoint/client/documents';
import { jsonTextOf, stringifyJson } from '@holdpoint/client/json';
import { csvLine } from './csv.ts';

/** Reviews per page. Large payloads need smaller pages. */
const PAGE = 50;

export const exportFormats = ['csv', 'jsonl'] as const;
export type ExportFormat = (typeof exportFormats)[number];

type FoundPage = Pick<SearchReviewsQuery['searchReviews'], 'edges' | 'pageInfo'>;

/**
 * Yields what is found, newest first, and reads the next page only when it is needed.
 * @param most how many at most
 */
export async function* findReviews(
  readPage: (variables: SearchReviewsQueryVariables) => Promise<FoundPage>,
  search: SearchReviewsQueryVariables['search'],
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<ReviewFragment> {
  let size = PAGE;
  let left = most;
  let after: string | null = null;
  while (left > 0) {
    const page: FoundPage | null = await readPage({
      search,
      first: Math.min(size, left),
      after,
    }).catch((error: unknown) => {
      const isTooLarge = error instanceof RefusedError && error.code === 'ANSWER_TOO_LARGE';
      if (!isTooLarge || size === 1) throw error;
      return null;
    });
    if (page === null) {
      size = Math.ceil(size / 2);
      continue;
    }
    for (const { node } of page.edges) yield node;
    left -= page.edges.length;
    after = page.pageInfo.endCursor ?? null;
    if (!page.pageInfo.hasNextPage) return;
  }
}

/** What the file begins with. */
export const headingOf = (format: ExportFormat): string =>
  format === 'csv' ? csvLine(Object.keys(csvColumns)) : '';

/** A review as a line of the file. Payloads keep their exact text. */
export const lineOf = (format: ExportFormat, review: ReviewFragment): string =>
  format === 'csv'
    ? csvLine(Object.values(csvColumns).map((cell) => cell(review)))
    : jsonLineOf(review);

const jsonLineOf = ({ payload, originalPayload, ...review }: ReviewFragment): string =>
  `${stringifyJson({
    ...review,
    payload: jsonTextOf(payload),
    originalPayload: jsonTextOf(originalPayload),
  })}\n`;

const csvColumns: Record<string, (review: ReviewFragment) => string | null> = {
  nodeExecId: ({ nodeExecId }) => nodeExecId,
  status: ({ status }) => status,
  createdAt: ({ createdAt }) => createdAt,
  requestedBy: ({ requestedBy }) => requestedBy,
  graphId: ({ graphId }) => graphId,
  graphVersion: ({ graphVersion }) => `${graphVersion}`,
  graphExecId: ({ graphExecId }) => graphExecId,
  nodeId: ({ nodeId }) => nodeId,
  headline: ({ headline }) => headline ?? null,
  risk: ({ risk }) => risk ?? null,
  tags: ({ tags }) => tags.join(' '),
  instructions: ({ instructions }) => instructions ?? null,
  payload: ({ payload }) => exactText(payload),
  payloadDigest: ({ payloadDigest }) => payloadDigest,
  wasEdited: ({ wasEdited }) => (wasEdited == null ? null : `${wasEdited}`),
  decidedBy: ({ decidedBy }) => decidedBy ?? null,
  decisionSource: ({ decisionSource }) => decisionSource ?? null,
  reviewedAt: ({ reviewedAt }) => reviewedAt ?? null,
  reviewMessage: ({ reviewMessage }) => reviewMessage ?? null,
  policyEffect: ({ policy }) => policy?.effect ?? null,
  ruleIds: ({ policy }) => policy?.ruleIds.join(' ') ?? null,
  consumedBy: ({ consumedBy }) => consumedBy ?? null,
  consumedAt: ({ consumedAt }) => consumedAt ?? null,
  outcome: ({ outcome }) => outcome ?? null,
  outcomeDetail: ({ outcomeDetail }) => outcomeDetail ?? null,
  outcomeAt: ({ outcomeAt }) => outcomeAt ?? null,
};
