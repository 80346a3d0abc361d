import DataLoader from 'dataloader';
import type { Database } from '../database/database.ts';
import type { GraphExecution } from '../database/generated/prisma/client.ts';
import { readHistory } from '../feed/readEvents.ts';
import type { Viewer } from '../identity/viewer.ts';
import { loadApprovedPayloads, loadPayloads } from '../reviews/payloads.ts';
import type { ReviewStore } from '../reviews/reviewStore.ts';
import type { Loaders } from './context.ts';

// A context can live as long as a subscription, so what was loaded must not be remembered.
const options = { cache: false };

/** The loaders of one operation, all inside one owner. Few operations need one, so each is made when it is asked for. */
export function openLoaders({ database }: ReviewStore, viewer: Viewer): Loaders {
  let executions: Loaders['executions'] | undefined;
  let history: Loaders['history'] | undefined;
  let payloads: Loaders['payloads'] | undefined;
  let approvedPayloads: Loaders['approvedPayloads'] | undefined;
  return {
    get executions() {
      executions ??= new DataLoader(
        (graphExecIds) => loadExecutions(database, viewer, graphExecIds),
        options,
      );
      return executions;
    },
    get history() {
      history ??= new DataLoader((pages) => readHistory(database, viewer, pages), options);
      return history;
    },
    get payloads() {
      payloads ??= new DataLoader((keys) => loadPayloads(database, viewer.userId, keys), options);
      return payloads;
    },
    get approvedPayloads() {
      approvedPayloads ??= new DataLoader(
        (approvals) => loadApprovedPayloads(database, approvals),
        options,
      );
      return approvedPayloads;
    },
  };
}

async function loadExecutions(
  { prisma }: Database,
  { userId }: Viewer,
  graphExecIds: readonly string[],
): Promise<(GraphExecution | null)[]> {
  const rows = await prisma.graphExecution.findMany({
    where: { userId, graphExecId: { in: [...graphExecIds] } },
  });
  const found = new Map(rows.map((row) => [row.graphExecId, row]));
  return graphExecIds.map((graphExecId) => found.get(graphExecId) ?? null);
}
