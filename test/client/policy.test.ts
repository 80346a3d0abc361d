import { NotApprovedError } from '@holdpoint/client';
import { expect, it } from 'vitest';
import { mustSet, rule } from '../policy/operations.ts';
import { testService } from '../support/testService.ts';
import { type Clients, clientsOf } from './clients.ts';

const service = await testService();

type Refund = { to: string; amount: number };

const rules = [
  rule('no-crypto', 'payload.to == "crypto"', 'DENY', { reason: 'We do not pay there' }),
  rule('large-refunds', 'payload.amount > 500', 'REVIEW', { risk: 'HIGH' }),
  rule('small-refunds', 'payload.amount <= 500', 'ALLOW', { reason: 'Up to 500 is fine' }),
];

/** An agent and a reviewer in a workspace whose policy `ops` saves. */
async function underPolicy(mode = 'ENFORCED') {
  const clients = await clientsOf(service);
  const ops = service.as({ user: clients.user, actor: 'ops', scopes: ['policy:manage'] });
  const { version } = await mustSet(ops, { rules, mode });
  return { ...clients, ops, version };
}

const approve = ({ human }: Clients) => {
  return (nodeExecId: string) =>
    void human.decideReviews({ decisions: [{ nodeExecId, decision: 'APPROVE' }] });
};

/** A tool that records what it ran with. */
function refunds() {
  const paid: Refund[] = [];
  return { paid, refund: async (refund: Refund) => void paid.push(refund) };
}

const step = { execution: 'run-1', node: 'refund' };

it('80. lets the policy decide whether a person is asked, and runs what it allows once', async () => {
  const clients = await underPolicy();
  const { paid, refund } = refunds();
  const asked: string[] = [];
  const gated = clients.holdpoint.gate(refund, {
    ...step,
    onWaiting: (id) => {
      asked.push(id);
      approve(clients)(id);
    },
  });
  const [small, large] = [
    { to: 'ada', amount: 20 },
    { to: 'ada', amount: 900 },
  ];
  await gated(small);
  expect(asked).toEqual([]);
  await gated(large);
  expect(asked).toHaveLength(1);
  expect(paid).toEqual([small, large]);
  await expect(gated(small)).rejects.toMatchObject({ outcome: { status: 'consumed' } });
  const { edges } = await clients.human.reviewsForExecution({ graphExecId: 'run-1' });
  expect(edges.map(({ node }) => node)).toMatchObject([
    { decisionSource: 'REVIEWER', risk: 'HIGH', outcome: 'EXECUTED' },
    { decisionSource: 'POLICY', risk: null, outcome: 'EXECUTED' },
  ]);
});

it('71. an outcome says which rules decided, who saved them, and why', async () => {
  const { holdpoint, version } = await underPolicy();
  const allowed = await holdpoint.review({ ...step, payload: { to: 'ada', amount: 20 } });
  const verdict = { version, mode: 'ENFORCED', problems: [] };
  expect(allowed).toMatchObject({
    approved: true,
    source: 'POLICY',
    decidedBy: 'ops',
    autoApproved: false,
    message: 'Allowed by rule small-refunds: Up to 500 is fine',
    policy: { ...verdict, effect: 'ALLOW', ruleIds: ['small-refunds'] },
  });
  const denied = await holdpoint.review({ ...step, payload: { to: 'crypto', amount: 20 } });
  expect(denied).toMatchObject({
    approved: false,
    status: 'rejected',
    source: 'POLICY',
    decidedBy: 'ops',
    message: 'Denied by rule no-crypto: We do not pay there',
    policy: { ...verdict, effect: 'DENY', ruleIds: ['no-crypto'] },
  });
});

