import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { openConnections } from '../../src/database/connections.ts';
import type { FeedSource } from '../../src/feed/feedSource.ts';
import { Hub } from '../../src/feed/hub.ts';
import { testDatabase } from '../support/testDatabase.ts';

const database = await testDatabase();
const { sql } = database;

/** Reads the table as any other role does, so that the policies of a test apply to it. */
const role = `reader_${randomBytes(4).toString('hex')}`;
await sql(`CREATE ROLE ${role}`);
await sql(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`);
database.beforeDrop(async () => {
  await sql(`DROP OWNED BY ${role}`);
  await sql(`DROP ROLE ${role}`);
});

const opened: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** Statements of this hub may take as long as `statementMs`. */
function openHub(statementMs: number): Hub {
  const url = new URL(database.url);
  url.searchParams.set('options', `-c role=${role}`);
  const connections = openConnections(url.href, 3, () => {}, { statementMs });
  const hub = new Hub(connections, pino({ level: 'silent' }), 90);
  opened.push(
    () => connections.close(),
    () => hub.close(),
  );
  return hub;
}

/** Collects the numbers of a workspace's events. */
const follow = async (hub: Hub, userId: string, after?: string): Promise<number[]> =>
  numbersOf(await hub.follow(userId, after, () => true));

function numbersOf(source: FeedSource): number[] {
  const numbers: number[] = [];
  const events = source[Symbol.asyncIterator]();
  opened.push(() => void events.return());
  const collect = async () => {
    for await (const { number } of events) numbers.push(number);
  };
  void collect();
  return numbers;
}

/** Adds events to each workspace in one commit, all of one review with a payload of this size. */
async function addEvents(userIds: readonly string[], count: number, payloadCharacters = 2) {
  await sql(
    `WITH review AS (
      INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId",
        "graphVersion", "nodeId", "payload", "requestedBy")
      SELECT "userId", 'r', 'exec', 'g', 1, 'n', to_json(repeat('x', $2::int - 2)), 'sql'
      FROM unnest($1::text[]) AS "userId"
      ON CONFLICT DO NOTHING
    )
    SELECT 1`,
    [userIds, payloadCharacters],
  );
  await sql(
    `WITH counter AS (
      UPDATE "OwnerCounter" SET "lastNumber" = "lastNumber" + $2::int WHERE "userId" = ANY ($1)
      RETURNING "userId", "lastNumber" - $2::int AS "before"
    )
    INSERT INTO "ReviewEvent"
      ("userId", "number", "kind", "nodeExecId", "graphExecId", "actor", "requestedBy")
    SELECT "userId", "before" + n, 'UPDATED', 'r', 'exec', 'sql', 'sql'
    FROM counter, generate_series(1, $2::int) n`,
    [userIds, count],
  );
}

const workspaces = (count: number): string[] => {
  const group = randomBytes(4).toString('hex');
  return Array.from({ length: count }, (_, at) => `${group}-${at}`);
};

const upTo = (last: number, first = 1): number[] =>
  Array.from({ length: last - first + 1 }, (_, at) => first + at);

/** Until then the reads are as large as they get. */
async function growPages(hub: Hub): Promise<void> {
  for (let n = 0; n < 10; n++) {
    hub.refreshAll();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it('a backlog of many workspaces is read in reads that pass, whatever a statement may take', async () => {
  const hub = openHub(150);
  const userIds = workspaces(300);
  const received = new Map<string, number[]>();
  for (const userId of userIds) received.set(userId, await follow(hub, userId));
  await growPages(hub);
  await addEvents(userIds, 200, 9_000);
  for (const numbers of received.values()) {
    await expect.poll(() => numbers.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(201);
  }
  for (const numbers of received.values()) expect(numbers).toEqual(upTo(201));
}, 90_000);

describe('a workspace whose events cannot be read in time', () => {
  const slow = 'slow workspace';

  /** From now on, each of its events takes this long to read. */
  const slowDown = (seconds: number) =>
    sql(`CREATE OR REPLACE FUNCTION "waitFor"("userId" TEXT) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
      BEGIN
        IF "userId" = '${slow}' THEN PERFORM pg_sleep(${seconds}); END IF;
        RETURN true;
      END $$`);

  async function openWithSlow() {
    await slowDown(0);
    await sql(`ALTER TABLE "ReviewEvent" ENABLE ROW LEVEL SECURITY`);
    await sql(`DROP POLICY IF EXISTS slow ON "ReviewEvent"`);
    await sql(
      `CREATE POLICY slow ON "ReviewEvent" FOR SELECT TO ${role} USING ("waitFor"("userId"))`,
    );
    return openHub(200);
  }

  it('delays no other, and gets its events once they can be read', async () => {
    const hub = await openWithSlow();
    const others = workspaces(100);
    const ofSlow = await follow(hub, slow);
    const received = new Map<string, number[]>();
    for (const userId of others) received.set(userId, await follow(hub, userId));
    await growPages(hub);

    await slowDown(1);
    await addEvents([slow, ...others], 20);
    for (let last = 21; last <= 30; last++) {
      for (const numbers of received.values()) {
        await expect.poll(() => numbers.length).toBeGreaterThanOrEqual(last);
      }
      await addEvents(others, 1);
      hub.refresh([slow, ...others]);
    }
    expect(ofSlow).toEqual([]);
    for (const numbers of received.values()) expect(numbers.slice(0, 30)).toEqual(upTo(30));

    await slowDown(0);
    await expect.poll(() => ofSlow.length).toBe(21);
    expect(ofSlow).toEqual(upTo(21));
  }, 60_000);

  it('is read one event at a time if no more can be read in time', async () => {
    const hub = await openWithSlow();
    const before = await sql(`SELECT coalesce(max("number"), 0)::int AS "last" FROM "ReviewEvent"
      WHERE "userId" = '${slow}'`);
    const { last } = before[0] as { last: number };
    const live = await follow(hub, slow);
    const catchingUp = await follow(hub, slow, String(last));
    await growPages(hub);
    await slowDown(0.11);
    await addEvents([slow], 12);
    const expected = last + (last === 0 ? 13 : 12);
    await expect.poll(() => live.length, { timeout: 40_000 }).toBe(expected - last);
    await expect.poll(() => catchingUp.length, { timeout: 40_000 }).toBe(expected - last);
    expect(live).toEqual(upTo(expected, last + 1));
    expect(catchingUp).toEqual(live);
  }, 90_000);

  it('has followers that catch up without delaying those of others', async () => {
    const hub = await openWithSlow();
    const other = workspaces(1);
    await addEvents([slow, ...other], 20);
    const sources = await Promise.all(upTo(30).map(() => hub.follow(slow, '0', () => true)));
    await slowDown(1);
    const stuck = sources.map(numbersOf);
    for (let n = 0; n < 10; n++) {
      const numbers = await follow(hub, other[0] as string, '0');
      await expect.poll(() => numbers.length).toBe(21);
    }
    expect(stuck.flat()).toEqual([]);
    await slowDown(0);
    for (const numbers of stuck) {
      await expect.poll(() => numbers.length).toBeGreaterThanOrEqual(21);
    }
  }, 60_000);
});
