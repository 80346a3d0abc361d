import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  approve,
  ask,
  autoApprovals,
  createAutoApproval,
  eventsOf,
  type Requested,
  read,
  readOne,
  register,
  reject,
  setProcessed,
  statusOf,
} from '../support/operations.ts';
import { consume, digestOf, report } from '../support/outcomes.ts';
import { race } from '../support/race.ts';
import { testService } from '../support/testService.ts';

const service = await testService();
const other = await service.another();

const AUTO_APPROVED = 'Auto-approved (user approved all future actions for this node)';
const ended = ['COMPLETED', 'FAILED', 'TERMINATED'] as const;

it('the first request creates a WAITING review, and a repeated one changes nothing', async () => {
  const { agent, user } = service.team();
  const first = await ask(agent, 'run', { payload: { to: 'ann' }, instructions: 'Look at to' });
  expect(first).toMatchObject({
    __typename: 'RequestReviewPayload',
    result: null,
    review: {
      nodeExecId: 'run',
      userId: user,
      graphExecId: 'exec',
      graphId: 'graph',
      graphVersion: 1,
      payload: { to: 'ann' },
      originalPayload: { to: 'ann' },
      instructions: 'Look at to',
      editable: true,
      status: 'WAITING',
      reviewMessage: null,
      wasEdited: null,
      processed: false,
      requestedBy: 'agent',
      decidedBy: null,
      decisionSource: null,
      reviewedAt: null,
    },
  });
  expect(first.state).toBe('WAITING');
  const second = await ask(agent, 'run', {
    payload: { to: 'bob' },
    instructions: 'other',
    editable: false,
    consumers: ['somebody'],
    expiresAt: '2199-01-01T00:00:00.000Z',
  });
  expect(second).toEqual(first);
  expect(await eventsOf(agent, 'run')).toMatchObject([{ kind: 'REQUESTED', actor: 'agent' }]);
});

it('one of twenty concurrent requests creates the review, and all return its payload', async () => {
  await race(fc.uniqueArray(fc.string(), { minLength: 20, maxLength: 20 }), async (payloads) => {
    const { agent, user } = service.team();
    const elsewhere = other.as({ user, actor: 'agent' });
    const answers = await Promise.all(
      payloads.map((payload, at) => ask(at % 2 ? agent : elsewhere, 'run', { payload })),
    );
    const stored = await readOne(agent, 'run');
    expect(answers.map(({ review }) => review)).toEqual(answers.map(() => stored));
    expect(answers.every(({ result }) => result === null)).toBe(true);
    expect(await eventsOf(agent, 'run')).toHaveLength(1);
  });
});

it('reviews with the same ID in two workspaces are separate', async () => {
  const [ours, theirs] = [service.team(), service.team()];
  await ask(ours.agent, 'run', { payload: 'ours' });
  await approve(ours.reviewer, 'run');
  const asked = await ask(theirs.agent, 'run', { payload: 'theirs' });
  expect(asked).toMatchObject({ review: { payload: 'theirs', status: 'WAITING' }, result: null });
  expect(await reject(theirs.reviewer, 'run')).toMatchObject({ rejectedCount: 1 });
  expect(await readOne(ours.agent, 'run')).toMatchObject({ status: 'APPROVED', payload: 'ours' });
});

it('the outcome is returned from the decision until it is processed', async () => {
  const { agent, reviewer } = service.team();
  expect((await ask(agent, 'run')).result).toBeNull();
  await approve(reviewer, 'run', { payload: { of: 'edit' }, message: 'Mind the gap' });
  expect((await ask(agent, 'run')).result).toEqual({
    nodeExecId: 'run',
    status: 'APPROVED',
    data: { of: 'edit' },
    message: 'Mind the gap',
    processed: false,
    autoApproved: false,
  });
  await setProcessed(agent, 'run');
  expect(await ask(agent, 'run')).toMatchObject({
    result: null,
    review: { processed: true },
    state: 'CONSUMED',
  });

  await ask(agent, 'run-2', { payload: 2 });
  await reject(reviewer, 'run-2', { message: ' \n ' });
  expect((await ask(agent, 'run-2')).result).toMatchObject({
    status: 'REJECTED',
    data: 2,
    message: '',
  });
});

it("a review's own outcome takes precedence over a standing approval, which takes precedence over waiting", async () => {
  const { agent, reviewer } = service.team();
  const node = { nodeId: 'node' };
  for (const id of ['rejected', 'edited', 'processed', 'waiting']) await ask(agent, id, node);
  await reject(reviewer, 'rejected', { message: 'no' });
  await approve(reviewer, 'edited', { payload: 'edited' });
  await reject(reviewer, 'processed');
  await setProcessed(agent, 'processed');
  await createAutoApproval(reviewer, node);

  const input = { ...node, payload: 'of this call' };
  expect((await ask(agent, 'rejected', input)).result).toMatchObject({
    status: 'REJECTED',
    message: 'no',
    autoApproved: false,
  });
  expect((await ask(agent, 'edited', input)).result).toMatchObject({
    status: 'APPROVED',
    data: 'edited',
    autoApproved: false,
  });
  expect((await ask(agent, 'processed', input)).result).toBeNull();
  expect((await ask(agent, 'waiting', input)).result).toMatchObject({
    data: { of: 'waiting' },
    autoApproved: true,
  });
  // Outcomes that existed already do not count as a use.
  expect(await autoApprovals(agent, 'exec')).toMatchObject([{ uses: 1 }]);
});

