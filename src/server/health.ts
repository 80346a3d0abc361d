import type { Database } from '../database/database.ts';
import { missingMigrations } from '../database/migrate.ts';
import type { Hub } from '../feed/hub.ts';

export type Readiness = {
  ready: boolean;
  database: 'ok' | 'unreachable';
  migrations: 'ok' | 'missing' | 'unknown';
  feed: 'ok' | 'behind';
  closing: boolean;
};

export type Health = { ready(): Promise<Readiness>; closing(): void };

/** Whether this process can serve: for a load balancer, which then sends requests elsewhere. */
export function watchHealth({ pool }: Database, hub: Hub): Health {
  let closing = false;
  return {
    async ready() {
      const missing = await missingMigrations(pool).catch(() => null);
      const state = {
        database: missing === null ? 'unreachable' : 'ok',
        migrations: missing === null ? 'unknown' : missing.length === 0 ? 'ok' : 'missing',
        feed: hub.healthy ? 'ok' : 'behind',
        closing,
      } as const;
      const ready = state.migrations === 'ok' && state.feed === 'ok' && !closing;
      return { ready, ...state };
    },
    closing() {
      closing = true;
    },
  };
}
