import { once } from 'node:events';
import { connect, exactText, type Operations, operationsOf, RefusedError } from '@holdpoint/client';
import type { ReviewFragment, ReviewSearch } from '@holdpoint/client/documents';
import { jsonTextOf, stringifyJson } from '@holdpoint/client/json';
import type {
  DecisionSource,
  ReviewKind,
  ReviewStatus,
  Risk,
} from '../database/generated/prisma/enums.ts';
import { csvLine } from '../text/csv.ts';
import { UsageError } from './errors.ts';
import { printRows } from './people.ts';
import { readToken } from './readToken.ts';
import { toSecond } from './terminalText.ts';

// `holdpoint reviews`: past and present reviews, to look at and to export.

const PAGE = 50;

export type FilterOptions = {
  url: string;
  tokenFile?: string;
  status?: ReviewStatus[];
  kind?: ReviewKind;
  workflow?: string;
  step?: string;
  run?: string;
  tag?: string;
  risk?: Risk;
  requestedBy?: string;
  decidedBy?: string;
  source?: DecisionSource[];
  team?: string;
  rule?: string;
  /** In milliseconds before now. */
  since?: number;
  from?: Date;
  to?: Date;
};

/** @throws UsageError */
function searchOf(words: readonly string[], options: FilterOptions): ReviewSearch {
  const { since, from, to } = options;
  if (since !== undefined && from !== undefined) {
    throw new UsageError('use either --since or --from, not both');
  }
  const start = since === undefined ? from : new Date(Date.now() - since);
  return {
    text: words.join(' ') || null,
    status: options.status ?? null,
    kind: options.kind ?? null,
    graphId: options.workflow ?? null,
    nodeId: options.step ?? null,
    graphExecId: options.run ?? null,
    tag: options.tag ?? null,
    riskAtLeast: options.risk ?? null,
    requestedBy: options.requestedBy ?? null,
    decidedBy: options.decidedBy ?? null,
    decisionSource: options.source ?? null,
    teamId: options.team ?? null,
    ruleId: options.rule ?? null,
    requestedFrom: start?.toISOString() ?? null,
    requestedTo: to?.toISOString() ?? null,
  };
}

async function openService({ url, tokenFile }: FilterOptions): Promise<Operations> {
  const client = connect({ url, token: await readToken(tokenFile, 'review:read') });
  return operationsOf(client, 0);
}

/** Yields what is found, newest first, and reads the next page only when it is needed. */
async function* find(
  service: Operations,
  search: ReviewSearch,
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<ReviewFragment> {
  let size = PAGE;
  let left = most;
  let after: string | null = null;
  while (left > 0) {
    const page: Awaited<ReturnType<Operations['searchReviews']>> | null = await service
      .searchReviews({ search, first: Math.min(size, left), after })
      .catch((error: unknown) => {
        // Large payloads need smaller pages.
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

/** Prints the newest reviews that are found. */
export async function runSearchReviews(
  words: readonly string[],
  options: FilterOptions & { first: number; json?: boolean },
): Promise<void> {
  const search = searchOf(words, options);
  const service = await openService(options);
  if (options.json) {
    for await (const review of find(service, search, options.first)) await print(lineOf(review));
    return;
  }
  const rows: ReviewFragment[] = [];
  for await (const review of find(service, search, options.first)) rows.push(review);
  printRows(rows, false, {
    columns: {
      ID: ({ nodeExecId }) => nodeExecId,
      STATUS: ({ status }) => status,
      RISK: ({ risk }) => risk ?? '-',
      STEP: ({ nodeId }) => nodeId,
      HEADLINE: ({ headline }) => headline ?? '-',
      'REQUESTED BY': ({ requestedBy }) => requestedBy,
      AT: ({ createdAt }) => toSecond(new Date(createdAt)),
      'DECIDED BY': ({ decidedBy }) => decidedBy ?? '-',
    },
    empty: 'No matches.',
  });
}

/** Writes all reviews that are found, as CSV or as one JSON object per line. */
export async function runExportReviews(
  words: readonly string[],
  options: FilterOptions & { format: 'csv' | 'jsonl' },
): Promise<void> {
  const search = searchOf(words, options);
  const service = await openService(options);
  if (options.format === 'csv') await print(csvLine(Object.keys(csvColumns)));
  for await (const review of find(service, search)) {
    const cells = Object.values(csvColumns).map((cell) => cell(review));
    await print(options.format === 'csv' ? csvLine(cells) : lineOf(review));
  }
}

/** Waits while whoever reads the output is slower. */
async function print(line: string): Promise<void> {
  if (!process.stdout.write(line)) await once(process.stdout, 'drain');
}

/** One line of JSON. Payloads keep their exact text. */
const lineOf = ({ payload, originalPayload, ...review }: ReviewFragment): string =>
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
