import DataLoader from 'dataloader';
import { readHistory } from '../feed/readEvents.ts';
import type { Viewer } from '../identity/viewer.ts';
import { executionsWithPendingReviews, readAutoApprovals } from '../reviews/readReviews.ts';
import type { ReviewStore } from '../reviews/reviewStore.ts';
import type { Loaders } from './context.ts';

// A context can live as long as a subscription, so what was loaded must not be remembered.
const options = { cache: false };

/** The loaders of one operation, all inside one owner. */
export function openLoaders(store: ReviewStore, { userId }: Viewer): Loaders {
  return {
    executions: new DataLoader(async (graphExecIds) => {
      const rows = await store.database.prisma.graphExecution.findMany({
        where: { userId, graphExecId: { in: [...graphExecIds] } },
      });
      const found = new Map(rows.map((row) => [row.graphExecId, row]));
      return graphExecIds.map((graphExecId) => found.get(graphExecId) ?? null);
    }, options),

    hasPendingReviews: new DataLoader(async (graphExecIds) => {
      const waiting = await executionsWithPendingReviews(store, userId, graphExecIds);
      return graphExecIds.map((graphExecId) => waiting.has(graphExecId));
    }, options),

    autoApprovals: new DataLoader(async (graphExecIds) => {
      const found = await readAutoApprovals(store, userId, graphExecIds);
      const grouped = Map.groupBy(found, ({ graphExecId }) => graphExecId);
      return graphExecIds.map((graphExecId) => grouped.get(graphExecId) ?? []);
    }, options),

    history: new DataLoader(async (nodeExecIds) => {
      const found = await readHistory(store.database, userId, nodeExecIds);
      const grouped = Map.groupBy(found, ({ nodeExecId }) => nodeExecId);
      return nodeExecIds.map((nodeExecId) => grouped.get(nodeExecId) ?? []);
    }, options),
  };
}
