import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import type { Job, JobResult } from '../jobs/job.ts';
import { withRetries } from '../jobs/withRetries.ts';
import type { JobKind } from '../jobs/worker.ts';
import {
  type DueDelivery,
  dueDeliveries,
  nextAttemptInMs,
  recordAttempt,
  type WebhookKey,
} from './deliveryQueue.ts';
import { disableWebhook, pauseWebhook } from './enabling.ts';
import { headersOf, messageIdOf } from './message.ts';
import { queueEvents, type Subscription } from './queueEvents.ts';
import { LIFETIME_MS, PAUSES_MS, pauseAfter } from './retrySchedule.ts';
import { send } from './send.ts';

/** How many webhooks one process serves at a time. */
const PLACES = 64;
/** How many requests a receiver gets at a time, each for another review. */
const MAX_REQUESTS = 8;
/** How many it gets while it is slow or failing. */
const MAX_REQUESTS_IF_SLOW = 4;
/** A receiver that takes longer is slow. */
const SLOW_MS = 2_000;
/** How often to look for what has become due while requests are under way. */
const LOOK_MS = 1_000;
const TIMEOUT_MS = 10_000;
/** How much longer than a request the lease is. The database must answer within that. */
const LEASE_MARGIN_MS = 5_000;
/** The status of a receiver that wants no more messages. */
const GONE = 410;

export type DeliveryOptions = {
  /** For one request. */
  timeoutMs: number;
  leaseMarginMs: number;
  /** How long a delivery waits after each failure. After the last one it is parked. */
  pausesMs: readonly number[];
  lifetimeMs: number;
  /** Whether receivers may be in one's own network, and do without TLS. */
  allowPrivate: boolean;
  /** Told of every attempt, for counting. `retried`: it failed, and there will be another one. */
  onAttempt(attempt: { outcome: 'delivered' | 'retried' | 'parked'; milliseconds: number }): void;
};

/**
 * Delivers the events of a workspace to one webhook. First the job queues what is new, then it
 * sends what is due: several reviews at a time, but for each review one message after the other. It
 * stops when nothing is due any more.
 */
export function deliveryJob(options: Partial<DeliveryOptions> = {}): JobKind {
  const settings: DeliveryOptions = {
    timeoutMs: TIMEOUT_MS,
    leaseMarginMs: LEASE_MARGIN_MS,
    pausesMs: PAUSES_MS,
    lifetimeMs: LIFETIME_MS,
    allowPrivate: false,
    onAttempt: () => {},
    ...options,
  };
  return {
    places: PLACES,
    leaseMs: settings.timeoutMs + settings.leaseMarginMs,
    run: (job) => deliver(job, settings),
  };
}

async function deliver(job: Job, options: DeliveryOptions): Promise<JobResult> {
  const key = { userId: job.userId, webhookId: job.key };
  const queries = withRetries(job.database, job.interrupting);
  /** By review. */
  const sending = new Map<string, Promise<void>>();
  let slow = job.wasSlow;

  const start = (webhook: Receiver, delivery: DueDelivery) => {
    const sent = attempt(queries, key, webhook, delivery, options, job.interrupting)
      .then((wasSlow) => {
        slow = wasSlow;
      })
      .finally(() => sending.delete(delivery.nodeExecId));
    sent.catch(() => {}); // reported below
    sending.set(delivery.nodeExecId, sent);
  };

  try {
    while (!job.shouldYield && (await holdLease(job, options))) {
      const webhook = await readReceiver(queries, key);
      if (!webhook) break;
      const isMore = await queueEvents(queries, { ...key, ...webhook });
      const isPaused = webhook.pausedForMs > 0;
      const free = isPaused ? 0 : (slow ? MAX_REQUESTS_IF_SLOW : MAX_REQUESTS) - sending.size;
      const due = free > 0 ? await dueDeliveries(queries, key, [...sending.keys()], free) : [];
      // If the answers took long, the lease might end before the requests do.
      const isInTime = job.leaseLeftMs >= options.timeoutMs;
      if (isInTime) for (const delivery of due) start(webhook, delivery);

      if (sending.size > 0) await Promise.race([...sending.values(), job.nextRing(LOOK_MS)]);
      else if (due.length === 0 && !isMore) break;
    }
    await Promise.all(sending.values());
  } finally {
    await Promise.allSettled(sending.values());
  }
  return { dueInMs: await nextAttemptInMs(queries, key), slow };
}

/**
 * Extends the lease unless there is time enough for one more request.
 * @returns false if the webhook was disabled or deleted, or another process has it
 */
async function holdLease(
  job: Job,
  { timeoutMs, leaseMarginMs }: DeliveryOptions,
): Promise<boolean> {
  return job.leaseLeftMs > timeoutMs + leaseMarginMs / 2 || job.extendLease();
}

type Receiver = Omit<Subscription, keyof WebhookKey> & {
  url: string;
  /** All that are valid, the newest first. */
  secrets: string[];
  /** How long nothing is to be sent, because the receiver asked for it. */
  pausedForMs: number;
};

const receiver = statement(
  'readWebhookReceiver',
  `SELECT w."url", w."kinds"::text[] AS "kinds", w."cursor",
    coalesce((SELECT "lastNumber" FROM "OwnerCounter" WHERE "userId" = $1), 0) AS "lastNumber",
    CASE WHEN w."previousSecretUntil" > now() THEN ARRAY[w."secret", w."previousSecret"]
      ELSE ARRAY[w."secret"] END AS "secrets",
    coalesce(greatest(extract(epoch FROM w."pausedUntil" - now())::float8 * 1000, 0), 0)
      AS "pausedForMs"
  FROM "Webhook" w WHERE w."userId" = $1 AND w."id" = $2 AND w."enabled"`,
);

async function readReceiver(
  queries: Queries,
  { userId, webhookId }: WebhookKey,
): Promise<Receiver | null> {
  const [row] = await queries.query<Receiver>(receiver, [userId, webhookId]);
  return row ?? null;
}

/**
 * Sends one message, and records what came of it. If it is interrupted it counts as not tried.
 * @returns whether the receiver was slow or failed
 */
async function attempt(
  queries: Queries,
  key: WebhookKey,
  { url, secrets }: Receiver,
  delivery: DueDelivery,
  { timeoutMs, allowPrivate, onAttempt, ...retry }: DeliveryOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const { number, body, queuedAt, failures, now } = delivery;
  const headers = headersOf(messageIdOf(key.userId, number), body, now, secrets);
  const outcome = await send(url, { headers, body, timeoutMs, allowPrivate, signal }).catch(
    (error) => {
      if (signal.aborted) return null;
      throw error;
    },
  );
  if (!outcome) return false;

  const { retryAfterMs, ...result } = outcome;
  const { error, milliseconds } = result;
  const ageMs = now.getTime() + milliseconds - queuedAt.getTime();
  const retryInMs = error === null ? null : pauseAfter(failures + 1, ageMs, retry);
  const status = error === null ? 'DELIVERED' : retryInMs === null ? 'PARKED' : 'PENDING';
  await recordAttempt(queries, key, delivery, {
    status,
    attempt: { at: now.toISOString(), ...result },
    retryInMs: retryInMs ?? 0,
  });
  if (retryAfterMs !== null) await pauseWebhook(queries, key, retryAfterMs);
  if (result.status === GONE) {
    await disableWebhook(queries, key, `The receiver answered HTTP ${GONE} (Gone)`);
  }
  onAttempt({
    outcome: error === null ? 'delivered' : retryInMs === null ? 'parked' : 'retried',
    milliseconds,
  });
  return error !== null || milliseconds > SLOW_MS;
}