it('71. a call that the policy denies is rejected at once with the reason, and is not retried', async () => {
  const clients = await underPolicy();
  const { paid, refund } = refunds();
  const asked: string[] = [];
  const onWaiting = (id: string) => void asked.push(id);
  const gated = clients.holdpoint.gate(refund, { ...step, onWaiting });
  const error = await gated({ to: 'crypto', amount: 1 }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(NotApprovedError);
  expect((error as Error).message).toMatch(
    /was not run: rejected, Denied by rule no-crypto: We do not pay there$/,
  );
  const told = clients.holdpoint.gate(refund, { ...step, otherwise: ({ message }) => message });
  expect(await told({ to: 'crypto', amount: 1 })).toBe(
    'Denied by rule no-crypto: We do not pay there',
  );
  expect([asked, paid]).toEqual([[], []]);
  const { edges } = await clients.human.reviewsForExecution({ graphExecId: 'run-1' });
  expect(edges).toHaveLength(1);
});

it('73. an approval that the policy denies meanwhile is not used, and the outcome names the rule', async () => {
  const clients = await underPolicy();
  const { paid, refund } = refunds();
  const payload = { to: 'eve', amount: 900 };
  const outcome = await clients.holdpoint.review({
    ...step,
    payload,
    onWaiting: approve(clients),
  });
  const noEve = rule('no-eve', 'payload.to == "eve"', 'DENY', { reason: 'Frozen' });
  await mustSet(clients.ops, { rules: [...rules, noEve], basedOnVersion: clients.version });
  const gated = clients.holdpoint.gate(refund, { ...step, otherwise: (refused) => refused });
  const refused = { status: 'void', source: 'REVIEWER', nodeExecId: outcome.nodeExecId };
  const message = expect.stringMatching(/is approved, but denied by rule no-eve: Frozen$/);
  expect(await gated(payload)).toMatchObject({ ...refused, message });
  expect(paid).toEqual([]);
  // As another call it is a new request, which is denied.
  const another = clients.holdpoint.gate(refund, {
    ...step,
    call: 'again',
    otherwise: ({ status, message }) => [status, message],
  });
  expect(await another(payload)).toEqual(['rejected', 'Denied by rule no-eve: Frozen']);
});

it('70. in shadow mode a person decides, and the outcome has the verdict', async () => {
  const clients = await underPolicy('SHADOW');
  const outcome = await clients.holdpoint.review({
    ...step,
    payload: { to: 'crypto', amount: 1 },
    onWaiting: approve(clients),
  });
  expect(outcome).toMatchObject({
    approved: true,
    source: 'REVIEWER',
    policy: { mode: 'SHADOW', effect: 'DENY', ruleIds: ['no-crypto'] },
  });
});

it('requests carry a headline, a risk and tags, which gate can make from the arguments', async () => {
  const clients = await clientsOf(service);
  const { refund } = refunds();
  const gated = clients.holdpoint.gate(refund, {
    ...step,
    headline: ({ to, amount }) => `Refund ${amount} to ${to}`,
    risk: ({ amount }) => (amount > 500 ? 'HIGH' : undefined),
    tags: ['money'],
    onWaiting: approve(clients),
  });
  await gated({ to: 'ada', amount: 900 });
  await gated({ to: 'ben', amount: 1 });
  const tags = ['one'];
  await clients.holdpoint.review({
    ...{ ...step, payload: 1, headline: 'A number', risk: 'LOW', tags },
    onWaiting: (id) => {
      tags.push('later');
      approve(clients)(id);
    },
  });
  const { edges } = await clients.human.reviewsForExecution({ graphExecId: 'run-1' });
  expect(edges.map(({ node }) => node)).toMatchObject([
    { headline: 'A number', risk: 'LOW', tags: ['one'] },
    { headline: 'Refund 1 to ben', risk: null, tags: ['money'] },
    { headline: 'Refund 900 to ada', risk: 'HIGH', tags: ['money'] },
  ]);
  await expect(
    clients.holdpoint.review({ ...step, payload: 2, headline: 'x'.repeat(201) }),
  ).rejects.toThrow('input.headline: ');
});
