import { setTimeout as pause } from 'node:timers/promises';
import { type Subject, subjectDigest } from '../../src/reviews/digests.ts';
import type { Bed } from '../bed.ts';
import { clientWithoutTimeout, vacuum } from '../clientWithoutTimeout.ts';
import { Connection } from '../connection.ts';
import { check, idOf, type Plan, requestOf } from '../requests.ts';
import type { Result } from '../result.ts';
import { seedExecutions, seedReviews } from '../seed.ts';

const REVIEWS = 1_000_000;
/** A single owner, so that every batch competes with its requests. */
const OWNER = 'late';
const MORE_PROCESSES = 2;
const MAX_TIMES = 3;
const MAX_WAIT_MS = 100;
const LOOK_MS = 100;
/** Enough to set a million expiry times and let PostgreSQL settle. */
const PREPARE_MS = 120_000;

/**
 * A million reviews expire at once. Measures how long the service takes, compared with a single
 * UPDATE of the same rows with the same trigger, and how long the owner's requests take meanwhile.
 */
export async function measureExpiry(bed: Bed): Promise<Result[]> {
  const { url } = await bed.server('ours');
  // Several processes compete for the batches, as they would in production.
  for (let more = 0; more < MORE_PROCESSES; more++) await bed.freshServer();
  await seedExecutions(bed.database, [OWNER]);
  console.log(`Writing ${REVIEWS.toLocaleString('en')} reviews…`);
  await seedReviews(bed.database, [OWNER], 'late', REVIEWS);
  await vacuum(bed);
  const quiet = await probeDuring(bed, url, 'quiet', () => pause(5_000));

  const baselineMs = await bareUpdate(bed);
  const time = await setTime(bed);
  // Do not measure the cleanup after these writes.
  await vacuum(bed, '"PendingReview"');
  await bed.database.pool.query('CHECKPOINT');
  if (Date.now() > time) throw new Error(`Preparation took more than ${PREPARE_MS} ms`);
  await pause(time - Date.now());

  let oursMs = 0;
  const busy = await probeDuring(bed, url, 'busy', async () => {
    while ((await waitingOf(bed)) > 0) await pause(LOOK_MS);
    oursMs = Date.now() - time;
  });
  await verify(bed);

  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const wait = ({ median, p999, max }: Probe) =>
    `${max.toFixed(0)} ms (p50 ${median.toFixed(1)}, p99.9 ${p999.toFixed(0)})`;
  return [
    {
      benchmark: '1,000,000 reviews expire; baseline: one UPDATE',
      ours: seconds(oursMs),
      baseline: seconds(baselineMs),
      ratio: (oursMs / baselineMs).toFixed(2),
      spread: '',
      target: `≤ ${MAX_TIMES.toFixed(1)}`,
      met: oursMs <= MAX_TIMES * baselineMs,
    },
    {
      benchmark: "owner's slowest request meanwhile; baseline: idle",
      ours: wait(busy),
      baseline: wait(quiet),
      ratio: '',
      spread: '',
      target: `≤ ${MAX_WAIT_MS} ms`,
      met: busy.max <= MAX_WAIT_MS,
    },
  ];
}

/** Expires all reviews in one statement and rolls it back, so that the rows stay the same. */
async function bareUpdate(bed: Bed): Promise<number> {
  const client = await clientWithoutTimeout(bed);
  try {
    await client.query('BEGIN');
    const start = performance.now();
    const { rowCount } = await client.query(
      `UPDATE "PendingReview" SET "status" = 'REJECTED', "decisionSource" = 'EXPIRY',
        "reviewMessage" = 'Nobody decided in time', "wasEdited" = false, "reviewedAt" = now(),
        "updatedAt" = now()
      WHERE "userId" = $1 AND "nodeExecId" LIKE 'late-%' AND "status" = 'WAITING'`,
      [OWNER],
    );
    const took = performance.now() - start;
    if (rowCount !== REVIEWS) throw new Error(`The baseline changed ${rowCount} rows`);
    return took;
  } finally {
    await client.end(); // rolls back
  }
}