it('a standing approval approves a new review with the input of that call', async () => {
  const { agent, reviewer } = service.team();
  await register(agent, 'exec');
  await createAutoApproval(reviewer, { nodeId: 'node', payload: 'stored' });
  const asked = await ask(agent, 'run', { nodeId: 'node', payload: { now: [1, null] } });
  expect(asked).toMatchObject({
    __typename: 'RequestReviewPayload',
    review: {
      status: 'APPROVED',
      decisionSource: 'AUTO_APPROVAL',
      decidedBy: 'reviewer',
      payload: { now: [1, null] },
      processed: false,
    },
    result: {
      nodeExecId: 'run',
      status: 'APPROVED',
      data: { now: [1, null] },
      message: AUTO_APPROVED,
      processed: false,
      autoApproved: true,
    },
    state: 'APPROVED',
  });
  // It creates a review with its event, which is consumed once and reported like any other.
  expect(await read(agent, ['run'])).toEqual([asked.review]);
  expect(await eventsOf(agent, 'run')).toMatchObject([{ kind: 'APPROVED', actor: 'reviewer' }]);
  expect(await autoApprovals(agent, 'exec')).toMatchObject([{ uses: 1, active: true }]);
  expect(await ask(agent, 'run', { nodeId: 'node', payload: 'other' })).toEqual(asked);
  const { review } = await consume(agent, 'run', digestOf('{"now":[1,null]}'));
  expect(review).toMatchObject({ consumedBy: 'agent' });
  expect(await ask(agent, 'run', { nodeId: 'node' })).toMatchObject({
    result: null,
    state: 'CONSUMED',
  });
  expect(await report(agent, 'run', 'EXECUTED')).toMatchObject({ review: { outcome: 'EXECUTED' } });
  expect(await autoApprovals(agent, 'exec')).toMatchObject([{ uses: 1 }]);
  // Without a nodeId, the step is the nodeExecId, which has no standing approval.
  expect((await ask(agent, 'node-other')).review?.status).toBe('WAITING');
  const elsewhere = { nodeId: 'node', graphExecId: 'exec-2' };
  expect((await ask(agent, 'run-2', elsewhere)).review.status).toBe('WAITING');
});

it('concurrent requests never exceed maxUses of a standing approval', async () => {
  await race(
    fc.record({ maxUses: fc.integer({ min: 1, max: 12 }), asks: fc.integer({ min: 8, max: 24 }) }),
    async ({ maxUses, asks }) => {
      const { agent, reviewer, user } = service.team();
      const elsewhere = other.as({ user, actor: 'agent' });
      await register(agent, 'exec');
      await createAutoApproval(reviewer, { nodeId: 'node', maxUses });
      // Half of the requests are WAITING already.
      const ids = Array.from({ length: asks }, (_, at) => `run-${at}`);
      const waiting = ids.filter((_, at) => at % 2 === 0);
      await service.sql(
        `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId",
          "graphVersion", "nodeId", "payload", "requestedBy")
        SELECT $1, id, 'exec', 'graph', 1, 'node', '1', 'agent' FROM unnest($2::text[]) AS id`,
        [user, waiting],
      );
      const answers = await Promise.all(
        ids.map((id, at) => ask(at % 3 ? agent : elsewhere, id, { nodeId: 'node' })),
      );
      const letThrough = answers.filter(({ result }) => result?.autoApproved);
      expect(letThrough).toHaveLength(Math.min(maxUses, asks));
      const [standing] = await autoApprovals(agent, 'exec');
      expect(standing).toMatchObject({
        uses: Math.min(maxUses, asks),
        active: asks < maxUses,
      });
      const rest = answers.filter(({ result }) => result === null);
      expect(rest.every(({ review }) => review?.status === 'WAITING')).toBe(true);
    },
  );
});

it('repeating a request approves a WAITING review if a standing approval was created since', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'run', { nodeId: 'node', payload: 'stored' });
  await createAutoApproval(reviewer, { nodeId: 'node' });
  const asked = await ask(agent, 'run', { nodeId: 'node', payload: 'of this call' });
  expect(asked).toMatchObject({
    review: {
      status: 'APPROVED',
      decisionSource: 'AUTO_APPROVAL',
      decidedBy: 'reviewer',
      payload: 'stored',
      wasEdited: false,
      processed: false,
    },
    result: { status: 'APPROVED', data: 'stored', message: AUTO_APPROVED, autoApproved: true },
  });
  expect(asked.review?.reviewedAt).not.toBeNull();
  expect((await eventsOf(agent, 'run')).map(({ kind }) => kind)).toEqual(['REQUESTED', 'APPROVED']);
  // Repeating the request returns the same, and does not count as another use.
  expect(await ask(agent, 'run', { nodeId: 'node' })).toEqual(asked);
  expect(await autoApprovals(agent, 'exec')).toMatchObject([{ uses: 1 }]);
});

