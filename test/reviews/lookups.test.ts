import { expect, it, vi } from 'vitest';
import { approve, ask, reject } from '../support/operations.ts';
import { consume, defaultDigest, report } from '../support/outcomes.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

/** How often each index has been scanned, as reported by connections so far. */
async function scans(): Promise<Map<string, number>> {
  const rows = await service.sql<{ name: string; count: string }>(
    `SELECT indexrelname AS "name", idx_scan AS "count" FROM pg_stat_user_indexes
    WHERE relname = 'PendingReview'`,
  );
  return new Map(rows.map(({ name, count }) => [name, Number(count)]));
}

it('a review is looked up by its key, even in a new database that was never analyzed', async () => {
  const { agent, reviewer } = service.team();
  const ids = Array.from({ length: 20 }, (_, at) => `run-${at}`);
  for (const id of ids) await ask(agent, id);
  for (const id of ids) await ask(agent, id);
  for (const [at, id] of ids.entries()) {
    if (at < 15)
      await approve(reviewer, id, at < 10 ? {} : { payload: { of: id }, message: 'yes' });
    else await reject(reviewer, id);
  }
  for (const id of ids.slice(0, 15)) {
    await consume(agent, id, defaultDigest(id));
    await report(agent, id, 'EXECUTED');
  }
  // A connection reports its scans when it closes.
  await service.close();
  await vi.waitFor(async () =>
    expect((await scans()).get('PendingReview_pkey')).toBeGreaterThanOrEqual(150),
  );
  const byState = [...(await scans())].filter(
    ([name]) => !/_(pkey|expiring|lapsing|escalating)$/.test(name),
  );
  expect(byState).toHaveLength(10);
  for (const [name, count] of byState) expect([name, count]).toEqual([name, 0]);
});
