import pg from 'pg';
import pino from 'pino';
import { type Notifier, openNotifier } from '../../src/feed/notifier.ts';
import type { Bed } from '../bed.ts';
import type { Subscription } from '../feedSocket.ts';
import type { Owner } from '../requests.ts';
import type { Result } from '../result.ts';
import { EXECUTIONS, executionOf, GRAPH_ID, GRAPH_VERSION, payloadOf } from '../samples.ts';

/** The subscription of all subscribers. */
export const EVENTS = `subscription Events($after: String) {
  reviewEvents(after: $after) {
    kind nodeExecId cursor actor at review { nodeExecId nodeId payload status }
  }
}`;

const insert = {
  name: 'insert',
  text: `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion",
    "nodeId", "payload", "requestedBy") VALUES ($1, $2, $3, $4, $5, $2, $6, 'agent')`,
};

/** Stands for another service process: it writes reviews and notifies, but has no subscribers. */
export type Writer = {
  /** Resolves when the change is committed. */
  write(userId: string, prefix: string, number: number): Promise<void>;
  notifier: Notifier;
  pool: pg.Pool;
  close(): Promise<void>;
};

export function openWriter(bed: Bed, connections: number): Writer {
  const connectionString = databaseUrl(bed);
  const pool = new pg.Pool({ connectionString, max: connections });
  const nothing = () => {};
  const listeners = {
    onNotify: nothing,
    onReconnect: nothing,
    onTokenEnded: nothing,
    onSessionEnded: nothing,
    onMemberChanged: nothing,
  };
  const notifier = openNotifier(connectionString, listeners, pino({ level: 'silent' }));
  return {
    pool,
    notifier,
    async write(userId, prefix, number) {
      const payload = JSON.stringify(payloadOf(number));
      const execution = executionOf(number % EXECUTIONS);
      const id = `${prefix}-${number}`;
      const values = [userId, id, execution, GRAPH_ID, GRAPH_VERSION, payload];
      await pool.query({ ...insert, values });
    },
    async close() {
      await notifier.close();
      await pool.end();
    },
  };
}

const databaseUrl = ({ database }: Bed): string =>
  String((database.pool.options as pg.PoolConfig).connectionString);

/** Owners with one event each. A subscriber that receives it knows that it is live. */
export async function openFeeds(bed: Bed, name: string, count: number): Promise<Owner[]> {
  const userIds = Array.from({ length: count }, (_, number) => `${name}-${number}`);
  const writer = openWriter(bed, 1);
  for (const userId of userIds) await writer.write(userId, 'first', 0);
  await writer.close();
  return bed.owners(userIds, 'agent', 'review:request');
}

/** Subscriptions for `count` subscribers, spread over the owners, starting at the newest event. */
export const subscriptionsOf = (
  url: string,
  owners: readonly Owner[],
  count: number,
  newest = 1,
): Subscription[] =>
  Array.from({ length: count }, (_, number) => ({
    url,
    owner: owners[number % owners.length] as Owner,
    query: EVENTS,
    after: String(newest - 1),
  }));

/** A result with an upper limit; `max` is null if there is none. */
export const maxResult = (
  benchmark: string,
  ours: number,
  max: number | null,
  unit: string,
  rest: Partial<Result> = {},
): Result => ({
  benchmark,
  ours: `${ours.toFixed(1)} ${unit}`,
  baseline: '',
  ratio: '',
  spread: '',
  target: max === null ? '' : `≤ ${max} ${unit}`,
  met: max === null || Number.isNaN(ours) ? null : ours <= max,
  ...rest,
});
