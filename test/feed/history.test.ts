import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type pg from 'pg';
import { expect, it } from 'vitest';
import { race } from '../support/race.ts';
import { testDatabase } from '../support/testDatabase.ts';

const database = await testDatabase();

type Event = { number: string; kind: string; nodeExecId: string; actor: string };

const eventsOf = (user: string) =>
  database.sql<Event>(
    `SELECT "number", "kind", "nodeExecId", "actor" FROM "ReviewEvent"
    WHERE "userId" = $1 ORDER BY "number"`,
    [user],
  );

const insertText = `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId",
  "graphVersion", "nodeId", "payload", "requestedBy")
  SELECT $1, id, 'exec', 'graph', 1, id, '1', 'agent' FROM unnest($2::text[]) AS id`;

const insert = (user: string, ids: string[]) => database.sql(insertText, [user, ids]);

/** Runs a change and returns the kinds of the events that it created. */
async function leaves(user: string, text: string, values: unknown[] = [user]): Promise<string[]> {
  const before = (await eventsOf(user)).length;
  await database.sql(text, values);
  return (await eventsOf(user))
    .slice(before)
    .map(({ kind, nodeExecId }) => `${nodeExecId} ${kind}`);
}

const update = (set: string, where = 'true') =>
  `UPDATE "PendingReview" SET ${set} WHERE "userId" = $1 AND ${where}`;

it('each row that plain SQL changes creates exactly one event', async () => {
  const user = randomUUID();
  expect(await leaves(user, insertText, [user, ['a', 'b', 'c']])).toEqual([
    'a REQUESTED',
    'b REQUESTED',
    'c REQUESTED',
  ]);
  expect(await leaves(user, update(`"status" = 'APPROVED'`, `"nodeExecId" < 'c'`))).toEqual([
    'a APPROVED',
    'b APPROVED',
  ]);
  expect(await leaves(user, update('"processed" = true', `"nodeExecId" = 'a'`))).toEqual([
    'a PROCESSED',
  ]);
  expect(await leaves(user, update(`"payload" = '2'`, `"nodeExecId" = 'a'`))).toEqual([
    'a UPDATED',
  ]);
  const stopped = `"status" = 'REJECTED', "decisionSource" = 'CANCELLATION', "processed" = true`;
  expect(await leaves(user, update(stopped, `"nodeExecId" = 'c'`))).toEqual(['c CANCELLED']);
  expect(await leaves(user, update(`"nodeExecId" = 'z'`, `"nodeExecId" = 'a'`))).toEqual([
    'a DELETED',
    'z APPROVED',
  ]);
  expect(await leaves(user, 'DELETE FROM "PendingReview" WHERE "userId" = $1')).toEqual([
    'b DELETED',
    'c DELETED',
    'z DELETED',
  ]);
  const numbers = (await eventsOf(user)).map(({ number }) => Number(number));
  expect(numbers).toEqual(numbers.map((_, at) => at + 1));
});

it('upserts and MERGE create one event per changed row as well', async () => {
  const user = randomUUID();
  await insert(user, ['old']);
  const upsert = `${insertText} ON CONFLICT ("userId", "nodeExecId") DO UPDATE SET "status" = 'REJECTED'`;
  expect((await leaves(user, upsert, [user, ['new', 'old']])).sort()).toEqual([
    'new REQUESTED',
    'old REJECTED',
  ]);
  const merge = `MERGE INTO "PendingReview" r
    USING (VALUES ('new'), ('old'), ('third')) AS v(id) ON r."userId" = $1 AND r."nodeExecId" = v.id
    WHEN MATCHED AND v.id = 'old' THEN DELETE
    WHEN MATCHED THEN UPDATE SET "processed" = true
    WHEN NOT MATCHED THEN INSERT ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion",
      "nodeId", "payload", "requestedBy") VALUES ($1, id, 'e', 'g', 1, id, '1', 'agent')`;
  expect((await leaves(user, merge)).sort()).toEqual([
    'new PROCESSED',
    'old DELETED',
    'third REQUESTED',
  ]);
});

it('a statement that changes nothing creates no event', async () => {
  const user = randomUUID();
  await insert(user, ['a']);
  expect(await leaves(user, update('"status" = "status", "payload" = "payload"'))).toEqual([]);
  expect(await leaves(user, update(`"status" = 'APPROVED'`, 'false'))).toEqual([]);
  expect(await leaves(user, `${insertText} ON CONFLICT DO NOTHING`, [user, ['a']])).toEqual([]);
  expect(await leaves(user, `DELETE FROM "PendingReview" WHERE "userId" = $1 AND false`)).toEqual(
    [],
  );
});

