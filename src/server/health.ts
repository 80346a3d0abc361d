import type { Database } from '../database/database.ts';
import { missingMigrations } from '../database/migrate.ts';
import type { Hub } from '../feed/hub.ts';
import { readEvents } from '../feed/readEvents.ts';

export type Readiness = {
  ready: boolean;
  database: 'ok' | 'unreachable';
  migrations: 'ok' | 'missing' | 'unknown';
  feed: 'ok' | 'behind';
  closing: boolean;
};

export type Health = { ready(): Promise<Readiness>; closing(): void };

/** Readiness for a load balancer, which sends requests elsewhere while a process is not ready. */
export function watchHealth(database: Database, hub: Hub): Health {
  let closing = false;
  let checking: Promise<Omit<Readiness, 'ready' | 'closing'>> | undefined;

  /** Without subscribers the hub does not retry after a failure, so it is tried here. */
  const isFeedReadable = async () =>
    hub.healthy ||
    readEvents(database, new Map([['', 0]]), 1).then(
      () => true,
      () => false,
    );

  async function check(): Promise<Omit<Readiness, 'ready' | 'closing'>> {
    const missing = await missingMigrations(database.pool).catch(() => null);
    return {
      database: missing === null ? 'unreachable' : 'ok',
      migrations: missing === null ? 'unknown' : missing.length === 0 ? 'ok' : 'missing',
      feed: missing !== null && (await isFeedReadable()) ? 'ok' : 'behind',
    };
  }

  return {
    async ready() {
      // Anybody may ask, so all who ask at the same time share one check.
      checking ??= check().finally(() => {
        checking = undefined;
      });
      const state = await checking;
      const ready = state.migrations === 'ok' && state.feed === 'ok' && !closing;
      return { ready, ...state, closing };
    },
    closing() {
      closing = true;
    },
  };
}
