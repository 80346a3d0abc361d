import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { applicationName } from '../database/applicationName.ts';

/**
 * Tells every process that something changed. Only a hint: it may be lost or come twice, and it says
 * nothing of what changed. Another way to ring (Redis, NATS) is another object of this type.
 */
export type Bell = {
  /** Something changed for this owner. To be called after the commit. */
  ring(userId: string): void;
  close(): Promise<void>;
};

export type BellListeners = {
  /** Somebody rang for these owners, perhaps this process itself. */
  onRing(userIds: string[]): void;
  /** An API token was changed or revoked. */
  onTokenEnded(tokenId: string): void;
  /** Rings may have been lost until now. */
  onReconnect(): void;
};

const REVIEW_CHANNEL = 'holdpoint_review';
const TOKEN_CHANNEL = 'holdpoint_token';

/** Rings within this time go out as one notification: NOTIFY takes a lock over the whole cluster. */
const COALESCE_MS = 4;
/** PostgreSQL refuses a notification of 8,000 bytes. */
const MAX_NOTIFICATION_BYTES = 7_900;
const MIN_RETRY_MS = 100;
const MAX_RETRY_MS = 5_000;
/** How long PostgreSQL may take to end the connection when it closes. */
const END_MS = 500;

/**
 * Rings with LISTEN and NOTIFY over a connection of its own, outside every transaction. It is in one of three
 * states: connecting, connected, waiting to try again; only `close` ends it. Listeners in this process hear
 * a ring at once, without the way over PostgreSQL.
 */
export function openBell(url: string, listeners: BellListeners, log: Logger): Bell {
  let client: pg.Client | undefined;
  let closed = false;
  let retryMs = MIN_RETRY_MS;
  let retryTimer: NodeJS.Timeout | undefined;
  let ringTimer: NodeJS.Timeout | undefined;
  const rung = new Set<string>();

  async function connect(): Promise<void> {
    const connection = new pg.Client({
      connectionString: url,
      application_name: applicationName('bell'),
      keepAlive: true,
    });
    const lost = (error?: Error) => {
      if (closed || client !== connection) return;
      client = undefined;
      log.warn({ err: error }, 'the bell lost its connection to PostgreSQL, trying again');
      retry();
    };
    connection.on('error', lost);
    connection.on('end', lost);
    connection.on('notification', ({ channel, payload = '', processId }) => {
      if (channel === TOKEN_CHANNEL) return listeners.onTokenEnded(payload);
      if (processId === (connection as unknown as { processID: number }).processID) return;
      const userIds = ownersIn(payload);
      if (userIds) listeners.onRing(userIds);
      else listeners.onReconnect();
    });
    try {
      await connection.connect();
      // A ring is a hint: it need not wait for the disk.
      await connection.query(
        `SET synchronous_commit = off; LISTEN ${REVIEW_CHANNEL}; LISTEN ${TOKEN_CHANNEL}`,
      );
      if (closed) return void connection.end();
      client = connection;
      retryMs = MIN_RETRY_MS;
      listeners.onReconnect();
    } catch (error) {
      log.debug({ err: error }, 'the bell cannot reach PostgreSQL');
      connection.end().catch(() => {});
      retry();
    }
  }

  function retry(): void {
    if (closed) return;
    retryTimer = setTimeout(connect, retryMs);
    retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
  }

  /** A connection takes one query at a time, so rings that come while this runs gather for the next time. */
  async function send(): Promise<void> {
    const messages = notificationsFor(rung);
    rung.clear();
    for (const message of messages) {
      // A ring that cannot be sent is a lost hint: the others' poll covers it.
      await client
        ?.query('SELECT pg_notify($1, $2)', [REVIEW_CHANNEL, message])
        .catch((error: Error) => log.debug({ err: error }, 'a ring was lost'));
    }
    ringTimer = rung.size > 0 && !closed ? setTimeout(send, COALESCE_MS) : undefined;
  }

  void connect();
  return {
    ring(userId) {
      listeners.onRing([userId]);
      rung.add(userId);
      ringTimer ??= setTimeout(send, COALESCE_MS);
    },
    async close() {
      closed = true;
      clearTimeout(retryTimer);
      clearTimeout(ringTimer);
      if (!client) return;
      const ended = client.end().catch(() => {});
      await Promise.race([ended, pause(END_MS, undefined, { ref: false })]);
      // A database that says nothing does not answer a farewell either; the type does not show the socket.
      (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
    },
  };
}

/** The owners of a notification, or null where somebody else wrote it: then it may be about anybody. */
function ownersIn(payload: string): string[] | null {
  try {
    const userIds: unknown = JSON.parse(payload);
    return Array.isArray(userIds) ? userIds.filter((userId) => typeof userId === 'string') : null;
  } catch {
    return null;
  }
}

/** The owners as JSON lists that each fit into a notification. */
function notificationsFor(userIds: Iterable<string>): string[] {
  const lists: string[][] = [[]];
  let bytes = 2;
  for (const userId of userIds) {
    const size = Buffer.byteLength(JSON.stringify(userId)) + 1;
    if (bytes + size > MAX_NOTIFICATION_BYTES) {
      lists.push([]);
      bytes = 2;
    }
    lists.at(-1)?.push(userId);
    bytes += size;
  }
  return lists.filter((list) => list.length > 0).map((list) => JSON.stringify(list));
}
