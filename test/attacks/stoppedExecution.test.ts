import { expect, it, vi } from 'vitest';
import {
  approve,
  ask,
  autoApprovals,
  cancel,
  createAutoApproval,
  eventsOf,
  readOne,
  register,
} from '../support/operations.ts';
import { consume, defaultDigest } from '../support/outcomes.ts';
import { testService } from '../support/testService.ts';
import { conflict, workspace } from './workspace.ts';

// The attack: ada sees that something is going wrong and stops the run. The agent still has unused
// approvals and a standing approval. It registers the run as running again, and continues.
//
// It fails because a stop with review:decide is final: unused approvals are void, standing
// approvals are revoked, and only an actor with review:decide can reopen the run, which restores
// none of them.

const service = await testService();

async function underWay() {
  const people = workspace(service);
  const { rogue, ada } = people;
  for (const id of ['approved', 'looped']) await ask(rogue, id, { nodeId: id });
  await approve(ada, 'approved');
  await approve(ada, 'looped', { autoApproveFuture: true });
  expect(await ask(rogue, 'passed', { nodeId: 'looped' })).toMatchObject({ state: 'APPROVED' });
  return people;
}

const unused = ['approved', 'looped', 'passed'];

it('an agent cannot reopen a stopped run and use its old approvals', async () => {
  const { rogue, ada } = await underWay();
  await cancel(ada, 'exec');
  for (const status of ['RUNNING', 'QUEUED', 'INCOMPLETE', 'REVIEW']) {
    expect(await register(rogue, 'exec', { status })).toMatchObject({
      __typename: 'ExecutionEndedError',
      message: expect.stringContaining('Only an actor with review:decide'),
    });
  }
  for (const id of unused) {
    expect(await consume(rogue, id, defaultDigest(id))).toMatchObject(conflict);
  }
  expect(await ask(rogue, 'new', { nodeId: 'looped' })).toMatchObject({
    __typename: 'ExecutionEndedError',
  });
});

it('an agent cannot wait for a stopped run to be reopened and then use its old approvals', async () => {
  const { rogue, ada, operator } = await underWay();
  await cancel(ada, 'exec');
  await register(operator, 'exec');
  for (const id of unused) {
    expect(await consume(rogue, id, defaultDigest(id))).toMatchObject({
      ...conflict,
      message: expect.stringContaining('the approval has been void since'),
    });
    const nodeId = id === 'passed' ? 'looped' : id;
    expect(await ask(rogue, id, { nodeId })).toMatchObject({ state: 'VOID', result: null });
    expect(await readOne(ada, id)).toMatchObject({ voidedAt: expect.any(String) });
    expect((await eventsOf(ada, id)).at(-1)).toMatchObject({ kind: 'VOIDED', actor: 'ada' });
  }
  // Steps that a standing approval covered before now need a review.
  expect(await ask(rogue, 'new', { nodeId: 'looped' })).toMatchObject({ state: 'WAITING' });
  expect(await autoApprovals(ada, 'exec')).toMatchObject([{ active: false, revokedBy: 'ada' }]);
});

it('ending a run first does not protect its approvals from a stop', async () => {
  const { rogue, ada } = await underWay();
  await register(rogue, 'exec', { status: 'COMPLETED' });
  await cancel(ada, 'exec');
  expect(await register(rogue, 'exec')).toMatchObject({ __typename: 'ExecutionEndedError' });
  expect((await readOne(ada, 'approved')).voidedAt).not.toBeNull();
});

it("stopping a run again does not make the stop the agent's own", async () => {
  const { rogue, ada } = await underWay();
  await cancel(ada, 'exec');
  await cancel(rogue, 'exec');
  await register(rogue, 'exec', { status: 'COMPLETED' });
  expect(await register(rogue, 'exec')).toMatchObject({
    __typename: 'ExecutionEndedError',
    message: expect.stringContaining('was stopped by ada'),
  });
});

