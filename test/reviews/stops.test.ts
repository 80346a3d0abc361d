import fc from 'fast-check';
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
  reject,
  setProcessed,
  statusOf,
} from '../support/operations.ts';
import { consume, defaultDigest, report } from '../support/outcomes.ts';
import { race } from '../support/race.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';

const service = await testService();
const other = await service.another();

/** A team with an operator, who may request and decide, and so reopen a stopped run. */
function team() {
  const { user, agent, reviewer } = service.team();
  const operator = service.as({
    user,
    actor: 'operator',
    scopes: ['review:request', 'review:decide'],
  });
  return { user, agent, reviewer, operator };
}

async function executionOf(client: TestClient, graphExecId = 'exec') {
  const { graphExecution } = await client.query<{ graphExecution: Record<string, unknown> }>(
    'query ($id: ID!) { graphExecution(graphExecId: $id) { status registeredBy stoppedBy } }',
    { id: graphExecId },
  );
  return graphExecution;
}

/** The ways to stop a run. */
const ways: [string, (client: TestClient, graphExecId: string) => Promise<unknown>][] = [
  ['cancelPendingReviews', cancel],
  ['registerExecution', (client, id) => register(client, id, { status: 'TERMINATED' })],
];

it.each(ways)('a stop with review:decide voids what was not used: by %s', async (_, stop) => {
  const { agent, operator } = team();
  await ask(agent, 'rejected');
  await reject(operator, 'rejected');
  for (const id of ['waiting', 'approved', 'claimed', 'consumed']) await ask(agent, id);
  for (const id of ['approved', 'claimed', 'consumed']) await approve(operator, id);
  await setProcessed(agent, 'claimed');
  await consume(agent, 'consumed', defaultDigest('consumed'));
  await createAutoApproval(operator, { nodeId: 'any' });
  await createAutoApproval(operator, { nodeId: 'one', requestedBy: 'agent' });
  await createAutoApproval(operator, { nodeId: 'any', graphVersion: 2 });
  await ask(agent, 'automatic', { nodeId: 'any' });
  await ask(agent, 'elsewhere', { graphExecId: 'exec-2' });
  await approve(operator, 'elsewhere', { autoApproveFuture: true });

  await stop(operator, 'exec');
  for (const id of ['approved', 'automatic']) {
    expect(await readOne(agent, id)).toMatchObject({
      status: 'APPROVED',
      processed: false,
      voidedAt: expect.any(String),
    });
    expect((await eventsOf(agent, id)).at(-1)).toMatchObject({
      kind: 'VOIDED',
      actor: 'operator',
    });
  }
  for (const id of ['claimed', 'consumed', 'rejected', 'elsewhere']) {
    expect((await readOne(agent, id)).voidedAt, id).toBeNull();
  }
  expect(await readOne(agent, 'waiting')).toMatchObject({ decisionSource: 'CANCELLATION' });
  const standing = await autoApprovals(agent, 'exec');
  expect(standing).toHaveLength(3);
  for (const one of standing) {
    expect(one).toMatchObject({ active: false, revokedBy: 'operator' });
  }
  expect(await autoApprovals(agent, 'exec-2')).toMatchObject([{ active: true }]);
  expect(await executionOf(agent)).toEqual({
    status: 'TERMINATED',
    registeredBy: 'agent',
    stoppedBy: 'operator',
  });
  // The outcome of an action before the stop can still be reported.
  expect(await report(agent, 'consumed', 'EXECUTED')).toMatchObject({
    review: { outcome: 'EXECUTED' },
  });
});

