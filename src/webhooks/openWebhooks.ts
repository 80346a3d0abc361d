import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { openConnections } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import { type DeliverOptions, deliver } from './deliver.ts';
import { type JobRunner, startJobs } from './jobRunner.ts';
import { LIFETIME_MS, PAUSES_MS } from './pauses.ts';
import { pruneDeliveries } from './pruneDeliveries.ts';
import { takeUp } from './takeUp.ts';
import { wakeOverdue } from './wake.ts';

/** Their own: a receiver that is slow holds up no request, and no event. */
const CONNECTIONS = 6;
const TIMEOUT_MS = 10_000;
const LEASE_MARGIN_MS = 5_000;
/** A lost ring, and the first webhook of all, are noticed within this time. */
const POLL_MS = 1_000;
/** Rings within this time are one: owners without a webhook ring, too. */
const COALESCE_MS = 10;
/** What should have been sent so long ago, and was not, has lost its job. */
const OVERDUE_MS = 10_000;
/** An attempt that is due is late by this time at most, where a worker is free. */
const JOB_POLL_MS = 10_000;
const PRUNE_EVERY_MS = 3_600_000;
/** How long attempts under way may go on once the service closes. */
const DRAIN_MS = 1_000;
/** And how long noting that they were broken off may take. */
const RELEASE_MS = 1_000;

export type WebhookOptions = DeliverOptions & { overdueMs: number; jobPollMs: number };

export type Webhooks = {
  /** There may be something new for these owners. */
  ring(userIds: readonly string[]): void;
  /** Lets attempts under way end for a moment, then breaks them off: another process tries them again. */
  close(): Promise<void>;
};

const anyEnabled = statement(
  'anyWebhooks',
  `SELECT EXISTS (SELECT FROM "Webhook" WHERE "enabled") AS "any"`,
);

/**
 * Sends the owners' events to their webhooks. Two halves stand on the database alone, so that any process can end at any
 * point: taking up what is new (takeUp.ts), and sending what was taken up (deliver.ts), by jobs. While nobody has a
 * webhook there is one small query a second, and nothing else is started.
 */
export function openWebhooks(
  databaseUrl: string,
  log: Logger,
  options: Partial<WebhookOptions> = {},
): Webhooks {
  const settings: WebhookOptions = {
    timeoutMs: TIMEOUT_MS,
    leaseMarginMs: LEASE_MARGIN_MS,
    pausesMs: PAUSES_MS,
    lifetimeMs: LIFETIME_MS,
    overdueMs: OVERDUE_MS,
    jobPollMs: JOB_POLL_MS,
    allowPrivate: false,
    onAttempt: () => {},
    ...options,
  };
  const onLost = (error: Error) => log.debug({ err: error }, 'a connection to PostgreSQL was lost');
  const database = openConnections(databaseUrl, CONNECTIONS, onLost, { name: 'webhooks' });
  const breakOff = new AbortController();
  const rung = new Set<string>();
  let any = false;
  let all = false;
  let taking: Promise<void> | undefined;
  let jobs: JobRunner | undefined;
  let closing: Promise<void> | undefined;

  /** One at a time; what is rung for meanwhile gathers for the next round. */
  function takeUpRung(): void {
    if (taking || closing || !any || (rung.size === 0 && !all)) return;
    const userIds = all ? null : [...rung];
    rung.clear();
    all = false;
    taking = takeUp(database, userIds)
      .then((more) => {
        if (!more) return;
        if (userIds) for (const userId of userIds) rung.add(userId);
        else all = true;
      })
      .catch((error: unknown) => log.warn({ err: error }, 'webhooks cannot be read, trying again'))
      .then(() => pause(COALESCE_MS))
      .finally(() => {
        taking = undefined;
        takeUpRung();
      });
  }

  async function poll(): Promise<void> {
    try {
      const [row] = await database.query<{ any: boolean }>(anyEnabled, []);
      any = row?.any ?? false;
      if (!any || closing) return;
      jobs ??= startJobs(
        database.pool,
        (slot, isSlow) => deliver(database, slot, isSlow, settings, breakOff.signal),
        settings.jobPollMs,
        log,
      );
      all = true;
      takeUpRung();
    } catch (error) {
      log.debug({ err: error }, 'webhooks cannot be looked for, trying again');
    }
  }

  const every = (milliseconds: number, name: string, work: () => Promise<unknown>) => {
    let running = false;
    return setInterval(async () => {
      if (running || closing) return;
      running = true;
      await work().catch((error) => log.debug({ err: error }, `${name} failed, trying again`));
      running = false;
    }, milliseconds);
  };
  void poll();
  const timers = [
    every(POLL_MS, 'looking for webhooks', poll),
    every(settings.overdueMs / 2, 'looking for overdue deliveries', async () => {
      if (any) await wakeOverdue(database, settings.overdueMs);
    }),
    every(PRUNE_EVERY_MS, 'pruning deliveries', async () => {
      const pruned = await pruneDeliveries(database);
      if (pruned > 0) log.info({ pruned }, 'pruned old webhook deliveries');
    }),
  ];

  async function close(): Promise<void> {
    for (const timer of timers) clearInterval(timer);
    const drained = (async () => {
      await taking;
      await jobs?.close();
    })();
    await Promise.race([drained, pause(DRAIN_MS, undefined, { ref: false })]);
    breakOff.abort();
    // What was broken off gives its slot back, or the next process would wait for the lease to end.
    await Promise.race([drained, pause(RELEASE_MS, undefined, { ref: false })]);
    // A database that says nothing is not waited for: closing its connections ends what waits for it.
    await Promise.all([drained, database.close()]);
  }

  return {
    ring(userIds) {
      if (!any || closing) return;
      for (const userId of userIds) rung.add(userId);
      takeUpRung();
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}
