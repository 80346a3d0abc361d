import { expect, it } from 'vitest';
import { countingProxy } from '../support/countingProxy.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { testService } from '../support/testService.ts';

const database = await testDatabase();
const proxy = await countingProxy(database.url);
database.beforeDrop(() => proxy.close());
const service = await testService({ database, config: { databaseUrl: proxy.url } });

it('requests for /ready at the same time share one check of the database', async () => {
  const COUNT = 200;
  const trips = await proxy.roundTripsDuring(async () => {
    const answers = await Promise.all(
      Array.from({ length: COUNT }, () => fetch(`${service.url}/ready`)),
    );
    for (const answer of answers) expect(answer.status).toBe(200);
  });
  expect(trips).toBeLessThan(COUNT / 2);
});
