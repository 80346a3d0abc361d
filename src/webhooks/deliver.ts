import { randomUUID } from 'node:crypto';
import type { Queries } from '../database/connections.ts';
import { headersOf, messageIdOf } from './message.ts';
import { patient } from './patient.ts';
import { pauseAfter } from './pauses.ts';
import { send } from './send.ts';
import { type Next, release, settleAttempt, type Taken, take } from './slotQueue.ts';
import { type Slot, wake, wakeAt } from './wake.ts';

/** An attempt that takes longer puts its webhook behind others. */
const SLOW_MS = 2_000;
/** A slot that has much to send gives its worker to another one after this time. */
const TURN_MS = 5_000;

/** Told of every attempt, for counting. `retried`: it failed, and there will be another one. */
export type OnAttempt = (attempt: {
  outcome: 'delivered' | 'retried' | 'parked';
  milliseconds: number;
}) => void;

export type DeliverOptions = {
  /** For one attempt. */
  timeoutMs: number;
  /** How much longer than an attempt a slot is leased: what the database may take. */
  leaseMarginMs: number;
  pausesMs: readonly number[];
  lifetimeMs: number;
  allowPrivate: boolean;
  onAttempt: OnAttempt;
};

/**
 * Sends what is due from a slot, one message after the other, until nothing is, the receiver fails, or others should
 * have their turn. A message whose sending was broken off by `signal` counts as not tried.
 * @param asSlow whether this is one of the workers that receivers which are slow or fail may have
 */
export async function deliver(
  database: Queries,
  slot: Slot,
  asSlow: boolean,
  options: DeliverOptions,
  signal: AbortSignal,
): Promise<void> {
  const queries = patient(database);
  const lease = randomUUID();
  const start = performance.now();
  const leaseMs = options.timeoutMs + options.leaseMarginMs;
  do {
    const asked = performance.now();
    const taken = await take(queries, slot, lease, leaseMs);
    if (!taken) return; // whoever has it looks once more after giving it back
    // If the answer was long on its way, the lease may end during the attempt, or has ended already.
    // Then another process may send this message, and later ones.
    if (performance.now() - asked > options.leaseMarginMs) break;
    if (!taken.next || (taken.slow && !asSlow)) break;
    const delivered = await attempt(queries, slot, taken, taken.next, options, signal);
    if (!delivered) break;
  } while (!signal.aborted && performance.now() - start < TURN_MS);

  const first = await release(queries, slot, lease);
  if (first?.due) await wake(queries, [slot]);
  else if (first) await wakeAt(queries, slot, first.at);
}

/** @returns whether the receiver took it */
async function attempt(
  queries: Queries,
  slot: Slot,
  { url, secrets, now }: Taken,
  next: Next,
  { timeoutMs, allowPrivate, onAttempt, ...retry }: DeliverOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const { number, body, queuedAt } = next;
  const headers = headersOf(messageIdOf(slot.userId, number), body, now, secrets);
  const outcome = await send(url, { headers, body, timeoutMs, allowPrivate, signal }).catch(
    (error) => {
      if (signal.aborted) return null;
      throw error;
    },
  );
  if (!outcome) return false;

  const delivered = outcome.error === null;
  const ageMs = now.getTime() + outcome.milliseconds - queuedAt.getTime();
  const pauseMs = delivered ? null : pauseAfter(next.failures + 1, ageMs, retry);
  const status = delivered ? 'DELIVERED' : pauseMs === null ? 'PARKED' : 'PENDING';
  await settleAttempt(queries, slot, next, {
    status,
    attempt: { at: now.toISOString(), ...outcome },
    retryInMs: pauseMs ?? 0,
    slow: !delivered || outcome.milliseconds > SLOW_MS,
  });
  onAttempt({
    outcome: delivered ? 'delivered' : pauseMs === null ? 'parked' : 'retried',
    milliseconds: outcome.milliseconds,
  });
  return delivered;
}
