import { once } from 'node:events';
import { connect, type Operations, operationsOf } from '@holdpoint/client';
import type { ReviewFragment, ReviewSearch } from '@holdpoint/client/documents';
import type {
  DecisionSource,
  ReviewKind,
  ReviewStatus,
  Risk,
} from '../database/generated/prisma/enums.ts';
import { type ExportFormat, findReviews, headingOf, lineOf } from '../export/reviews.ts';
import { UsageError } from './errors.ts';
import { printRows } from './people.ts';
import { readToken } from './readToken.ts';
import { toSecond } from './terminalText.ts';

// `holdpoint reviews`: past and present reviews, to look at and to export.

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

/** Prints the newest reviews that are found. */
export async function runSearchReviews(
  words: readonly string[],
  options: FilterOptions & { first: number; json?: boolean },
): Promise<void> {
  const search = searchOf(words, options);
  const service = await openService(options);
  if (options.json) {
    for await (const review of findReviews(service.searchReviews, search, options.first))
      await print(lineOf('jsonl', review));
    return;
  }
  const rows: ReviewFragment[] = [];
  for await (const review of findReviews(service.searchReviews, search, options.first))
    rows.push(review);
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
  options: FilterOptions & { format: ExportFormat },
): Promise<void> {
  const search = searchOf(words, options);
  const service = await openService(options);
  await print(headingOf(options.format));
  for await (const review of findReviews(service.searchReviews, search)) {
    await print(lineOf(options.format, review));
  }
}

/** Waits while whoever reads the output is slower. */
async function print(line: string): Promise<void> {
  if (!process.stdout.write(line)) await once(process.stdout, 'drain');
}
