import { setTimeout as sleep } from 'node:timers/promises';
import type { Bed } from '../bed.ts';
import type { Effort } from '../compare.ts';
import { Connection } from '../connection.ts';
import { now } from '../now.ts';
import { openSubscribers } from '../openSubscribers.ts';
import { check, type Owner, type Plan, requestOf } from '../requests.ts';
import type { Result } from '../result.ts';
import { seedExecutions } from '../seed.ts';
import { maxResult, openFeeds, openWriter, subscriptionsOf } from './feed.ts';

const IDLE_EVENTS = 200;
const IDLE_PAUSE_MS = 20;
const MAX_IDLE_MS = 10;

const OWNERS = 100;
const SUBSCRIBERS = 1_000;
const WRITES_A_SECOND = 500;
const MAX_BUSY_MS = 100;

/**
 * Time from a commit until its delivery. For requests to the same process the time of the commit is
 * unknown, so those figures include the request and the write.
 */
export async function measureLatency(bed: Bed, { rounds, seconds }: Effort): Promise<Result[]> {
  const idle = await openFeeds(bed, 'calm', 1);
  const busy = await openFeeds(bed, 'busy', OWNERS);
  const owners = [...idle, ...busy];
  await seedExecutions(
    bed.database,
    owners.map(({ userId }) => userId),
  );
  const { url } = await bed.freshServer();
  return [
    ...(await measureIdle(bed, url, idle)),
    ...(await measureBusy(url, busy, rounds * seconds)),
  ];
}

async function measureIdle(bed: Bed, url: string, owners: Owner[]): Promise<Result[]> {
  const [{ userId }] = owners as [Owner];
  const subscribers = openSubscribers();
  const writer = openWriter(bed, 1);
  const connection = await Connection.open(new URL(url));
  const plan: Plan = { ...planOf(url, owners), prefix: 'here' };
  try {
    await subscribers.open(subscriptionsOf(url, owners, 1));
    const elsewhere: number[] = [];
    const here: number[] = [];
    for (let number = 0; number < IDLE_EVENTS; number++) {
      await sleep(IDLE_PAUSE_MS);
      await writer.write(userId, 'elsewhere', number);
      const committed = now();
      writer.notifier.notify(userId);
      const { times } = await subscribers.collect(1);
      elsewhere.push((times[0] as number) - committed);

      await sleep(IDLE_PAUSE_MS);
      const sent = now();
      const answer = connection.send(requestOf(plan, number));
      const delivered = await subscribers.collect(1);
      here.push((delivered.times[0] as number) - sent);
      check(plan, number, await answer);
    }
    return [
      latencyResult('request to delivery, idle', here, 0.5, MAX_IDLE_MS),
      latencyResult('commit in another process to delivery, idle', elsewhere, 0.5, MAX_IDLE_MS),
    ];
  } finally {
    connection.close();
    await subscribers.close();
    await writer.close();
  }
}

async function measureBusy(url: string, owners: Owner[], seconds: number): Promise<Result[]> {
  const subscribers = openSubscribers();
  try {
    await subscribers.open(subscriptionsOf(url, owners, SUBSCRIBERS));
    await writeSteadily({ ...planOf(url, owners), prefix: 'warm' }, 2);
    await subscribers.collect((2 * WRITES_A_SECOND) / OWNERS);

    const sent = await writeSteadily({ ...planOf(url, owners), prefix: 'steady' }, seconds);
    const { numbers, times } = await subscribers.collect(sent.length / OWNERS);
    const latencies = times.map((time, at) => time - (sent[numbers[at] as number] as number));
    const benchmark = `request to delivery, ${WRITES_A_SECOND} writes per second`;
    return [latencyResult(benchmark, latencies, 0.99, MAX_BUSY_MS)];
  } finally {
    await subscribers.close();
  }
}

const planOf = (url: string, owners: readonly Owner[]) =>
  ({ operation: 'requestReview', url, speaks: 'graphql', owners, count: 0 }) as const;

/**
 * Sends requests at a constant rate. If no connection is free, the wait counts towards the latency.
 * Returns the start time of each request: when it was due, or when a timer fired early.
 */
async function writeSteadily(plan: Plan, seconds: number): Promise<number[]> {
  const url = new URL(plan.url);
  const connections = await Promise.all(Array.from({ length: 20 }, () => Connection.open(url)));
  const count = Math.ceil((seconds * WRITES_A_SECOND) / OWNERS) * OWNERS;
  const start = now();
  const due = Array.from({ length: count }, (_, at) => start + (at * 1_000) / WRITES_A_SECOND);
  let next = 0;
  await Promise.all(
    connections.map(async (connection) => {
      while (next < count) {
        const number = next++;
        const wait = (due[number] as number) - now();
        if (wait > 0) await sleep(wait);
        due[number] = Math.min(due[number] as number, now());
        check(plan, number, await connection.send(requestOf(plan, number)));
      }
    }),
  );
  for (const connection of connections) connection.close();
  return due;
}

function latencyResult(benchmark: string, latencies: number[], share: number, max: number): Result {
  const sorted = latencies.toSorted((one, other) => one - other);
  const at = (part: number) => sorted[Math.floor(part * (sorted.length - 1))] as number;
  return maxResult(`${benchmark}, p${share * 100}`, at(share), max, 'ms', {
    spread: `p50 ${at(0.5).toFixed(1)}, p99 ${at(0.99).toFixed(1)}, max ${at(1).toFixed(1)}`,
  });
}