it('only an actor with review:decide can reopen a stopped run, and its approvals stay void', async () => {
  const { user, agent, reviewer } = team();
  const second = service.as({ user, actor: 'second', scopes: ['review:request'] });
  await ask(agent, 'run', { nodeId: 'node' });
  await approve(reviewer, 'run', { autoApproveFuture: true });
  await cancel(reviewer, 'exec');
  for (const status of [undefined, 'RUNNING', 'QUEUED', 'INCOMPLETE', 'REVIEW']) {
    expect(await register(agent, 'exec', { status })).toMatchObject({
      __typename: 'ExecutionEndedError',
      status: 'TERMINATED',
      message: expect.stringContaining('was stopped by reviewer'),
    });
    await expect(register(second, 'exec', { status })).rejects.toThrow(
      'was registered by another actor',
    );
  }
  // Its agent can still report that the run has ended, which changes nothing.
  for (const status of ['COMPLETED', 'FAILED', 'TERMINATED']) {
    expect(await register(agent, 'exec', { status })).toMatchObject({
      execution: { status: 'TERMINATED' },
    });
  }
  expect(await cancel(agent, 'exec')).toMatchObject({ cancelledCount: 0 });
  expect(await executionOf(agent)).toMatchObject({ stoppedBy: 'reviewer' });

  // Another final status by a reviewer does not let the agent reopen it.
  await register(reviewer, 'exec', { status: 'COMPLETED' });
  expect(await register(agent, 'exec')).toMatchObject({ __typename: 'ExecutionEndedError' });

  await register(reviewer, 'exec');
  expect(await executionOf(agent)).toEqual({
    status: 'RUNNING',
    registeredBy: 'agent',
    stoppedBy: null,
  });
  expect(await ask(agent, 'run', { nodeId: 'node' })).toMatchObject({
    state: 'VOID',
    result: null,
  });
  expect(await consume(agent, 'run', defaultDigest('run'))).toMatchObject({
    __typename: 'ReviewConflictError',
    message: expect.stringContaining('void since'),
  });
  expect(await setProcessed(agent, 'run')).toMatchObject({ __typename: 'ReviewConflictError' });
  expect(await ask(agent, 'run-2', { nodeId: 'node' })).toMatchObject({ state: 'WAITING' });
  // From here on it is like any other run: its agent can end and reopen it.
  await register(agent, 'exec', { status: 'COMPLETED' });
  expect(await register(agent, 'exec')).toMatchObject({ execution: { status: 'RUNNING' } });
});

it('a stop by the agent voids nothing, and a later stop with review:decide still does', async () => {
  const { agent, reviewer } = team();
  await ask(agent, 'run');
  await approve(reviewer, 'run');
  await cancel(agent, 'exec');
  expect(await executionOf(agent)).toMatchObject({ status: 'TERMINATED', stoppedBy: null });
  expect((await readOne(agent, 'run')).voidedAt).toBeNull();
  await register(agent, 'exec');
  await cancel(agent, 'exec');
  await cancel(reviewer, 'exec');
  expect(await register(agent, 'exec')).toMatchObject({ __typename: 'ExecutionEndedError' });
  expect((await readOne(agent, 'run')).voidedAt).not.toBeNull();
});

it('a copilot session stays stopped, even if it was stopped before the first request', async () => {
  for (const isFresh of [true, false]) {
    const { user, agent, reviewer, operator } = team();
    const second = service.as({ user, actor: 'second', scopes: ['review:request'] });
    const session = { graphExecId: 'copilot-session-1' };
    if (!isFresh) {
      await ask(agent, 'copilot-node-a:1', session);
      await approve(reviewer, 'copilot-node-a:1', { autoApproveFuture: true });
    } else {
      // An agent that stops an unknown session does not affect other actors.
      await cancel(second, session.graphExecId);
    }
    await cancel(reviewer, session.graphExecId);
    for (const client of [agent, second]) {
      for (const id of ['copilot-node-a:1', 'copilot-node-b:1', 'plain']) {
        expect(await ask(client, `${id}-new`, session)).toMatchObject({
          __typename: 'ExecutionEndedError',
          status: 'TERMINATED',
        });
      }
    }
    const reopened = await register(agent, session.graphExecId).catch(({ message }) => message);
    expect(JSON.stringify(reopened)).toMatch(
      /was stopped by reviewer|was registered by another actor/,
    );
    if (!isFresh) {
      const digest = defaultDigest('copilot-node-a:1');
      expect(await consume(agent, 'copilot-node-a:1', digest)).toMatchObject({
        __typename: 'ReviewConflictError',
      });
    }
    await register(operator, session.graphExecId);
    expect(await ask(agent, 'copilot-node-a:2', session)).toMatchObject({ state: 'WAITING' });
    // It still has no visible record.
    expect(await statusOf(reviewer, session.graphExecId)).toBeNull();
  }
});

