import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { removeUnused } from '../../src/attachments/removeUnused.ts';
import { openDatabase } from '../../src/database/database.ts';
import { requestChanges, revise } from '../reviews/talk.ts';
import { approve, ask, deleteReview } from '../support/operations.ts';
import { race } from '../support/race.ts';
import { testService } from '../support/testService.ts';
import { attachmentsOf, download, named, upload } from './files.ts';

const service = await testService();
const database = openDatabase(service.database.url);
service.database.beforeDrop(() => database.close());
const inRun = { graphExecId: 'copilot-session-1' };
const mayChange = { ...inRun, allowedDecisions: ['APPROVE', 'REJECT', 'REQUEST_CHANGES'] };

/** Lets time pass for all files of a workspace. */
const age = (user: string, interval = '25 hours') =>
  service.sql(`UPDATE "Attachment" SET "usedAt" = "usedAt" - $2::interval WHERE "userId" = $1`, [
    user,
    interval,
  ]);

async function storedBytes(user: string) {
  const [row] = await service.sql<{ counted: string; stored: string }>(
    `SELECT (SELECT "storedBytes" FROM "OwnerCounter" WHERE "userId" = $1) AS "counted",
      (SELECT coalesce(sum("size"), 0) FROM "Attachment" WHERE "userId" = $1)
        + (SELECT coalesce(sum("bytesOf"(r."payloadBytes", r."instructions", r."answerSchema", r."answer",
          r."earlierBytes")), 0) FROM "PendingReview" r WHERE "userId" = $1)
        AS "stored"`,
    [user],
  );
  expect(row?.counted).toBe(row?.stored);
  return Number(row?.counted);
}

describe('89. a job removes files that are not used for a day', () => {
  it('and keeps those that a review names', async () => {
    const { agent, user } = service.team();
    const used = await upload(agent, 'used');
    const unused = await upload(agent, 'unused');
    await ask(agent, 'r', { ...inRun, payload: named(used.digest) });
    await age(user, '23 hours');
    expect(await removeUnused(database, user)).toEqual({ seen: 0, removed: 0 });
    await age(user, '2 hours');
    const other = service.team();
    const others = await upload(other.agent, 'unused');
    await age(other.user);
    expect(await removeUnused(database, user)).toEqual({ seen: 2, removed: 1 });
    expect((await download(agent, used.digest)).status).toBe(200);
    expect((await download(agent, unused.digest)).status).toBe(404);
    expect((await download(other.agent, others.digest)).status).toBe(200);
    expect(await ask(agent, 'r-2', { ...inRun, payload: named(unused.digest) })).toMatchObject({
      issues: [{ path: 'input.payload.$attachment' }],
    });
    // Those in use are looked at once a day.
    expect(await removeUnused(database, user)).toEqual({ seen: 0, removed: 0 });
  });

  it('and keeps those of earlier revisions', async () => {
    const { agent, reviewer, user } = service.team();
    const { digest } = await upload(agent, 'of the first revision');
    await ask(agent, 'r', { ...mayChange, payload: named(digest) });
    await requestChanges(reviewer, 'r');
    await revise(agent, 'r', named(digest), { file: null });
    await age(user);
    expect(await removeUnused(database, user)).toEqual({ seen: 1, removed: 0 });
    expect((await download(reviewer, digest)).status).toBe(200);
  });

  it('a day after their review was deleted', async () => {
    const { agent, user } = service.team();
    const { digest } = await upload(agent, 'of a deleted review');
    await ask(agent, 'r', { ...inRun, payload: named(digest) });
    await age(user, '30 days');
    await deleteReview(agent, 'r');
    expect(await removeUnused(database, user)).toEqual({ seen: 0, removed: 0 });
    // It can be named again until then.
    await ask(agent, 'r', { ...inRun, payload: named(digest) });
    await deleteReview(agent, 'r');
    await age(user);
    expect(await removeUnused(database, user)).toEqual({ seen: 1, removed: 1 });
    expect((await download(agent, digest)).status).toBe(404);
  });

  it('in every workspace, once an hour', async () => {
    const teams = [service.team(), service.team()];
    for (const { agent, user } of teams) {
      await upload(agent, 'nobody needs this');
      await age(user);
    }
    await service.sql(`UPDATE "Job" SET "dueAt" = now() WHERE "kind" = 'removeAttachments'`);
    const users = teams.map(({ user }) => user);
    await expect
      .poll(() => service.sql(`SELECT 1 FROM "Attachment" WHERE "userId" = ANY ($1)`, [users]), {
        timeout: 10_000,
      })
      .toEqual([]);
    await expect
      .poll(async () => {
        const [job] = await service.sql<{ minutes: number }>(
          `SELECT extract(epoch FROM "dueAt" - now())::int / 60 AS "minutes" FROM "Job"
          WHERE "kind" = 'removeAttachments'`,
        );
        return job?.minutes;
      })
      .toBe(59);
  });
});

