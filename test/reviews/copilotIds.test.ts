import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countingProxy } from '../support/countingProxy.ts';
import {
  approve,
  ask,
  autoApprovals,
  cancel,
  createAutoApproval,
  read,
  readOne,
} from '../support/operations.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { testService } from '../support/testService.ts';

const database = await testDatabase();
const proxy = await countingProxy(database.url);
database.beforeDrop(() => proxy.close());
const service = await testService({ database, config: { databaseUrl: proxy.url } });

const PAGE = 100;

it('the step ID in a synthetic ID is everything before the last colon', async () => {
  const { agent } = service.team();
  const examples = [
    ['copilot-node-a:b:1f', 'copilot-node-a:b'],
    ['copilot-node-a', 'copilot-node-a'],
    ['copilot-node-a:', 'copilot-node-a'],
    ['copilot-:', 'copilot-'],
    ['copilot-', 'copilot-'],
    ['Copilot-node-a:1', 'Copilot-node-a:1'],
    ['node-copilot-a:1', 'node-copilot-a:1'],
  ] as const;
  for (const [nodeExecId, nodeId] of examples) {
    expect((await ask(agent, nodeExecId)).review).toMatchObject({ nodeExecId, nodeId });
  }

  const block = fc.stringMatching(/^[a-zé: .%_-]{0,12}$/u);
  await fc.assert(
    fc.asyncProperty(block, fc.stringMatching(/^[0-9a-f]{0,8}$/), async (name, random) => {
      const nodeId = `copilot-node-${name}`;
      const asked = await ask(agent, `${nodeId}:${random}`);
      expect(asked.review?.nodeId).toBe(nodeId);
    }),
    { numRuns: 60 },
  );
});

it('the step ID is parsed, or as requested, or the ID of the review', async () => {
  const { agent } = service.team();
  expect(await ask(agent, 'copilot-node-a:1', { nodeId: 'elsewhere' })).toMatchObject({
    __typename: 'InvalidInputError',
    issues: [{ path: 'input.nodeId', message: expect.stringContaining('copilot-node-a') }],
  });
  await ask(agent, 'copilot-node-a:1', { nodeId: 'copilot-node-a' });
  await ask(agent, 'run-1', { nodeId: 'node-1' });
  await ask(agent, 'run:2');
  // After the review is deleted, the same id can be used for another step.
  for (const id of ['run-1', 'run:2']) {
    expect(await ask(agent, id, { nodeId: 'another' })).toMatchObject({
      __typename: 'ReviewConflictError',
      reviews: [{ nodeExecId: id }],
    });
  }
  const nodes = (await read(agent, ['copilot-node-a:1', 'run-1', 'run:2'])).map((r) => r.nodeId);
  expect(nodes).toEqual(['copilot-node-a', 'node-1', 'run:2']);
});

it('a page of 100 reviews takes at most one more query for all their steps', async () => {
  const { agent, reviewer } = service.team();
  for (let number = 0; number < PAGE; number++) {
    const nodeExecId = number % 3 === 0 ? `copilot-node-${number}:1` : `run-${number}`;
    await ask(agent, nodeExecId, number % 3 === 1 ? { nodeId: `node-${number}` } : {});
  }
  const page = (fields: string) => () =>
    reviewer.query(`{ pendingReviews(first: ${PAGE}) { edges { node { ${fields} } } } }`);
  const bare = await proxy.roundTripsDuring(page('nodeExecId'));
  expect(bare).toBe(1);
  expect(await proxy.roundTripsDuring(page('nodeExecId nodeId'))).toBeLessThanOrEqual(bare + 1);
  const everything = 'nodeId execution { status hasPendingReviews } events { kind }';
  expect(await proxy.roundTripsDuring(page(everything))).toBeLessThanOrEqual(bare + 3);
});

it('a copilot session can request, be auto-approved, listed and cancelled without a record', async () => {
  const { agent, reviewer } = service.team();
  const session = { graphExecId: 'copilot-session-1' };
  expect((await ask(agent, 'copilot-node-x:1', session)).review?.status).toBe('WAITING');
  const listed = await reviewer.query<{
    pendingReviewsForExecution: { edges: { node: { nodeExecId: string; execution: null } }[] };
    hasPendingReviews: boolean;
    graphExecution: null;
  }>(
    `query ($id: ID!) {
      pendingReviewsForExecution(graphExecId: $id) {
        edges { node { nodeExecId execution { status } } }
      }
      hasPendingReviews(graphExecId: $id)
      graphExecution(graphExecId: $id) { status }
    }`,
    { id: session.graphExecId },
  );
  expect(listed).toEqual({
    pendingReviewsForExecution: {
      edges: [{ node: { nodeExecId: 'copilot-node-x:1', execution: null } }],
    },
    hasPendingReviews: true,
    graphExecution: null,
  });

  const standing = { ...session, nodeId: 'copilot-node-y' };
  expect(await createAutoApproval(reviewer, standing)).toMatchObject({
    autoApproval: { active: true },
  });
  expect((await ask(agent, 'copilot-node-y:1', session)).result).toMatchObject({
    status: 'APPROVED',
    autoApproved: true,
  });
  await ask(agent, 'copilot-node-z:1', session);
  expect(await approve(reviewer, 'copilot-node-z:1', { autoApproveFuture: true })).toMatchObject({
    autoApprovals: [{ nodeId: 'copilot-node-z' }],
  });
  expect(await autoApprovals(reviewer, session.graphExecId)).toHaveLength(2);

  expect(await cancel(agent, session.graphExecId)).toMatchObject({ cancelledCount: 1 });
  expect(await readOne(agent, 'copilot-node-x:1')).toMatchObject({
    status: 'REJECTED',
    processed: true,
    reviewMessage: 'Execution was stopped by user',
    decisionSource: 'CANCELLATION',
  });
  // Cancelling an unknown session changes nothing, and is not an error.
  expect(await cancel(agent, 'copilot-session-unknown')).toMatchObject({ cancelledCount: 0 });
});