it('an approval given while a stop waits for another review is voided as well', async () => {
  const { user, agent, reviewer, operator } = team();
  for (const id of ['a', 'b']) await ask(agent, id);
  const holding = await service.database.pool.connect();
  try {
    await holding.query('BEGIN');
    await holding.query(
      `SELECT FROM "PendingReview" WHERE "userId" = $1 AND "nodeExecId" = 'a' FOR UPDATE`,
      [user],
    );
    const stopping = cancel(reviewer, 'exec');
    await vi.waitFor(async () => {
      const waiting = await service.sql(
        `SELECT FROM pg_stat_activity WHERE "datname" = current_database()
          AND "wait_event_type" = 'Lock' AND "query" LIKE '%voided%'`,
      );
      expect(waiting).toHaveLength(1);
    });
    expect(await approve(reviewer, 'b', { autoApproveFuture: true })).toMatchObject({
      approvedCount: 1,
    });
    await holding.query('COMMIT');
    expect(await stopping).toMatchObject({ cancelledCount: 1 });
  } finally {
    await holding.query('ROLLBACK');
    holding.release();
  }
  expect(await readOne(agent, 'b')).toMatchObject({
    status: 'APPROVED',
    voidedAt: expect.any(String),
  });
  expect((await eventsOf(agent, 'b')).map(({ kind }) => kind)).toEqual([
    'REQUESTED',
    'APPROVED',
    'VOIDED',
  ]);
  await register(operator, 'exec');
  expect(await consume(agent, 'b', defaultDigest('b'))).toMatchObject({
    __typename: 'ReviewConflictError',
  });
  expect(await ask(agent, 'c', { nodeId: 'b' })).toMatchObject({ state: 'WAITING' });
});

/** What an agent and a reviewer do while the run is stopped. */
const acts = ['decide', 'decide for the future', 'consume', 'claim', 'ask', 'ask again'] as const;