it('a copilot session without a record can be stopped', async () => {
  const { rogue, colleague, ada } = workspace(service);
  const session = { graphExecId: 'copilot-session-1' };
  await ask(rogue, 'copilot-node-a:1', session);
  await approve(ada, 'copilot-node-a:1', { autoApproveFuture: true });
  await cancel(ada, 'copilot-session-1');
  expect(await consume(rogue, 'copilot-node-a:1', defaultDigest('copilot-node-a:1'))).toMatchObject(
    conflict,
  );
  for (const client of [rogue, colleague]) {
    expect(await ask(client, 'copilot-node-a:2', session)).toMatchObject({
      __typename: 'ExecutionEndedError',
    });
  }
  expect(await register(rogue, 'copilot-session-1')).toMatchObject({
    __typename: 'ExecutionEndedError',
  });
  // A session that was stopped before it began cannot begin.
  await cancel(ada, 'copilot-session-2');
  expect(await ask(rogue, 'copilot-node-b:1', { graphExecId: 'copilot-session-2' })).toMatchObject({
    __typename: 'ExecutionEndedError',
  });
});

it('an approval given at the moment of a stop does not survive it', async () => {
  const { rogue, ada, bea, user, operator } = workspace(service);
  for (const id of ['a', 'b']) await ask(rogue, id, { nodeId: id });
  // The stop waits for a lock on the first request, while bea approves the second one.
  const somebody = await service.database.pool.connect();
  await somebody.query('BEGIN');
  await somebody.query(
    `SELECT FROM "PendingReview" WHERE "userId" = $1 AND "nodeExecId" = 'a' FOR UPDATE`,
    [user],
  );
  const stopping = cancel(ada, 'exec');
  try {
    await vi.waitFor(async () => {
      const waiting = await service.sql(
        `SELECT FROM pg_stat_activity WHERE "datname" = current_database() AND "wait_event_type" = 'Lock'`,
      );
      expect(waiting).toHaveLength(1);
    });
    expect(await approve(bea, 'b', { autoApproveFuture: true })).toMatchObject({
      approvedCount: 1,
    });
  } finally {
    await somebody.query('COMMIT');
    somebody.release();
  }
  await stopping;
  // She approved before the stop was acknowledged, so the stop has voided her approval.
  expect(await readOne(ada, 'b')).toMatchObject({ voidedAt: expect.any(String) });
  await register(operator, 'exec');
  expect(await consume(rogue, 'b', defaultDigest('b'))).toMatchObject(conflict);
  expect(await ask(rogue, 'c', { nodeId: 'b' })).toMatchObject({ state: 'WAITING' });
});

it("a reviewer's second click after a stop approves nothing", async () => {
  const { rogue, ada, bea, operator } = workspace(service);
  const { review } = await ask(rogue, 'step', { nodeId: 'node' });
  const click = { subjectDigest: review.subjectDigest, autoApproveFuture: true };
  await approve(bea, 'step', click);
  await cancel(ada, 'exec');
  // It gets the same response as the first one, and does not restore the standing approval.
  expect(await approve(bea, 'step', click)).toMatchObject({ autoApprovals: [] });
  await register(operator, 'exec');
  expect(await ask(rogue, 'next', { nodeId: 'node' })).toMatchObject({ state: 'WAITING' });
});

it("an agent cannot stop or reopen another agent's run", async () => {
  const { rogue, colleague, ada, operator } = workspace(service);
  await ask(colleague, 'step');
  expect(await cancel(rogue, 'exec')).toMatchObject({ __typename: 'NotFoundError' });
  for (const status of ['COMPLETED', 'TERMINATED', 'RUNNING']) {
    await expect(register(rogue, 'exec', { status })).rejects.toThrow(
      'was registered by another actor',
    );
  }
  expect((await readOne(colleague, 'step')).status).toBe('WAITING');
  await cancel(ada, 'exec');
  await expect(register(rogue, 'exec')).rejects.toThrow('was registered by another actor');
  // It does not become the owner once the run is reopened either.
  await register(operator, 'exec');
  await expect(register(rogue, 'exec', { status: 'COMPLETED' })).rejects.toThrow(
    'was registered by another actor',
  );
});

it('a standing approval does not survive the stop of its run', async () => {
  const { rogue, ada, operator } = workspace(service);
  await register(rogue, 'exec');
  for (const more of [{}, { requestedBy: 'rogue' }, { graphVersion: 2 }]) {
    await createAutoApproval(ada, {
      nodeId: 'node',
      expiresAt: '2099-01-01T00:00:00.000Z',
      ...more,
    });
  }
  await cancel(operator, 'exec');
  await register(operator, 'exec');
  expect(await ask(rogue, 'one', { nodeId: 'node' })).toMatchObject({ state: 'WAITING' });
  expect(await ask(rogue, 'two', { nodeId: 'node', graphVersion: 2 })).toMatchObject({
    state: 'WAITING',
  });
});