it('the actor of an event comes from the row, the transaction or the database user', async () => {
  const user = randomUUID();
  await insert(user, ['a', 'b']);
  await database.sql(update(`"status" = 'APPROVED', "decidedBy" = 'ann'`, `"nodeExecId" = 'a'`), [
    user,
  ]);
  await database.sql(update(`"status" = 'APPROVED'`, `"nodeExecId" = 'b'`), [user]);
  const client = await database.pool.connect();
  try {
    await client.query(`BEGIN; SET LOCAL holdpoint.actor = 'bob'`);
    await client.query(update('"processed" = true', `"nodeExecId" = 'a'`), [user]);
    await client.query('COMMIT');
    await client.query(update('"processed" = false', `"nodeExecId" = 'a'`), [user]);
  } finally {
    client.release();
  }
  const me = new URL(database.url).username;
  const actors = (await eventsOf(user)).map(({ actor }) => actor);
  expect(actors).toEqual(['agent', 'agent', 'ann', me, 'bob', me]);
});

it('reviews that move to another workspace create events in both', async () => {
  const [from, to] = [randomUUID(), randomUUID()];
  await insert(from, ['a']);
  await database.sql(update('"userId" = $2'), [from, to]);
  expect((await eventsOf(from)).map(({ kind }) => kind)).toEqual(['REQUESTED', 'DELETED']);
  expect((await eventsOf(to)).map(({ kind }) => kind)).toEqual(['REQUESTED']);
  const counters = await database.sql(
    'SELECT "lastNumber", "waiting" FROM "OwnerCounter" WHERE "userId" = ANY ($1) ORDER BY "lastNumber"',
    [[from, to]],
  );
  expect(counters).toEqual([
    { lastNumber: '1', waiting: '1' },
    { lastNumber: '2', waiting: '0' },
  ]);
});

it('TRUNCATE is refused, because it would create no events', async () => {
  await expect(database.sql('TRUNCATE "PendingReview"')).rejects.toThrow('use DELETE');
  await expect(database.sql('TRUNCATE "PendingReview", "GraphExecution" CASCADE')).rejects.toThrow(
    'use DELETE',
  );
});

it('numbers have no gaps and follow the commits, despite concurrent writes and rollbacks', async () => {
  const writer = fc.record({
    rows: fc.integer({ min: 1, max: 4 }),
    statements: fc.integer({ min: 1, max: 3 }),
    isUndone: fc.boolean(),
  });
  await race(fc.array(writer, { minLength: 12, maxLength: 24 }), async (writers) => {
    const user = randomUUID();
    let isDone = false;
    const watching = watch(user, () => isDone);
    await Promise.all(writers.map((writer, at) => write(user, `${at}`, writer)));
    isDone = true;
    const seen = await watching;

    const events = await eventsOf(user);
    const committed = writers.filter(({ isUndone }) => !isUndone);
    const count = committed.reduce((sum, { rows, statements }) => sum + rows * statements, 0);
    expect(events.map(({ number }) => Number(number))).toEqual(
      Array.from({ length: count }, (_, at) => at + 1),
    );
    // Readers that continued from the last number they saw have seen everything, in order.
    expect(seen).toEqual(events.map(({ number }) => Number(number)));
    const waiting = await database.sql(
      `SELECT "lastNumber" = $2 AND "waiting" = (SELECT count(*) FROM "PendingReview" r
        WHERE r."userId" = $1 AND "status" = 'WAITING') AS "right" FROM "OwnerCounter" WHERE "userId" = $1`,
      [user, count],
    );
    expect(waiting).toEqual(count === 0 ? [] : [{ right: true }]);
  });
});

type Writer = { rows: number; statements: number; isUndone: boolean };

/** One transaction with several statements on the same rows. */
async function write(user: string, name: string, { rows, statements, isUndone }: Writer) {
  const client: pg.PoolClient = await database.pool.connect();
  try {
    await client.query('BEGIN');
    const ids = Array.from({ length: rows }, (_, at) => `${name}-${at}`);
    await client.query(insertText, [user, ids]);
    for (let statement = 1; statement < statements; statement++) {
      await client.query(update('"processed" = NOT "processed"', '"nodeExecId" = ANY ($2)'), [
        user,
        ids,
      ]);
    }
    await client.query(isUndone ? 'ROLLBACK' : 'COMMIT');
  } finally {
    client.release();
  }
}

/** Keeps reading from the last number seen until the writers are done and nothing more comes. */
async function watch(user: string, isDone: () => boolean): Promise<number[]> {
  const seen: number[] = [];
  for (;;) {
    const wasDone = isDone();
    const rows = await database.sql<{ number: string }>(
      'SELECT "number" FROM "ReviewEvent" WHERE "userId" = $1 AND "number" > $2 ORDER BY "number"',
      [user, seen.at(-1) ?? 0],
    );
    seen.push(...rows.map(({ number }) => Number(number)));
    if (wasDone && rows.length === 0) return seen;
  }
}
