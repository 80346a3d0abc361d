import pg from 'pg';
import pino from 'pino';
import { type Notifier, openNotifier } from '../../src/feed/notifier.ts';
import type { Bed } from '../bed.ts';
import type { Subscription } from '../feedSocket.ts';
import type { Owner } from '../requests.ts';
import type { Result } from '../result.ts';
import { EXECUTIONS, executionOf, GRAPH_ID, GRAPH_VERSION, payloadOf } from '../samples.ts';

/** What all subscribers ask for. */
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

/** Another process of the service, which writes reviews and notifies, and has no subscribers. */
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
  const listeners = { onNotify: nothing, onReconnect: nothing, onTokenEnded: nothing };
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

/** Owners whose feeds have one event: a subscriber from before it knows by its coming that it is live. */
export async function openFeeds(bed: Bed, name: string, count: number): Promise<Owner[]> {
  const userIds = Array.from({ length: count }, (_, number) => `${name}-${number}`);
  const writer = openWriter(bed, 1);
  for (const userId of userIds) await writer.write(userId, 'first', 0);
  await writer.close();
  return bed.owners(userIds, 'agent', 'review:request');
}

/** The subscriptions of `count` subscribers, of the owners in turn, from the newest event of each on. */
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

/** A line about something that must not be more than so much. */
export const mostResult = (
  work: string,
  ours: number,
  most: number | null,
  unit: string,
  rest: Partial<Result> = {},
): Result => ({
  work,
  ours: `${ours.toFixed(1)} ${unit}`,
  floor: '',
  ratio: '',
  spread: '',
  target: most === null ? '' : `≤ ${most} ${unit}`,
  met: most === null || Number.isNaN(ours) ? null : ours <= most,
  ...rest,
});
