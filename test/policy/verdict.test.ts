import { expect, it } from 'vitest';
import { ask } from '../support/operations.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';
import { mustSet, rule, workspace } from './operations.ts';

const service = await testService();

const fields = `nodeExecId status headline risk tags
  policy { version mode effect ruleIds problems { ruleId message } }`;

async function verdictOf(client: TestClient, nodeExecId: string) {
  const { reviews } = await client.query<{ reviews: Record<string, unknown>[] }>(
    `query ($ids: [ID!]!) { reviews(nodeExecIds: $ids) { ${fields} } }`,
    { ids: [nodeExecId] },
  );
  return reviews[0];
}

it('74. the verdict is part of the review for good: version, mode, effect, rules and problems', async () => {
  const { engineer, agent, reviewer } = workspace(service);
  await ask(agent, 'before');
  await mustSet(engineer, {
    mode: 'SHADOW',
    rules: [
      rule('every-payment', 'node == "pay"', 'REVIEW'),
      rule('large', 'node == "pay" && payload.amount > 500', 'REVIEW', { risk: 'HIGH' }),
      rule('reading', 'node == "read"', 'ALLOW'),
    ],
  });
  await ask(agent, 'shadow', { nodeId: 'read' });
  await ask(agent, 'problem', {
    nodeId: 'pay',
    payload: { amount: '501' },
    headline: 'Pays Ada',
    risk: 'LOW',
    tags: ['money', 'refund'],
  });
  const shadow = {
    nodeExecId: 'problem',
    status: 'WAITING',
    headline: 'Pays Ada',
    risk: 'LOW',
    tags: ['money', 'refund'],
    policy: {
      version: 1,
      mode: 'SHADOW',
      effect: 'REVIEW',
      ruleIds: ['every-payment', 'large'],
      problems: [{ ruleId: 'large', message: expect.any(String) }],
    },
  };
  expect(await verdictOf(reviewer, 'problem')).toEqual(shadow);
  const none = { policy: null, headline: null, risk: null, tags: [] };
  expect(await verdictOf(reviewer, 'before')).toMatchObject(none);
  expect(await verdictOf(agent, 'shadow')).toMatchObject({
    status: 'WAITING',
    policy: { version: 1, ruleIds: ['reading'] },
  });

  await mustSet(engineer, {
    basedOnVersion: 1,
    rules: [rule('denied', 'node == "pay"', 'DENY')],
  });
  expect(await verdictOf(reviewer, 'problem')).toEqual(shadow);
  await ask(agent, 'denied', { nodeId: 'pay' });
  expect(await verdictOf(reviewer, 'denied')).toMatchObject({
    status: 'REJECTED',
    policy: { version: 2, mode: 'ENFORCED', effect: 'DENY', ruleIds: ['denied'], problems: [] },
  });
  await ask(agent, 'unmatched', { nodeId: 'read' });
  expect(await verdictOf(reviewer, 'unmatched')).toMatchObject({
    status: 'WAITING',
    policy: { version: 2, effect: 'REVIEW', ruleIds: [], problems: [] },
  });

  await mustSet(engineer, { basedOnVersion: 2, mode: 'OFF', rules: [] });
  await ask(agent, 'off');
  expect(await verdictOf(reviewer, 'off')).toMatchObject(none);
});

it('74. lists and the feed show the verdict too', async () => {
  const { engineer, agent, reviewer } = workspace(service);
  await mustSet(engineer, { rules: [rule('asked', 'true', 'REVIEW', { risk: 'HIGH' })] });
  await ask(agent, 'a', { headline: 'First', tags: ['x'] });
  const expected = {
    headline: 'First',
    risk: 'HIGH',
    tags: ['x'],
    policy: { version: 1, effect: 'REVIEW', ruleIds: ['asked'] },
  };
  const { pendingReviews } = await reviewer.query<{ pendingReviews: { edges: unknown[] } }>(
    `{ pendingReviews { edges { node { ${fields} } } } }`,
  );
  expect(pendingReviews.edges).toMatchObject([{ node: expected }]);
  // A page that selects nothing else is read with fewer columns.
  for (const [field, value] of Object.entries({ headline: 'First', risk: 'HIGH', tags: ['x'] })) {
    const answer = await reviewer.query(`{ pendingReviews { edges { node { ${field} } } } }`);
    expect(answer).toEqual({ pendingReviews: { edges: [{ node: { [field]: value } }] } });
  }
  const feed = reviewer.subscribe<{ reviewEvents: { review: unknown } }>(
    `subscription { reviewEvents(after: "0") { review { ${fields} } } }`,
  );
  expect(await feed.next()).toMatchObject({
    reviewEvents: { review: { nodeExecId: 'a', ...expected } },
  });
});
