import { expect, it } from 'vitest';
import { approve, ask, deleteReview, reject } from '../support/operations.ts';
import { testService } from '../support/testService.ts';
import { idsOf, search, upToDate } from './operations.ts';

const service = await testService();

it('90. pages skip and repeat nothing while reviews are added, decided and deleted', async () => {
  const { user, agent, reviewer } = service.team();
  const ids = Array.from({ length: 60 }, (_, n) => `n${String(n).padStart(2, '0')}`);
  for (const id of ids) await ask(agent, id, { headline: 'Refund' });
  await upToDate(service, user);

  const found: string[] = [];
  let after: string | null = null;
  for (let page = 0; page < 6; page++) {
    const { pageInfo, ...rest } = await search(reviewer, { text: 'refund' }, { first: 10, after });
    found.push(...idsOf(rest as never));
    after = pageInfo.endCursor;
    expect(pageInfo.hasNextPage).toBe(page < 5);
    await ask(agent, `new-${page}`, { headline: 'Refund' });
    await approve(reviewer, ids[page] as string);
    await reject(reviewer, found.at(-1) as string);
    await upToDate(service, user);
  }
  expect(found).toEqual(ids.toReversed());

  // A page ends where it would have ended with a review that was deleted since.
  const { pageInfo } = await search(reviewer, { text: 'refund' }, { first: 10 });
  const first = await search(reviewer, { text: 'refund' }, { first: 10 });
  await deleteReview(agent, idsOf(first).at(-1) as string);
  const next = await search(reviewer, {}, { first: 10, after: pageInfo.endCursor });
  await upToDate(service, user);
  const again = await search(reviewer, {}, { first: 10, after: pageInfo.endCursor });
  expect(idsOf(again)).toEqual(idsOf(next));
});

it('90. totalCount is exact up to 10,000, and null beyond', { timeout: 60_000 }, async () => {
  const { user, reviewer } = service.team();
  const insert = (prefix: string, count: number) =>
    service.sql(
      `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId",
        "graphVersion", "nodeId", "payload", "requestedBy")
      SELECT $1, $2 || n, 'copilot-1', 'graph', 1, 'pay', '{}', 'agent'
      FROM generate_series(1, $3::int) n`,
      [user, prefix, count],
    );
  await insert('a', 10_000);
  await upToDate(service, user, 40_000);
  for (const filter of [{}, { nodeId: 'pay' }, { text: 'pay' }]) {
    expect((await search(reviewer, filter)).totalCount).toBe(10_000);
  }
  await insert('b', 1);
  await upToDate(service, user);
  for (const filter of [{}, { nodeId: 'pay' }, { text: 'pay' }]) {
    expect((await search(reviewer, filter)).totalCount).toBeNull();
  }
});
