import { expect, it } from 'vitest';
import { ask } from '../support/operations.ts';
import { scrape } from '../support/prometheus.ts';
import { testService } from '../support/testService.ts';
import { mustSet, rule, workspace } from './operations.ts';

const service = await testService();

it('65. verdicts and problems are counted once for each new review', async () => {
  const { engineer, agent } = workspace(service);
  const rules = [
    rule('small', 'payload.amount <= 100', 'ALLOW'),
    rule('huge', 'payload.amount > 10000', 'DENY'),
  ];
  await mustSet(engineer, { rules });
  for (const nodeExecId of ['allowed', 'allowed']) {
    await ask(agent, nodeExecId, { payload: { amount: 5 } });
  }
  await ask(agent, 'denied', { payload: { amount: 50_000 } });
  await ask(agent, 'problem', { payload: { amount: '5' } });
  await mustSet(engineer, { rules, mode: 'SHADOW', basedOnVersion: 1 });
  await ask(agent, 'shadow', { payload: { amount: 5 } });

  const exposed = await scrape(service.url);
  const verdicts = (mode: string, effect: string) =>
    exposed.value('holdpoint_policy_verdicts_total', { mode, effect });
  expect(verdicts('ENFORCED', 'ALLOW')).toBe(1);
  expect(verdicts('ENFORCED', 'DENY')).toBe(1);
  expect(verdicts('ENFORCED', 'REVIEW')).toBe(1);
  expect(verdicts('SHADOW', 'ALLOW')).toBe(1);
  expect(exposed.value('holdpoint_policy_problems_total', {})).toBe(2);
  const decided = (status: string) =>
    exposed.value('holdpoint_decisions_total', { source: 'POLICY', status });
  expect([decided('APPROVED'), decided('REJECTED')]).toEqual([1, 1]);
});
