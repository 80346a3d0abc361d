import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { applicationName } from '../database/applicationName.ts';

/**
 * Tells every process that the feed of a workspace has new events. A notification is only a hint:
 * it can be lost or repeated, and does not say what changed. To notify in another way (Redis,
 * NATS), implement this type.
 */
export type Notifier = {
  /** The workspace has new events. Call it after the commit. */
  notify(userId: string): void;
  close(): Promise<void>;
};

export type NotifierListeners = {
  /** These workspaces have new events. Also called for notifications of this process. */
  onNotify(userIds: string[]): void;
  /** An API token was changed or revoked. */
  onTokenEnded(tokenId: string): void;
  /** A session was revoked. */
  onSessionEnded(sessionId: string): void;
  /** A member was disabled, enabled or deleted. */
  onMemberChanged(): void;
  /** Notifications may have been lost. */
  onReconnect(): void;
};

const REVIEW_CHANNEL = 'holdpoint_review';
const TOKEN_CHANNEL = 'holdpoint_token';
const SESSION_CHANNEL = 'holdpoint_session_ended';
const MEMBER_CHANNEL = 'holdpoint_member_changed';

/** Workspaces are collected this long: each NOTIFY locks the whole database cluster. */
const COALESCE_MS = 4;
/** PostgreSQL's limit is below 8,000 bytes. */
const MAX_NOTIFICATION_BYTES = 7_900;
const MIN_RETRY_MS = 100;
const MAX_RETRY_MS = 5_000;
/** How long to wait for PostgreSQL to end the connection. */
const CLOSE_MS = 500;

/**
 * Notifies with LISTEN and NOTIFY on a connection of its own, outside of all transactions. It
 * reconnects until it is closed. Listeners in this process are called directly, not via PostgreSQL.
 */
export function openNotifier(url: string, listeners: NotifierListeners, log: Logger): Notifier {
  let client: pg.Client | undefined;
  let closed = false;
  let retryMs = MIN_RETRY_MS;
  let retryTimer: NodeJS.Timeout | undefined;
  let sendTimer: NodeJS.Timeout | undefined;
  const pending = new Set<string>();

  async function connect(): Promise<void> {
    const connection = new pg.Client({
      connectionString: url,
      application_name: applicationName('notifications'),
      keepAlive: true,
    });
    const lost = (error?: Error) => {
      if (closed || client !== connection) return;
      client = undefined;
      log.warn({ err: error }, 'lost the connection for notifications, reconnecting');
      retry();
    };
    connection.on('error', lost);
    connection.on('end', lost);
    connection.on('notification', ({ channel, payload = '', processId }) => {
      if (channel === TOKEN_CHANNEL) return listeners.onTokenEnded(payload);
      if (channel === SESSION_CHANNEL) return listeners.onSessionEnded(payload);
      if (channel === MEMBER_CHANNEL) return listeners.onMemberChanged();
      if (processId === (connection as unknown as { processID: number }).processID) return;
      const userIds = workspacesIn(payload);
      if (userIds) listeners.onNotify(userIds);
      else listeners.onReconnect();
    });
    try {
      await connection.connect();
      // Notifications need no durability, so they do not wait for the disk.
      await connection.query(
        `SET synchronous_commit = off; LISTEN ${REVIEW_CHANNEL}; LISTEN ${TOKEN_CHANNEL};
        LISTEN ${SESSION_CHANNEL}; LISTEN ${MEMBER_CHANNEL}`,
      );
      if (closed) return void connection.end();
      client = connection;
      retryMs = MIN_RETRY_MS;
      listeners.onReconnect();
    } catch (error) {
      log.debug({ err: error }, 'could not connect for notifications');
      connection.end().catch(() => {});
      retry();
    }
  }

  function retry(): void {
    if (closed) return;
    retryTimer = setTimeout(connect, retryMs);
    retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
  }

  /** Workspaces that are added while this runs are sent the next time. */
  async function send(): Promise<void> {
    const messages = notificationsFor(pending);
    pending.clear();
    for (const message of messages) {
      // If it fails, the other processes find the events when they poll.
      await client
        ?.query('SELECT pg_notify($1, $2)', [REVIEW_CHANNEL, message])
        .catch((error: Error) => log.debug({ err: error }, 'could not send a notification'));
    }
    sendTimer = pending.size > 0 && !closed ? setTimeout(send, COALESCE_MS) : undefined;
  }

  void connect();
  return {
    notify(userId) {
      listeners.onNotify([userId]);
      pending.add(userId);
      sendTimer ??= setTimeout(send, COALESCE_MS);
    },
    async close() {
      closed = true;
      clearTimeout(retryTimer);
      clearTimeout(sendTimer);
      if (!client) return;
      const ended = client.end().catch(() => {});
      await Promise.race([ended, pause(CLOSE_MS, undefined, { ref: false })]);
      // Ends the socket of a database that does not respond. The type of the client hides the
      // socket.
      (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
    },
  };
}

/**
 * The workspaces in a notification. Null if it is malformed, so that it may concern any of them.
 */
function workspacesIn(payload: string): string[] | null {
  try {
    const userIds: unknown = JSON.parse(payload);
    return Array.isArray(userIds) ? userIds.filter((userId) => typeof userId === 'string') : null;
  } catch {
    return null;
  }
}

/** The workspaces as JSON lists, each small enough for one notification. */
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
