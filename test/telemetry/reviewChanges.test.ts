import { expect, it } from 'vitest';
import {
  claim,
  company,
  overrideNow,
  reassign,
  release,
  vote,
  withdrawNow,
} from '../support/ballots.ts';
import { ask } from '../support/operations.ts';
import { scrape } from '../support/prometheus.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

it('votes, claims, withdrawals, reassignments, escalations and overrides are counted', async () => {
  const { user, agent, as } = await company(service, { finance: ['ada', 'ben'] });
  const boss = service.as({ user, actor: 'boss', scopes: ['review:decide', 'review:override'] });
  const nodeExecId = 'n';
  const escalation = [{ after: '1h', actors: ['dan'] }];
  await ask(agent, nodeExecId, {
    approvalsRequired: [{ teamId: 'finance', count: 2 }],
    escalation,
  });
  // A renewed claim and a repeated vote are not counted again.
  for (let time = 0; time < 2; time++) await claim(as('ada'), { nodeExecId });
  await release(as('ada'), nodeExecId);
  for (let time = 0; time < 2; time++) await vote(as('ada'), nodeExecId);
  await withdrawNow(as('ada'), nodeExecId);
  const reason = 'finance is away';
  await reassign(as('ben'), { nodeExecId, approvalsRequired: [{ count: 2 }], reason });
  await service.sql(
    `UPDATE "PendingReview" SET "createdAt" = "createdAt" - interval '90 minutes',
      "nextEscalationAt" = "nextEscalationAt" - interval '90 minutes' WHERE "userId" = $1`,
    [user],
  );
  const changes = async () => {
    const exposed = await scrape(service.url);
    return ['voted', 'claimed', 'released', 'withdrawn', 'reassigned', 'escalated'].map((change) =>
      exposed.value('holdpoint_review_changes_total', { change }),
    );
  };
  await expect.poll(changes).toEqual([1, 1, 1, 1, 1, 1]);
  await overrideNow(boss, nodeExecId);
  const overrides = { source: 'OVERRIDE', status: 'APPROVED' };
  expect((await scrape(service.url)).value('holdpoint_decisions_total', overrides)).toBe(1);
  expect(await changes()).toEqual([1, 1, 1, 1, 1, 1]);
});