it('whatever happens concurrently, nothing passes after a stop was acknowledged', async () => {
  const rounds = fc.record({
    acts: fc.array(fc.constantFrom(...acts), { minLength: 16, maxLength: 24 }),
    stopAt: fc.nat({ max: 15 }),
    way: fc.constantFrom(...ways),
  });
  await race(rounds, async ({ acts, stopAt, way: [, stop] }) => {
    const { user, agent, operator } = team();
    const agents = [agent, other.as({ user, actor: 'agent', scopes: ['review:request'] })];
    const deciders = [operator, other.as({ user, actor: 'operator' })];
    await register(agent, 'exec');
    await createAutoApproval(operator, { nodeId: 'standing' });
    const ids = acts.map((_, at) => `run-${at}`);
    for (const [at, act] of acts.entries()) {
      if (act === 'ask') continue;
      await ask(agent, `run-${at}`, {
        nodeId: act === 'ask again' ? 'standing-too' : `node-${at}`,
      });
      if (act === 'consume' || act === 'claim') await approve(operator, `run-${at}`);
    }
    await createAutoApproval(operator, { nodeId: 'standing-too' });

    let isStopped = false;
    const late: string[] = [];
    const run = async (at: number): Promise<boolean> => {
      const [client, id] = [agents[at % 2] as TestClient, `run-${at}`];
      const decider = deciders[at % 2] as TestClient;
      switch (acts[at]) {
        case 'decide':
        case 'decide for the future': {
          const autoApproveFuture = acts[at] === 'decide for the future';
          return (await approve(decider, id, { autoApproveFuture })).approvedCount === 1;
        }
        case 'consume':
          return Boolean((await consume(client, id, defaultDigest(id))).result);
        case 'claim':
          return (await setProcessed(client, id)).changed === true;
        default: {
          const nodeId = acts[at] === 'ask' ? 'standing' : 'standing-too';
          return (await ask(client, id, { nodeId })).state === 'APPROVED';
        }
      }
    };
    await Promise.all([
      ...acts.map(async (act, at) => {
        const wasStopped = isStopped;
        const passed = await run(at);
        if (passed && wasStopped) late.push(act);
      }),
      (async () => {
        for (let turn = 0; turn < stopAt; turn++) await new Promise(setImmediate);
        await stop(deciders[1] as TestClient, 'exec');
        isStopped = true;
        // Anything that starts after the stop was acknowledged is late.
        for (const [at, act] of acts.entries()) {
          if (act !== 'decide' && act !== 'decide for the future' && (await run(at)))
            late.push(act);
        }
      })(),
    ]);
    // This includes repeated calls: consuming again, and requesting again after passing once.
    expect(late).toEqual([]);

    // Not even after the run was reopened.
    await register(operator, 'exec');
    for (const id of ids) {
      expect((await consume(agent, id, defaultDigest(id))).result, id).toBeFalsy();
      expect((await setProcessed(agent, id)).changed ?? false, id).toBe(false);
    }
    for (const [at, act] of acts.entries()) {
      const nodeId =
        act === 'ask' ? 'standing' : act === 'ask again' ? 'standing-too' : `node-${at}`;
      const fresh = await ask(agent, `fresh-${at}`, { nodeId });
      expect(fresh).toMatchObject({ state: 'WAITING' });
    }
  });
}, 60_000);

const MANY = 10_000;

it('a run with very many waiting reviews and unused approvals can be stopped', async () => {
  const { user, agent, reviewer } = team();
  await ask(agent, 'first');
  await approve(reviewer, 'first');
  await service.sql(
    `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion",
      "nodeId", "payload", "requestedBy", "status", "decidedBy", "decisionSource", "reviewedAt")
    SELECT $1, 'r' || i, 'exec', 'graph', 1, 'step', '{}', 'agent', state::"ReviewStatus",
      CASE WHEN state = 'APPROVED' THEN 'reviewer' END,
      CASE WHEN state = 'APPROVED' THEN 'REVIEWER' END::"DecisionSource",
      CASE WHEN state = 'APPROVED' THEN now() END
    FROM generate_series(1, $2::int) i,
      LATERAL (SELECT CASE WHEN i % 2 = 0 THEN 'WAITING' ELSE 'APPROVED' END AS state) s`,
    [user, 2 * MANY],
  );
  // All connections have a plan for an update of one review.
  await Promise.all(Array.from({ length: 40 }, (_, at) => ask(agent, `more${at}`)));
  await Promise.all(Array.from({ length: 40 }, (_, at) => approve(reviewer, `more${at}`)));
  expect(await cancel(reviewer, 'exec')).toMatchObject({ cancelledCount: MANY });
  expect(await statusOf(reviewer, 'exec')).toBe('TERMINATED');
  const [left] = await service.sql<{ count: string }>(
    `SELECT count(*) AS "count" FROM "PendingReview" WHERE "userId" = $1
    AND ("status" = 'WAITING' OR ("status" = 'APPROVED' AND "voidedAt" IS NULL))`,
    [user],
  );
  expect(Number(left?.count)).toBe(0);
  const events = await service.sql<{ kind: string; count: string }>(
    `SELECT "kind", count(*) AS "count" FROM "ReviewEvent"
    WHERE "userId" = $1 AND "kind" IN ('CANCELLED', 'VOIDED') GROUP BY "kind" ORDER BY "kind"`,
    [user],
  );
  expect(events.map(({ kind, count }) => [kind, Number(count)])).toEqual([
    ['CANCELLED', MANY],
    ['VOIDED', MANY + 41],
  ]);
});
