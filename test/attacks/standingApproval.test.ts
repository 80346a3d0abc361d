import { createClient } from '@holdpoint/client';
import { expect, it } from 'vitest';
import {
  approve,
  ask,
  autoApprovals,
  check,
  createAutoApproval,
  eventsOf,
  readOne,
  register,
} from '../support/operations.ts';
import { consume, defaultDigest, digestOf, report } from '../support/outcomes.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';
import { conflict, workspace } from './workspace.ts';

// The attack: ada gives a step a standing approval. From then on nobody looks, and the agent does
// more than she meant: it acts without a trace, acts twice on one step, requests more at once than
// she allowed, or continues in another version of its program, or next week.
//
// It fails because an automatic approval leaves a review like any other, with its payload and
// event, which is counted, used once and reported. And the standing approval applies to one run,
// step, workflow, version and agent, and expires after a day.

const service = await testService();
const other = await service.another();

const node = { nodeId: 'refund' };

async function withStandingApproval(more: Record<string, unknown> = {}) {
  const people = workspace(service);
  await register(people.rogue, 'exec');
  await createAutoApproval(people.ada, { ...node, ...more });
  return people;
}

const listOf = async (client: TestClient, state: string): Promise<string[]> => {
  const { reviewsByState } = await client.query<{
    reviewsByState: { edges: { node: { nodeExecId: string } }[] };
  }>(
    `query ($state: ReviewState!) { reviewsByState(state: $state, first: 100) {
      edges { node { nodeExecId } } } }`,
    { state },
  );
  return reviewsByState.edges.map(({ node }) => node.nodeExecId);
};

it('an automatic approval leaves evidence when the agent acts on it', async () => {
  const { rogue, ada } = await withStandingApproval();
  await ask(rogue, 'step', { ...node, payload: { amount: 500 } });
  // The record shows the payload, who gave the approval, and who asked.
  expect(await readOne(ada, 'step')).toMatchObject({
    payload: { amount: 500 },
    requestedBy: 'rogue',
    decidedBy: 'ada',
    decisionSource: 'AUTO_APPROVAL',
  });
  expect(await eventsOf(ada, 'step')).toMatchObject([{ kind: 'APPROVED', actor: 'ada' }]);
  expect(await autoApprovals(ada, 'exec')).toMatchObject([{ uses: 1 }]);
  // Once the agent has consumed the approval, it is listed as unreported.
  await consume(rogue, 'step', digestOf('{"amount":500}'));
  expect(await listOf(ada, 'UNREPORTED')).toEqual(['step']);
  await report(rogue, 'step', 'EXECUTED');
  expect(await listOf(ada, 'UNREPORTED')).toEqual([]);
});

it('two workers of an agent cannot both act on one automatic approval', async () => {
  const { rogue, user } = await withStandingApproval();
  const workers = [rogue, other.as({ user, actor: 'rogue', scopes: ['review:request'] })];
  const acted = await Promise.all(
    workers.map(async (worker) => {
      await ask(worker, 'step', node);
      return consume(worker, 'step', defaultDigest('step'));
    }),
  );
  expect(acted.filter(({ result }) => result)).toHaveLength(1);
  // Reading that a request is approved does not allow anybody to act either.
  expect(await check(rogue, { nodeExecId: 'step', ...node })).toBeNull();
});

it('a loop that requests until it may act does not act twice', async () => {
  const { rogue } = await withStandingApproval();
  const holdpoint = createClient({ url: service.url, token: await rogue.token });
  const refunds: number[] = [];
  const refund = holdpoint.gate((amount: number) => void refunds.push(amount), {
    execution: 'exec',
    graph: 'graph',
    graphVersion: 1,
    node: 'refund',
    otherwise: ({ status }) => status,
  });
  // The loop ends: every further call is told that the approval was used, instead of waiting for
  // a person.
  const answers = [];
  for (let turn = 0; turn < 4; turn++) answers.push(await refund(500));
  expect(answers).toEqual([undefined, 'consumed', 'consumed', 'consumed']);
  expect(refunds).toEqual([500]);
});

