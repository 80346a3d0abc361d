import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  approve,
  ask,
  decide,
  eventsOf,
  readOne,
  register,
  reject,
} from '../support/operations.ts';
import { consume as consumeWith, defaultDigest, report as reportAs } from '../support/outcomes.ts';
import { race } from '../support/race.ts';
import type { TestClient } from '../support/testClient.ts';
import { type Team, testService } from '../support/testService.ts';

const ROUNDS = Number(process.env['RACE_ROUNDS'] ?? 10);

const service = await testService();
const { sql, database } = service;

type Answer = { __typename: string; message?: string };

const consume = (client: TestClient, id: string) => consumeWith(client, id, defaultDigest(id));
const report = (client: TestClient, id: string) => reportAs(client, id, 'EXECUTED');

/** New workspaces, each with a run and these waiting reviews. */
async function teams(count: number, ids: readonly string[]): Promise<Team[]> {
  const made = Array.from({ length: count }, () => service.team());
  await Promise.all(made.map(({ agent }) => ask(agent, 'first')));
  await Promise.all(made.flatMap(({ agent }) => ids.map((id) => ask(agent, id))));
  return made;
}

const each = <Result>(made: readonly Team[], work: (team: Team) => Promise<Result>[]) =>
  Promise.all(made.flatMap(work));

/** In how many transactions the reviews of these workspaces got their present state. */
async function transactions(made: readonly Team[], condition: string): Promise<number> {
  const [row] = await sql<{ count: string }>(
    `SELECT count(DISTINCT xmin::text) AS "count" FROM "PendingReview"
    WHERE "userId" = ANY ($1) AND ${condition}`,
    [made.map(({ user }) => user)],
  );
  return Number(row?.count);
}

it('decides for many callers in few transactions, and gives each their own answer', async () => {
  const made = await teams(8, ['plain', 'refused', 'changed', 'late', 'own']);
  await each(made, ({ reviewer }) => [reject(reviewer, 'late')]);
  const answers = await each(made, ({ user, reviewer }) => [
    approve(reviewer, 'plain'),
    reject(reviewer, 'refused', { message: 'No "quotes", \\ or {braces}' }),
    approve(reviewer, 'changed', { subjectDigest: `sha256:${'0'.repeat(64)}` }),
    approve(reviewer, 'late'),
    approve(service.as({ user, actor: 'agent' }), 'own'),
    approve(reviewer, 'missing'),
  ]);
  for (let at = 0; at < answers.length; at += 6) {
    expect(answers.slice(at, at + 6).map(({ __typename }) => __typename)).toEqual([
      'DecideReviewsPayload',
      'DecideReviewsPayload',
      'ReviewConflictError',
      'ReviewConflictError',
      'SelfApprovalError',
      'NotFoundError',
    ]);
  }
  for (const { reviewer } of made) {
    expect((await readOne(reviewer, 'plain')).status).toBe('APPROVED');
    const { status, reviewMessage } = await readOne(reviewer, 'refused');
    expect(status).toBe('REJECTED');
    expect(reviewMessage).toBe('No "quotes", \\ or {braces}');
    expect((await readOne(reviewer, 'changed')).status).toBe('WAITING');
    const kinds = (await eventsOf(reviewer, 'plain')).map(({ kind, actor }) => [kind, actor]);
    expect(kinds).toEqual([
      ['REQUESTED', 'agent'],
      ['APPROVED', 'reviewer'],
    ]);
  }
  const decided = `"nodeExecId" IN ('plain', 'refused')`;
  expect(await transactions(made, decided)).toBeLessThan(2 * made.length);
});

it('decides for several workspaces in one transaction', async () => {
  const made = await teams(8, ['a', 'b']);
  await each(made, ({ reviewer }) => [approve(reviewer, 'a'), approve(reviewer, 'b')]);
  const mixed = await sql(
    `SELECT 1 FROM "PendingReview" WHERE "userId" = ANY ($1) AND "status" = 'APPROVED'
    GROUP BY xmin::text HAVING count(DISTINCT "userId") > 1`,
    [made.map(({ user }) => user)],
  );
  expect(mixed).not.toEqual([]);
});