it('a review that is requested and decided concurrently has one outcome, which all callers see', async () => {
  await race(
    fc.array(fc.constantFrom('ask', 'reject'), { minLength: 8, maxLength: 16 }),
    async (acts) => {
      const { agent, reviewer } = service.team();
      await ask(agent, 'run', { nodeId: 'node' });
      await createAutoApproval(reviewer, { nodeId: 'node' });
      const answers = await Promise.all(
        acts.map((act) =>
          act === 'ask' ? ask(agent, 'run', { nodeId: 'node' }) : reject(reviewer, 'run'),
        ),
      );
      const stored = await readOne(agent, 'run');
      const asked = answers.filter((_, at) => acts[at] === 'ask') as Requested[];
      const autoApproved = stored.decisionSource === 'AUTO_APPROVAL';
      for (const { result } of asked)
        expect(result).toMatchObject({ status: stored.status, autoApproved });
      expect(await eventsOf(agent, 'run')).toHaveLength(2);
      expect((await autoApprovals(agent, 'exec'))[0]?.uses).toBe(autoApproved ? 1 : 0);
    },
  );
});

it('requesting a review records an unknown run, and is refused if the run has ended', async () => {
  const { agent } = service.team();
  expect(await statusOf(agent, 'exec')).toBeNull();
  await ask(agent, 'run', { graphId: 'flow', graphVersion: 7 });
  const { graphExecution } = await agent.query<{ graphExecution: unknown }>(
    '{ graphExecution(graphExecId: "exec") { graphId graphVersion status } }',
  );
  expect(graphExecution).toEqual({ graphId: 'flow', graphVersion: 7, status: 'RUNNING' });

  for (const status of ended) {
    await register(agent, 'exec', { status });
    expect(await ask(agent, `new-${status}`)).toMatchObject({
      __typename: 'ExecutionEndedError',
      status,
    });
    expect(await read(agent, [`new-${status}`])).toEqual([]);
  }
  await register(agent, 'exec', { status: 'RUNNING' });
  expect((await ask(agent, 'new')).review?.status).toBe('WAITING');
  for (const status of ['QUEUED', 'INCOMPLETE', 'REVIEW']) {
    await register(agent, 'exec', { status });
    expect((await ask(agent, `in-${status}`)).review?.status).toBe('WAITING');
    expect(await statusOf(agent, 'exec')).toBe(status);
  }
});

it('a standing approval does not apply in a run that has ended', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'run', { nodeId: 'node' });
  await createAutoApproval(reviewer, { nodeId: 'node' });
  await register(agent, 'exec', { status: 'TERMINATED' });
  for (const id of ['run', 'run-2']) {
    expect(await ask(agent, id, { nodeId: 'node' })).toMatchObject({
      __typename: 'ExecutionEndedError',
    });
  }
  expect(await autoApprovals(agent, 'exec')).toMatchObject([{ uses: 0 }]);
});

it('the same ID with another workflow, version or step is a conflict that shows the review', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'run', { nodeId: 'read-mail' });
  await createAutoApproval(reviewer, { nodeId: 'send-mail' });
  for (const [more, text] of [
    [{ nodeId: 'send-mail' }, 'Review run was requested for step read-mail, not send-mail'],
    [{}, 'Review run was requested for step read-mail, not run'],
    [{ nodeId: 'read-mail', graphId: 'flow' }, 'for workflow graph, not flow'],
    [{ nodeId: 'read-mail', graphVersion: 2 }, 'for workflow version 1, not 2'],
  ] as const) {
    expect(await ask(agent, 'run', more)).toMatchObject({
      __typename: 'ReviewConflictError',
      message: expect.stringContaining(text),
      reviews: [{ nodeExecId: 'run', nodeId: 'read-mail', status: 'WAITING' }],
    });
  }
  expect(await autoApprovals(reviewer, 'exec')).toMatchObject([{ uses: 0 }]);
});

it("the ID of another actor's request is a conflict that does not show it", async () => {
  const { agent, user } = service.team();
  const other = service.as({ user, actor: 'other' });
  await ask(agent, 'run');
  expect(await ask(other, 'run')).toMatchObject({ __typename: 'ReviewConflictError', reviews: [] });
  expect(await readOne(agent, 'run')).toMatchObject({ requestedBy: 'agent', status: 'WAITING' });
});

it('the same ID in another run is a conflict that shows the review', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'run');
  await createAutoApproval(reviewer, { graphExecId: 'copilot-session-1', nodeId: 'run' });
  for (const graphExecId of ['exec-2', 'copilot-session-1']) {
    expect(await ask(agent, 'run', { graphExecId })).toMatchObject({
      __typename: 'ReviewConflictError',
      reviews: [{ nodeExecId: 'run', graphExecId: 'exec', status: 'WAITING' }],
    });
  }
  expect(await statusOf(agent, 'exec-2')).toBeNull();
  expect(await autoApprovals(reviewer, 'copilot-session-1')).toMatchObject([{ uses: 0 }]);
});