/**
 * Sets the expiry time of all reviews, without the trigger that would write a million events. That
 * trigger also makes the job due, so this does it.
 * Returns the time in milliseconds since the epoch.
 */
async function setTime(bed: Bed): Promise<number> {
  const time = Date.now() + PREPARE_MS;
  const client = await clientWithoutTimeout(bed);
  try {
    await client.query(
      `BEGIN; SET LOCAL session_replication_role = replica;
      UPDATE "PendingReview" SET "expiresAt" = '${new Date(time).toISOString()}'
      WHERE "userId" = '${OWNER}' AND "nodeExecId" LIKE 'late-%';
      INSERT INTO "Job" ("userId", "kind", "key", "dueAt")
      VALUES ('${OWNER}', 'expireReviews', '', '${new Date(time).toISOString()}')
      ON CONFLICT ("userId", "kind", "key") DO UPDATE SET "dueAt" = excluded."dueAt";
      COMMIT`,
    );
    return time;
  } finally {
    await client.end();
  }
}

async function waitingOf({ database }: Bed): Promise<number> {
  const { rows } = await database.pool.query(
    `SELECT "waiting"::int FROM "OwnerCounter" WHERE "userId" = $1`,
    [OWNER],
  );
  // The probe may have one undecided review of its own.
  return Math.max(0, (rows[0]?.waiting ?? 0) - 1);
}

async function verify({ database }: Bed): Promise<void> {
  const { rows } = await database.pool.query(
    `SELECT count(*)::int AS "events", count(DISTINCT "nodeExecId")::int AS "reviews"
    FROM "ReviewEvent" WHERE "userId" = $1 AND "kind" = 'EXPIRED'`,
    [OWNER],
  );
  if (rows[0].events !== REVIEWS || rows[0].reviews !== REVIEWS) {
    throw new Error(`Expected ${REVIEWS} EXPIRED events, found ${rows[0].events}`);
  }
}

/** The subject digest that a decision about this review names, as a reviewer's page would. */
async function subjectOf({ database }: Bed, nodeExecId: string): Promise<string> {
  const { rows } = await database.pool.query<Subject>(
    'SELECT * FROM "PendingReview" WHERE "userId" = $1 AND "nodeExecId" = $2',
    [OWNER, nodeExecId],
  );
  return subjectDigest(rows[0] as Subject);
}

/** Request latencies in milliseconds. */
type Probe = { median: number; p999: number; max: number };

/** Requests and decides reviews of the owner, one after the other, until `work` is done. */
async function probeDuring(
  bed: Bed,
  url: string,
  prefix: string,
  work: () => Promise<unknown>,
): Promise<Probe> {
  const plan = { url, speaks: 'graphql', prefix: `probe-${prefix}`, count: 0 } as const;
  const asking: Plan = {
    ...plan,
    operation: 'requestReview',
    owners: await bed.owners([OWNER], 'agent', 'review:request'),
  };
  const deciding: Plan = {
    ...plan,
    operation: 'decideReviews',
    owners: await bed.owners([OWNER], 'ada', 'review:decide'),
  };
  const connection = await Connection.open(new URL(url));
  const times: number[] = [];
  async function send(one: Plan, number: number, subject?: string): Promise<void> {
    const request = requestOf(one, number, subject);
    const start = performance.now();
    const answer = await connection.send(request);
    times.push(performance.now() - start);
    check(one, number, answer);
  }
  let isDone = false;
  const probing = (async () => {
    for (let number = 0; !isDone; number++) {
      await send(asking, number);
      await send(deciding, number, await subjectOf(bed, idOf(plan.prefix, number)));
      await pause(5);
    }
  })();
  await work().finally(() => {
    isDone = true;
  });
  await probing;
  connection.close();
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { median: at(0.5), p999: at(0.999), max: at(1) };
}