it('a standing approval for three uses passes three of fifty concurrent requests on two processes', async () => {
  const { rogue, user, ada } = await withStandingApproval({ maxUses: 3 });
  const elsewhere = other.as({ user, actor: 'rogue', scopes: ['review:request'] });
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, at) => ask(at % 2 ? rogue : elsewhere, `step-${at}`, node)),
  );
  const passed = answers.filter(({ state }) => state === 'APPROVED');
  expect(passed).toHaveLength(3);
  // The others wait for her. Repeating a request that has passed does not count as another use.
  for (const { review } of passed) {
    await consume(rogue, review.nodeExecId, defaultDigest(review.nodeExecId));
    expect(await ask(rogue, review.nodeExecId, node)).toMatchObject({ state: 'CONSUMED' });
  }
  expect(await autoApprovals(ada, 'exec')).toMatchObject([{ uses: 3, active: false }]);
  expect(await listOf(ada, 'WAITING')).toHaveLength(47);
});

it('a standing approval does not apply to another version of the workflow', async () => {
  const { rogue } = await withStandingApproval();
  for (const more of [{ graphVersion: 2 }, { graphId: 'another-program' }, { graphVersion: 0 }]) {
    const id = `step-${JSON.stringify(more)}`;
    expect(await ask(rogue, id, { ...node, ...more })).toMatchObject({ state: 'WAITING' });
  }
});

it('a standing approval does not apply to another agent', async () => {
  const { rogue, colleague, ada } = workspace(service);
  await ask(colleague, 'first', node);
  await approve(ada, 'first', { autoApproveFuture: true });
  expect(await ask(colleague, 'second', node)).toMatchObject({ state: 'APPROVED' });
  expect(await ask(rogue, 'third', node)).toMatchObject({ state: 'WAITING' });
  // It cannot even see that one exists.
  expect(await autoApprovals(rogue, 'exec')).toEqual([]);
  expect(await check(rogue, { nodeExecId: 'third', ...node })).toBeNull();
});

it('a standing approval cannot be used a week later', async () => {
  const { rogue, ada, user } = await withStandingApproval();
  const [given] = await autoApprovals(ada, 'exec');
  const hours = (Date.parse(given?.expiresAt ?? '') - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(23.9);
  expect(hours).toBeLessThan(24.1);
  await service.sql(`UPDATE "AutoApproval" SET "expiresAt" = now() WHERE "userId" = $1`, [user]);
  expect(await ask(rogue, 'step', node)).toMatchObject({ state: 'WAITING' });
});

it('checkApproval is no permission to act', async () => {
  const { rogue, ada } = await withStandingApproval();
  await ask(rogue, 'person');
  await approve(ada, 'person');
  const checked = (nodeExecId: string) =>
    check(rogue, { nodeExecId, nodeId: nodeExecId === 'person' ? 'person' : 'refund' });
  expect(await checked('person')).toMatchObject({ status: 'APPROVED' });
  // Reading does not count as a use, so it can read repeatedly, but a consumed approval reads as
  // null.
  await consume(rogue, 'person', defaultDigest('person'));
  expect(await checked('person')).toBeNull();
  await ask(rogue, 'step', node);
  await consume(rogue, 'step', defaultDigest('step'));
  expect(await checked('step')).toBeNull();
  // Without a review there is nothing to consume.
  expect(await checked('never-asked')).toMatchObject({ status: 'APPROVED', autoApproved: true });
  expect(await consume(rogue, 'never-asked', defaultDigest('never-asked'))).toMatchObject({
    __typename: 'NotFoundError',
  });
});

it("a reviewer's standing approval does not apply to her own requests", async () => {
  const { operator, rogue } = workspace(service);
  await register(operator, 'exec');
  await createAutoApproval(operator, { ...node, requestedBy: 'operator' });
  await createAutoApproval(operator, node);
  expect(await ask(operator, 'own', node)).toMatchObject({ state: 'WAITING' });
  expect(await approve(operator, 'own')).toMatchObject({ __typename: 'SelfApprovalError' });
  // The same if she uses it through another agent.
  expect(await ask(rogue, 'named', { ...node, consumers: ['operator'] })).toMatchObject({
    state: 'WAITING',
  });
  expect(await consume(operator, 'own', defaultDigest('own'))).toMatchObject(conflict);
});