it('requests, uses and reports for many callers in few transactions, in the name of each', async () => {
  const ids = ['a', 'b', 'c'];
  const made = await teams(8, []);
  const asked = await each(made, ({ agent }) => [
    ...ids.map((id) =>
      ask(agent, id, { tags: ['one, two', '"three"', 'four\\'], consumers: ['helper', 'it"s'] }),
    ),
    ask(agent, 'first', { graphVersion: 2 }),
  ]);
  expect(asked.filter(({ state }) => state === 'WAITING')).toHaveLength(24);
  expect(asked.filter(({ __typename }) => __typename === 'ReviewConflictError')).toHaveLength(8);
  expect(await transactions(made, `"nodeExecId" <> 'first'`)).toBeLessThan(24);
  const [review] = await sql(
    `SELECT "tags", "consumers" FROM "PendingReview" WHERE "userId" = $1 AND "nodeExecId" = 'b'`,
    [made[0]?.user],
  );
  expect(review).toEqual({
    tags: ['one, two', '"three"', 'four\\'],
    consumers: ['helper', 'it"s'],
  });

  await each(made, ({ reviewer }) => ids.map((id) => approve(reviewer, id)));
  const helpers = made.map(({ user }) => service.as({ user, actor: 'helper' }));
  const used = await Promise.all(helpers.flatMap((helper) => ids.map((id) => consume(helper, id))));
  for (const { __typename } of used) expect(__typename).toBe('ConsumeReviewPayload');
  expect(await transactions(made, '"processed"')).toBeLessThan(24);
  const reported = await each(made, ({ agent }) => ids.map((id) => report(agent, id)));
  for (const { __typename } of reported) expect(__typename).toBe('ReportOutcomePayload');
  expect(await transactions(made, '"outcome" IS NOT NULL')).toBeLessThan(24);
  for (const { reviewer } of made) {
    const events = (await eventsOf(reviewer, 'c')).map(({ kind, actor }) => `${kind} ${actor}`);
    expect(events).toEqual([
      'REQUESTED agent',
      'APPROVED reviewer',
      'PROCESSED helper',
      'REPORTED agent',
    ]);
  }
});

it('delays no other workspace while the counter or a review of one is locked', async () => {
  for (const lock of [
    'SELECT 1 FROM "OwnerCounter" WHERE "userId" = $1 FOR UPDATE',
    `SELECT 1 FROM "PendingReview" WHERE "userId" = $1 AND "nodeExecId" = 'a' FOR UPDATE`,
    'SELECT 1 FROM "GraphExecution" WHERE "userId" = $1 FOR UPDATE',
  ]) {
    const made = await teams(6, ['a', 'b']);
    const [locked, ...others] = made as [Team, ...Team[]];
    const connection = await database.pool.connect();
    await connection.query('BEGIN');
    await connection.query(lock, [locked.user]);
    const ofLocked: Promise<Answer>[] = [approve(locked.reviewer, 'a'), ask(locked.agent, 'c')];
    for (let round = 0; round < 3; round++) {
      ofLocked.push(ask(locked.agent, `d${round}`));
      const answers = await each<Answer>(others, ({ agent, reviewer }) => [
        approve(reviewer, round === 0 ? 'a' : 'b'),
        ask(agent, `c${round}`),
      ]);
      expect(answers.filter(({ message }) => message)).toEqual([]);
    }
    await connection.query('COMMIT');
    connection.release();
    const answers = await Promise.all(ofLocked);
    expect(answers.filter(({ message }) => message)).toEqual([]);
  }
});

it('leaves connections to the other workspaces, however many calls of one wait for a lock', async () => {
  const [locked, other] = (await teams(2, [])) as [Team, Team];
  const connection = await database.pool.connect();
  await connection.query('BEGIN');
  await connection.query('SELECT 1 FROM "GraphExecution" WHERE "userId" = $1 FOR UPDATE', [
    locked.user,
  ]);
  // Large payloads share no statement.
  const payload = 'x'.repeat(20_000);
  const waiting: Promise<unknown>[] = [];
  for (let n = 0; n < 15; n++) {
    waiting.push(ask(locked.agent, `large-${n}`, { payload }), register(locked.agent, 'exec'));
  }
  for (const id of ['b', 'c', 'd']) {
    expect(await ask(other.agent, id)).toMatchObject({ state: 'WAITING' });
    expect(await approve(other.reviewer, id)).toMatchObject({ approvedCount: 1 });
  }
  await connection.query('COMMIT');
  connection.release();
  await Promise.all(waiting);
});

