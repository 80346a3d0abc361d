import { expect, it } from 'vitest';
import { approve, ask, cancel, eventsOf, readOne } from '../support/operations.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

it('a lapsed approval stays void since it lapsed, and a later stop does not change that', async () => {
  const { user, agent, reviewer } = service.team();
  for (const id of ['lapsed', 'valid']) await ask(agent, id);
  for (const id of ['lapsed', 'valid']) await approve(reviewer, id);
  await service.sql(
    `UPDATE "PendingReview" SET "validUntil" = now() WHERE "userId" = $1 AND "nodeExecId" = 'lapsed'`,
    [user],
  );
  const { voidedAt } = await readOne(agent, 'lapsed');
  expect(voidedAt).not.toBeNull();
  await cancel(reviewer, 'exec');
  expect((await readOne(agent, 'lapsed')).voidedAt).toBe(voidedAt);
  expect((await readOne(agent, 'valid')).voidedAt).not.toBeNull();

  // The service records the lapse itself, within seconds.
  const voided = async (id: string) =>
    (await eventsOf(agent, id)).filter(({ kind }) => kind === 'VOIDED');
  await expect
    .poll(() => voided('lapsed'), { timeout: 10_000 })
    .toMatchObject([{ actor: 'holdpoint' }]);
  expect(await voided('valid')).toMatchObject([{ actor: 'reviewer' }]);
});