it('89. files count in what a workspace stores, until they are removed', async () => {
  const { agent, reviewer, user } = service.team();
  const { digest } = await upload(agent, Buffer.alloc(10_000, 'x'));
  expect(await storedBytes(user)).toBe(10_000);
  await upload(agent, Buffer.alloc(10_000, 'x'));
  expect(await storedBytes(user)).toBe(10_000);
  await upload(agent, Buffer.alloc(5_000, 'x'));
  await ask(agent, 'r', { ...inRun, payload: named(digest) });
  await approve(reviewer, 'r');
  await age(user);
  expect(await storedBytes(user)).toBeGreaterThan(15_000);
  await removeUnused(database, user);
  expect(await storedBytes(user)).toBeLessThan(11_000);
  // The workspace's events begin with 1, though its counter existed before.
  expect(
    await service.sql(
      `SELECT min("number")::int AS "first" FROM "ReviewEvent" WHERE "userId" = $1`,
      [user],
    ),
  ).toEqual([{ first: 1 }]);
});

it('89. a review that names a file has it, whenever the file is removed at the same time', async () => {
  let refusedCount = 0;
  const values = fc.record({
    namesAfterMs: fc.integer({ min: 0, max: 8 }),
    removesAfterMs: fc.integer({ min: 0, max: 8 }),
    requests: fc.integer({ min: 1, max: 4 }),
  });
  await race(
    values,
    async ({ namesAfterMs, removesAfterMs, requests }) => {
      const { agent, reviewer, user } = service.team();
      const { digest } = await upload(agent, `file of ${user}`);
      await age(user);
      const later = <Result>(ms: number, work: () => Promise<Result>) =>
        new Promise<void>((resolve) => setTimeout(resolve, ms)).then(work);
      const ids = Array.from({ length: requests }, (_, n) => `r-${n}`);
      const [removed, ...answers] = await Promise.all([
        later(removesAfterMs, () => removeUnused(database, user)),
        ...ids.map((id, n) =>
          later(namesAfterMs + n, () => ask(agent, id, { ...inRun, payload: named(digest) })),
        ),
      ]);
      await removeUnused(database, user);
      for (const [n, { __typename }] of answers.entries()) {
        if (__typename === 'InvalidInputError') {
          refusedCount++;
          expect(removed.removed).toBe(1);
          continue;
        }
        expect(__typename).toBe('RequestReviewPayload');
        expect(await attachmentsOf(reviewer, `r-${n}`)).toMatchObject([{ digest }]);
        expect((await download(reviewer, digest)).status).toBe(200);
      }
      await storedBytes(user);
    },
    60,
  );
  expect(refusedCount).toBeGreaterThan(0);
});

it('89. naming waits for a removal under way, and a removal passes over a file that is being named', async () => {
  const { agent, user } = service.team();
  const { digest } = await upload(agent, 'contested');
  await age(user);
  // A removal that has not committed yet.
  const client = await service.database.pool.connect();
  await client.query('BEGIN');
  await client.query(`DELETE FROM "Attachment" WHERE "userId" = $1`, [user]);
  const asking = ask(agent, 'r', { ...inRun, payload: named(digest) });
  await expect(
    Promise.race([asking, new Promise((r) => setTimeout(r, 200, 'waits'))]),
  ).resolves.toBe('waits');
  await client.query('COMMIT');
  expect(await asking).toMatchObject({ __typename: 'InvalidInputError' });

  await upload(agent, 'contested');
  await age(user);
  await client.query('BEGIN');
  await client.query(`UPDATE "Attachment" SET "usedAt" = now() WHERE "userId" = $1`, [user]);
  expect(await removeUnused(database, user)).toEqual({ seen: 0, removed: 0 });
  await client.query('COMMIT');
  client.release();
  expect(await removeUnused(database, user)).toEqual({ seen: 0, removed: 0 });
  expect(await ask(agent, 'r', { ...inRun, payload: named(digest) })).toMatchObject({
    state: 'WAITING',
  });
});