it('keeps an error of one call away from the others', async () => {
  const made = await teams(6, ['a', 'poison']);
  await sql(`CREATE FUNCTION refuse() RETURNS TRIGGER LANGUAGE plpgsql AS
    $$ BEGIN RAISE 'no poison'; END $$`);
  await sql(`CREATE TRIGGER refuse BEFORE UPDATE ON "PendingReview" FOR EACH ROW
    WHEN (NEW."nodeExecId" = 'poison') EXECUTE FUNCTION refuse()`);
  const outcomes = await Promise.allSettled(
    made.flatMap(({ reviewer }) => [approve(reviewer, 'a'), approve(reviewer, 'poison')]),
  );
  await sql('DROP FUNCTION refuse CASCADE');
  outcomes.forEach(({ status }, at) => {
    expect(status).toBe(at % 2 === 0 ? 'fulfilled' : 'rejected');
  });
  for (const { reviewer } of made) {
    expect((await readOne(reviewer, 'a')).status).toBe('APPROVED');
    expect((await readOne(reviewer, 'poison')).status).toBe('WAITING');
  }
});

it('repeats nothing after a lost connection', async () => {
  const made = await teams(6, ['a']);
  await each(made, ({ reviewer }) => [approve(reviewer, 'a')]);
  await sql(`CREATE FUNCTION wait() RETURNS TRIGGER LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$`);
  await sql(`CREATE TRIGGER wait AFTER UPDATE ON "PendingReview" FOR EACH STATEMENT
    EXECUTE FUNCTION wait()`);
  const calls = Promise.allSettled(made.map(({ agent }) => consume(agent, 'a')));
  for (let killed = 0; killed === 0; await pause(10)) {
    const [row] = await sql<{ count: string }>(
      `SELECT count(pg_terminate_backend(pid)) AS "count" FROM pg_stat_activity
      WHERE datname = current_database() AND query LIKE '%SKIP LOCKED%'
        AND wait_event = 'PgSleep'`,
    );
    killed = Number(row?.count);
  }
  const outcomes = await calls;
  await sql('DROP FUNCTION wait CASCADE');
  expect(outcomes.map(({ status }) => status)).toContain('rejected');
  for (const [at, { status }] of outcomes.entries()) {
    const { agent } = made[at] as Team;
    expect((await readOne(agent, 'a')).processed).toBe(status === 'fulfilled');
  }
});

it('of two callers that decide the same review in one go exactly one wins', async () => {
  await race(
    fc.integer(),
    async () => {
      const made = await teams(4, ['a']);
      const answers = await each(made, ({ user, reviewer }) => [
        approve(reviewer, 'a'),
        reject(service.as({ user, actor: 'rita', scopes: ['review:decide'] }), 'a'),
        approve(reviewer, 'a'),
      ]);
      for (let at = 0; at < answers.length; at += 3) {
        const [first, other, again] = answers.slice(at, at + 3).map(({ message }) => !message);
        expect(first).toBe(again);
        expect(first).not.toBe(other);
      }
      for (const { reviewer } of made) expect(await eventsOf(reviewer, 'a')).toHaveLength(2);
    },
    ROUNDS,
  );
});

it('never deadlocks with whatever else changes the same reviews', async () => {
  const other = await service.another();
  await race(
    fc.integer({ min: 2, max: 5 }),
    async (count) => {
      const ids = Array.from({ length: count }, (_, at) => `r${at}`);
      const made = await teams(3, ids);
      const answers = await each(made, ({ user, agent, reviewer }) => {
        const rita = other.as({ user, actor: 'rita', scopes: ['review:decide', 'review:request'] });
        return [
          decide(
            rita,
            ids.toReversed().map((nodeExecId) => ({ nodeExecId, decision: 'APPROVE' })),
          ),
          ...ids.map((id) => approve(reviewer, id)),
          ...ids.map((id) => consume(agent, id)),
          ...ids.map((id) => ask(agent, `new-${id}`)),
          ...ids.map((id) => ask(rita, `new-${id}`)),
        ] as Promise<Answer>[];
      });
      for (const { __typename } of answers) expect(__typename).toMatch(/Payload$|ConflictError$/);
    },
    ROUNDS,
  );
});
