import { setTimeout as pause } from 'node:timers/promises';
import { type Subject, subjectDigest } from '../../src/reviews/subjectDigest.ts';
import type { Bed } from '../bed.ts';
import { Connection } from '../connection.ts';
import { patientClient, vacuum } from '../patientClient.ts';
import { check, idOf, type Plan, requestOf } from '../requests.ts';
import type { Result } from '../result.ts';
import { seedExecutions, seedReviews } from '../seed.ts';

const REVIEWS = 1_000_000;
/** All of one owner, whose requests meet every batch. */
const OWNER = 'late';
const MORE_PROCESSES = 2;
const MAX_TIMES = 3;
const MAX_WAIT_MS = 100;
const LOOK_MS = 100;
/** Enough to give a million reviews their time, and for PostgreSQL to come to rest after it. */
const PREPARE_MS = 120_000;

/**
 * A million reviews whose time comes at once: how long our processes take to settle them, against one bare UPDATE of the same
 * rows with the same trigger; and how long the owner's own requests take meanwhile.
 */
export async function measureExpiry(bed: Bed): Promise<Result[]> {
  const { url } = await bed.server('ours');
  // Not alone: any process may settle them, and together they must not be in anybody's way either.
  for (let more = 0; more < MORE_PROCESSES; more++) await bed.freshServer();
  await seedExecutions(bed.database, [OWNER]);
  console.log(`Writing ${REVIEWS.toLocaleString('en')} reviews…`);
  await seedReviews(bed.database, [OWNER], 'late', REVIEWS);
  await vacuum(bed);
  const quiet = await probeDuring(bed, url, 'quiet', () => pause(5_000));

  const floorMs = await bareUpdate(bed);
  const time = await setTime(bed);
  // What was written to prepare it is no part of what is measured.
  await vacuum(bed, '"PendingReview"');
  await bed.database.pool.query('CHECKPOINT');
  if (Date.now() > time) throw new Error(`To prepare took more than ${PREPARE_MS} ms`);
  await pause(time - Date.now());

  let oursMs = 0;
  const busy = await probeDuring(bed, url, 'busy', async () => {
    while ((await waitingOf(bed)) > 0) await pause(LOOK_MS);
    oursMs = Date.now() - time;
  });
  await verify(bed);

  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const wait = ({ median, rare, most }: Probe) =>
    `${most.toFixed(0)} ms; 1 in 2: ${median.toFixed(1)}, in 1,000: ${rare.toFixed(0)}`;
  return [
    {
      work: '1,000,000 reviews expired; floor: one UPDATE',
      ours: seconds(oursMs),
      floor: seconds(floorMs),
      ratio: (oursMs / floorMs).toFixed(2),
      spread: '',
      target: `≤ ${MAX_TIMES.toFixed(1)}`,
      met: oursMs <= MAX_TIMES * floorMs,
    },
    {
      work: "slowest of the owner's requests meanwhile; floor: in quiet",
      ours: wait(busy),
      floor: wait(quiet),
      ratio: '',
      spread: '',
      target: `≤ ${MAX_WAIT_MS} ms`,
      met: busy.most <= MAX_WAIT_MS,
    },
  ];
}

/** What settling has to do, in one statement; taken back, so that the rows are the same. */
async function bareUpdate(bed: Bed): Promise<number> {
  const client = await patientClient(bed);
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
    if (rowCount !== REVIEWS) throw new Error(`The floor changed ${rowCount} rows`);
    return took;
  } finally {
    await client.end(); // rolls back
  }
}

/**
 * Without the trigger, whose million events would be no part of what is measured.
 * @returns when the time of all comes, in milliseconds since the epoch
 */
async function setTime(bed: Bed): Promise<number> {
  const time = Date.now() + PREPARE_MS;
  const client = await patientClient(bed);
  try {
    await client.query(
      `BEGIN; SET LOCAL session_replication_role = replica;
      UPDATE "PendingReview" SET "expiresAt" = '${new Date(time).toISOString()}'
      WHERE "userId" = '${OWNER}' AND "nodeExecId" LIKE 'late-%';
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
  // What the probe has just asked and not yet decided waits too.
  return Math.max(0, (rows[0]?.waiting ?? 0) - 1);
}

async function verify({ database }: Bed): Promise<void> {
  const { rows } = await database.pool.query(
    `SELECT count(*)::int AS "events", count(DISTINCT "nodeExecId")::int AS "reviews"
    FROM "ReviewEvent" WHERE "userId" = $1 AND "kind" = 'EXPIRED'`,
    [OWNER],
  );
  if (rows[0].events !== REVIEWS || rows[0].reviews !== REVIEWS) {
    throw new Error(`${REVIEWS} reviews expired with ${rows[0].events} events`);
  }
}

/** What a decision about the owner's review has to name, as the reviewer's page would have been told. */
async function subjectOf({ database }: Bed, nodeExecId: string): Promise<string> {
  const { rows } = await database.pool.query<Subject>(
    'SELECT * FROM "PendingReview" WHERE "userId" = $1 AND "nodeExecId" = $2',
    [OWNER, nodeExecId],
  );
  return subjectDigest(rows[0] as Subject);
}

/** How long requests took, in milliseconds: the median, what one in a thousand exceeds, the slowest. */
type Probe = { median: number; rare: number; most: number };

/** The owner's agent asks and a reviewer decides, one after the other, as long as the work goes on. */
async function probeDuring(
  bed: Bed,
  url: string,
  prefix: string,
  work: () => Promise<unknown>,
): Promise<Probe> {
  const plan = { url, speaks: 'graphql', prefix: `probe-${prefix}`, count: 0 } as const;
  const asking: Plan = {
    ...plan,
    work: 'requestReview',
    owners: await bed.owners([OWNER], 'agent', 'review:request'),
  };
  const deciding: Plan = {
    ...plan,
    work: 'decideReviews',
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
  return { median: at(0.5), rare: at(0.999), most: at(1) };
}
