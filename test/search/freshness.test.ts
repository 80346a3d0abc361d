import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { approve, ask, deleteReview } from '../support/operations.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { type TestService, testService } from '../support/testService.ts';
import { findAll, idsOf, search, searchDocument, statsDocument, upToDate } from './operations.ts';

const service = await testService();

/** How far the search may be behind. */
const BEHIND_MS = 1_000;
const soon = { timeout: BEHIND_MS, interval: 20 };

it('90. a review can be found within a second, and so can its decision', async () => {
  const { user, agent, reviewer } = service.team();
  for (let n = 0; n < 5; n++) {
    await ask(agent, `n${n}`, { headline: `Refund ${n}` });
    await expect
      .poll(async () => idsOf(await search(reviewer, { text: `refund ${n}` })), soon)
      .toEqual([`n${n}`]);
    await approve(reviewer, `n${n}`);
    await expect
      .poll(async () => idsOf(await search(reviewer, { status: ['APPROVED'] })).length, soon)
      .toBe(n + 1);
  }
  await upToDate(service, user);
});

it('90. a change with plain SQL is found within two seconds, though nobody is notified', async () => {
  const { user, agent, reviewer } = service.team();
  await ask(agent, 'a');
  await upToDate(service, user);
  await service.sql(`UPDATE "PendingReview" SET "headline" = 'By hand' WHERE "userId" = '${user}'`);
  await expect
    .poll(async () => idsOf(await search(reviewer, { text: 'hand' })), { timeout: 2_000 })
    .toEqual(['a']);
});

it('90. a deleted review is no longer found, and its ID can be used again', async () => {
  const { user, agent, reviewer } = service.team();
  await ask(agent, 'a', { headline: 'old words' });
  await ask(agent, 'b');
  await upToDate(service, user);
  await deleteReview(agent, 'a');
  // At once, because a page shows the reviews as they are now.
  expect(idsOf(await search(reviewer, {}))).toEqual(['b']);
  await upToDate(service, user);
  expect((await search(reviewer, {})).totalCount).toBe(1);
  await ask(agent, 'a', { headline: 'new words' });
  await upToDate(service, user);
  expect(idsOf(await search(reviewer, { text: 'old' }))).toEqual([]);
  expect(idsOf(await search(reviewer, { text: 'new' }))).toEqual(['a']);
});

it('90. changes are found while transactions of the workspace are under way', async () => {
  const { user, agent, reviewer } = service.team();
  await ask(agent, 'a');
  await upToDate(service, user);
  // It sees that the job is due, and commits after the job has run.
  const client = await service.database.pool.connect();
  await client.query(`UPDATE "Job" SET "dueAt" = now() WHERE "userId" = $1`, [user]);
  await client.query('BEGIN');
  await client.query(`UPDATE "PendingReview" SET "headline" = 'slow' WHERE "userId" = $1`, [user]);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await client.query('COMMIT');
  client.release();
  await expect
    .poll(async () => idsOf(await search(reviewer, { text: 'slow' })), { timeout: 2_000 })
    .toEqual(['a']);
});

it('90. several services that start, stop and run at once lose nothing', {
  timeout: 60_000,
}, async () => {
  const database = await testDatabase();
  const user = `owner-${randomUUID()}`;
  const first = await testService({ database });
  let others: TestService[] = [];
  const agent = first.as({ user, actor: 'agent', scopes: ['review:request'] });
  const reviewer = first.as({ user, actor: 'ann', scopes: ['review:decide'] });
  const expected = new Map<string, string>();
  for (let round = 0; round < 4; round++) {
    const closing = others.map((other) => other.close());
    others = [await testService({ database }), await testService({ database })];
    await Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        const id = `r${round}-${n}`;
        await ask(agent, id, { headline: `round ${round}` });
        if (n % 3 === 0) await approve(reviewer, id);
        if (n % 3 === 1) await deleteReview(agent, id);
        else expected.set(id, n % 3 === 0 ? 'APPROVED' : 'WAITING');
      }),
    );
    await Promise.all(closing);
  }
  await upToDate(database, user);
  for (const status of ['APPROVED', 'WAITING']) {
    const ids = [...expected].flatMap(([id, its]) => (its === status ? [id] : []));
    expect((await findAll(reviewer, { status: [status] })).sort()).toEqual(ids.sort());
  }
  const [entries] = await database.sql<{ count: string }>('SELECT count(*) FROM "SearchEntry"');
  expect(Number(entries?.count)).toBe(expected.size);
});

it('90. a process that dies at work is followed by another', async () => {
  const { user, agent, reviewer } = service.team();
  await ask(agent, 'a');
  await upToDate(service, user);
  // As a process leaves it that dies after it has claimed the job.
  await service.sql(
    `UPDATE "Job" SET "dueAt" = NULL, "leaseId" = gen_random_uuid(),
      "leasedUntil" = now() + interval '1 second' WHERE "userId" = $1 AND "kind" = 'updateSearch'`,
    [user],
  );
  await ask(agent, 'b');
  await expect
    .poll(async () => (await search(reviewer, {})).totalCount, { timeout: 3_000 })
    .toBe(2);
});

it('90. 91. an agent that may only request may neither search nor read figures', async () => {
  const { agent, reviewer } = service.team();
  const range = { by: 'NODE', from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
  for (const [document, variables] of [
    [searchDocument, { search: {} }],
    [statsDocument, range],
  ] as const) {
    const refused = await agent.answer(document, variables);
    expect(refused.errors[0]?.extensions?.['code']).toBe('FORBIDDEN');
    expect(refused.data).toBeNull();
    expect((await reviewer.answer(document, variables)).errors).toEqual([]);
  }
});

it('90. a workspace finds only its own reviews', async () => {
  const [one, other] = [service.team(), service.team()];
  await ask(one.agent, 'a', { headline: 'secret' });
  await upToDate(service, one.user);
  expect(idsOf(await search(other.reviewer, { text: 'secret' }))).toEqual([]);
  expect((await search(other.reviewer, {})).totalCount).toBe(0);
});
