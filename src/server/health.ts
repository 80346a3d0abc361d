import type { Database } from '../database/database.ts';
import { missingMigrations } from '../database/migrate.ts';
import type { Hub } from '../feed/hub.ts';
import { readEventsApart } from '../feed/readEvents.ts';
import type { Siblings } from '../processes/siblings.ts';

export type Readiness = {
  ready: boolean;
  database: 'ok' | 'unreachable';
  migrations: 'ok' | 'missing' | 'unknown';
  feed: 'ok' | 'behind';
  closing: boolean;
  /** If there are several worker processes, whether each is ready. */
  workers?: boolean[];
};

export type Health = { ready(): Promise<Readiness>; closing(): void };

/**
 * Readiness for a load balancer, which sends requests elsewhere while a process is not ready.
 * @param siblings the worker processes, all of which must be ready; null if there is one process
 */
export function watchHealth(
  database: Database,
  hub: Hub,
  siblings: Siblings | null = null,
): Health {
  let closing = false;
  let checking: Promise<Readiness> | undefined;

  /** Without subscribers the hub does not retry after a failure, so it is tried here. */
  const isFeedReadable = async () =>
    hub.healthy ||
    readEventsApart(database, new Map([['', 0]]), 1).then(
      () => true,
      () => false,
    );

  async function check(): Promise<Readiness> {
    const missing = await missingMigrations(database.pool).catch(() => null);
    const state = {
      database: missing === null ? 'unreachable' : 'ok',
      migrations: missing === null ? 'unknown' : missing.length === 0 ? 'ok' : 'missing',
      feed: missing !== null && (await isFeedReadable()) ? 'ok' : 'behind',
    } as const;
    const ready = state.migrations === 'ok' && state.feed === 'ok' && !closing;
    return { ready, ...state, closing };
  }

  /** The state of the first worker that is not ready, or of any. */
  async function checkAll(workers: Siblings): Promise<Readiness> {
    const states = await workers.ask<Readiness>('ready');
    const known = states.filter((state) => state !== undefined);
    const worst = known.find(({ ready }) => !ready) ?? known[0] ?? (await check());
    const areReady = states.map((state) => state?.ready ?? false);
    return { ...worst, ready: areReady.every(Boolean), workers: areReady };
  }

  siblings?.onQuestion('ready', check);
  return {
    ready() {
      // Anybody may ask, so all who ask at the same time share one check.
      checking ??= (siblings ? checkAll(siblings) : check()).finally(() => {
        checking = undefined;
      });
      return checking;
    },
    closing() {
      closing = true;
    },
  };
}
