import DataLoader from 'dataloader';
import { readHistory } from '../feed/readEvents.ts';
import type { Viewer } from '../identity/viewer.ts';
import { loadPayloads } from '../reviews/payloads.ts';
import { executionsWithPendingReviews, readAutoApprovals } from '../reviews/readReviews.ts';
import type { ReviewStore } from '../reviews/reviewStore.ts';
import type { Loaders } from './context.ts';

// A context can live as long as a subscription, so what was loaded must not be remembered.
const options = { cache: false };

/** The loaders of one operation, all inside one owner. Few operations need one, so each is made when it is asked for. */
export function openLoaders(store: ReviewStore, viewer: Viewer): Loaders {
  return new OwnerLoaders(store, viewer);
}

class OwnerLoaders implements Loaders {
  readonly #store: ReviewStore;
  readonly #viewer: Viewer;
  #executions: Loaders['executions'] | undefined;
  #hasPendingReviews: Loaders['hasPendingReviews'] | undefined;
  #autoApprovals: Loaders['autoApprovals'] | undefined;
  #history: Loaders['history'] | undefined;
  #payloads: Loaders['payloads'] | undefined;

  constructor(store: ReviewStore, viewer: Viewer) {
    this.#store = store;
    this.#viewer = viewer;
  }

  get executions(): Loaders['executions'] {
    this.#executions ??= new DataLoader(async (graphExecIds) => {
      const rows = await this.#store.database.prisma.graphExecution.findMany({
        where: { userId: this.#viewer.userId, graphExecId: { in: [...graphExecIds] } },
      });
      const found = new Map(rows.map((row) => [row.graphExecId, row]));
      return graphExecIds.map((graphExecId) => found.get(graphExecId) ?? null);
    }, options);
    return this.#executions;
  }

  get hasPendingReviews(): Loaders['hasPendingReviews'] {
    this.#hasPendingReviews ??= new DataLoader(async (graphExecIds) => {
      const waiting = await executionsWithPendingReviews(this.#store, this.#viewer, graphExecIds);
      return graphExecIds.map((graphExecId) => waiting.has(graphExecId));
    }, options);
    return this.#hasPendingReviews;
  }

  get autoApprovals(): Loaders['autoApprovals'] {
    this.#autoApprovals ??= new DataLoader(async (graphExecIds) => {
      const found = await readAutoApprovals(this.#store, this.#viewer, graphExecIds);
      const grouped = Map.groupBy(found, ({ graphExecId }) => graphExecId);
      return graphExecIds.map((graphExecId) => grouped.get(graphExecId) ?? []);
    }, options);
    return this.#autoApprovals;
  }

  get history(): Loaders['history'] {
    this.#history ??= new DataLoader(
      (pages) => readHistory(this.#store.database, this.#viewer, pages),
      options,
    );
    return this.#history;
  }

  get payloads(): Loaders['payloads'] {
    this.#payloads ??= new DataLoader(
      (keys) => loadPayloads(this.#store.database, this.#viewer.userId, keys),
      options,
    );
    return this.#payloads;
  }
}
