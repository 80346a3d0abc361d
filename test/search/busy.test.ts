import { expect, it } from 'vitest';
import { ask } from '../support/operations.ts';
import { testService } from '../support/testService.ts';
import { search, upToDate } from './operations.ts';

const service = await testService();

it('90. while the process is busy, many changes are collected for longer, and none is lost', async () => {
  const { user, agent, reviewer } = service.team();
  await ask(agent, 'first');
  await upToDate(service, user);
  const dueInMs = async () => {
    const [job] = await service.sql<{ ms: number | null }>(
      `SELECT extract(epoch FROM "dueAt" - now())::float8 * 1000 AS "ms" FROM "Job"
      WHERE "userId" = $1 AND "kind" = 'updateSearch' AND "leasedUntil" IS NULL`,
      [user],
    );
    return job?.ms ?? 0;
  };

  const busy = setInterval(() => {
    const end = performance.now() + 45;
    while (performance.now() < end);
  }, 50);
  let count = 0;
  try {
    for (let round = 0; (await dueInMs()) < 1_000; round++) {
      expect(round).toBeLessThan(20);
      const ids = Array.from({ length: 20 }, () => `n${count++}`);
      await Promise.all(ids.map((id) => ask(agent, id)));
    }
  } finally {
    clearInterval(busy);
  }
  await upToDate(service, user);
  expect((await search(reviewer, {})).totalCount).toBe(count + 1);
});
