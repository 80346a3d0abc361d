import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  approve,
  ask,
  autoApprovals,
  check,
  createAutoApproval,
  deleteReview,
  readOne,
  register,
  revokeAutoApproval,
} from '../support/operations.ts';
import { race } from '../support/race.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

it('workspace, run and step are separate parts of the key of a standing approval', async () => {
  const [team, others] = [service.team(), service.team()];
  const parts = [
    ['a', 'b_c'],
    ['a_b', 'c'],
    ['a', 'b'],
    ['a_', 'b_c'],
  ] as const;
  for (const [graphExecId, nodeId] of parts) {
    await register(team.agent, graphExecId);
    await register(others.agent, graphExecId);
    const nobody = await ask(team.agent, `before-${graphExecId}-${nodeId}`, {
      graphExecId,
      nodeId,
    });
    expect(nobody.review?.status).toBe('WAITING');
    const made = await createAutoApproval(team.reviewer, { graphExecId, nodeId });
    expect(made.autoApproval.key).toBe(`auto_approve_${graphExecId}_${nodeId}`);
    const now = await ask(team.agent, `after-${graphExecId}-${nodeId}`, { graphExecId, nodeId });
    expect(now.result?.autoApproved).toBe(true);
    const elsewhere = await ask(others.agent, 'run', { graphExecId, nodeId });
    expect(elsewhere.__typename === 'RequestReviewPayload' && elsewhere.result).not.toMatchObject({
      autoApproved: true,
    });
  }
  expect(await autoApprovals(team.agent, 'a')).toHaveLength(2);
  expect(await autoApprovals(others.agent, 'a')).toEqual([]);
});

it('creating an active standing approval again changes nothing', async () => {
  const { agent, reviewer, user } = service.team();
  await register(agent, 'exec');
  const first = await createAutoApproval(reviewer, {
    nodeId: 'node',
    payload: { b: 1, a: 2 },
    graphId: 'flow',
    graphVersion: 3,
    maxUses: 5,
    expiresAt: '2099-01-01T00:00:00.000Z',
  });
  expect(first.autoApproval).toEqual({
    key: 'auto_approve_exec_node',
    graphExecId: 'exec',
    nodeId: 'node',
    graphId: 'flow',
    graphVersion: 3,
    requestedBy: null,
    payload: { b: 1, a: 2 },
    createdBy: 'reviewer',
    expiresAt: '2099-01-01T00:00:00.000Z',
    maxUses: 5,
    uses: 0,
    revokedAt: null,
    revokedBy: null,
    active: true,
  });
  const second = service.as({ user, actor: 'second' });
  const flow = { nodeId: 'node', graphId: 'flow', graphVersion: 3 };
  expect(await createAutoApproval(second, { ...flow, payload: 9 })).toEqual(first);
  await ask(agent, 'run', flow);
  await ask(agent, 'copy', { ...flow, nodeId: 'copy' });
  expect(await createAutoApproval(second, flow)).toMatchObject({
    autoApproval: { uses: 1, createdBy: 'reviewer' },
  });
});

it('a standing approval that is revoked, expired or used up is renewed', async () => {
  const { agent, reviewer, user } = service.team();
  const second = service.as({ user, actor: 'second' });
  await register(agent, 'exec');
  await createAutoApproval(reviewer, { nodeId: 'revoked' });
  await revokeAutoApproval(reviewer, 'exec', 'revoked');
  await createAutoApproval(reviewer, { nodeId: 'used', maxUses: 1 });
  await ask(agent, 'run', { nodeId: 'used' });
  const expiresAt = new Date(Date.now() + 150).toISOString();
  await createAutoApproval(reviewer, { nodeId: 'expired', expiresAt });
  await pause(200);

  const old = await autoApprovals(agent, 'exec');
  expect(old.map(({ active }) => active)).toEqual([false, false, false]);
  for (const nodeId of ['revoked', 'used', 'expired']) {
    expect((await ask(agent, `late-${nodeId}`, { nodeId })).result).toBeNull();
    const { autoApproval } = await createAutoApproval(second, { nodeId, payload: 'new' });
    expect(autoApproval).toMatchObject({
      payload: 'new',
      createdBy: 'second',
      uses: 0,
      maxUses: null,
      expiresAt: expect.any(String),
      revokedAt: null,
      revokedBy: null,
      active: true,
    });
  }
});

it('ten concurrent calls that create a standing approval return the same one', async () => {
  await race(fc.uniqueArray(fc.nat(), { minLength: 10, maxLength: 10 }), async (payloads) => {
    const { agent, reviewer } = service.team();
    await register(agent, 'exec');
    const made = await Promise.all(
      payloads.map((payload) => createAutoApproval(reviewer, { nodeId: 'node', payload })),
    );
    const [stored] = await autoApprovals(agent, 'exec');
    for (const { autoApproval } of made) expect(autoApproval).toEqual(stored);
  });
});

it('a standing approval needs a run of the workspace, but no record of a copilot session', async () => {
  const [team, others] = [service.team(), service.team()];
  await register(others.agent, 'theirs');
  for (const graphExecId of ['theirs', 'nowhere']) {
    expect(await createAutoApproval(team.reviewer, { graphExecId, nodeId: 'node' })).toMatchObject({
      __typename: 'NotFoundError',
      ids: [graphExecId],
    });
    expect(await autoApprovals(team.agent, graphExecId)).toEqual([]);
  }
  const session = { graphExecId: 'copilot-session-1', nodeId: 'copilot-node-a' };
  expect((await createAutoApproval(team.reviewer, session)).autoApproval.active).toBe(true);
});

it('limits that could never take effect are refused', async () => {
  const { agent, reviewer } = service.team();
  await register(agent, 'exec');
  for (const [input, path] of [
    [{ maxUses: 0 }, 'input.maxUses'],
    [{ maxUses: -1 }, 'input.maxUses'],
    [{ expiresAt: '2020-01-01T00:00:00.000Z' }, 'input.expiresAt'],
  ] as const) {
    expect(await createAutoApproval(reviewer, { nodeId: 'node', ...input })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path }],
    });
  }
});

it('a timestamp is returned exactly, or is refused with its path', async () => {
  const { agent, reviewer } = service.team();
  await register(agent, 'exec');
  const taken = [
    ['2099-12-31T23:59:59.999Z', '2099-12-31T23:59:59.999Z'],
    ['2099-01-01T00:00:00+02:00', '2098-12-31T22:00:00.000Z'],
    ['2099-01-01T00:00:00-00:00', '2099-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['2099-01-01t00:00:00.5z', '2099-01-01T00:00:00.500Z'],
    ['2099-01-01T00:00Z', '2099-01-01T00:00:00.000Z'],
    ['2099-01-01t00:00+01:30', '2098-12-31T22:30:00.000Z'],
    ['2099-01-01T00:00:00.123000Z', '2099-01-01T00:00:00.123Z'],
    ['2099-01-01T00:00:00.000000+00:00', '2099-01-01T00:00:00.000Z'],
    ['2099-01-01T00:00:00.120000000Z', '2099-01-01T00:00:00.120Z'],
  ] as const;
  for (const [sent, expected] of taken) {
    const made = await createAutoApproval(reviewer, { nodeId: `node-${sent}`, expiresAt: sent });
    expect(made.autoApproval.expiresAt, sent).toBe(expected);
  }
  for (const [sent, reason] of [
    ['9999-12-31T23:59:59-01:00', 'in UTC, its year does not have four digits'],
    ['0000-01-01T00:00:00+01:00', 'in UTC, its year does not have four digits'],
    ['2099-01-01T00:00:00.0001Z', 'it is more precise than a millisecond'],
    ['2099-01-01T00:00:00.123456+00:00', 'it is more precise than a millisecond'],
    ['2099-01-01T00:00:00.0000001z', 'it is more precise than a millisecond'],
    ['2099-02-30T00:00:00Z', 'there is no such date or time'],
    ['2099-01-01T24:00:00Z', 'there is no such date or time'],
    ['2099-01-01T00:00:00+24:00', 'there is no such date or time'],
    ['2098-12-31T23:59:60Z', 'it is a leap second'],
    ['2099-01-01', 'it has no time'],
    ['2099-01-01T00:00:00', 'it has no UTC offset: end it with Z or +02:00'],
    ['2099-01-01T00:00', 'it has no UTC offset: end it with Z or +02:00'],
    ['2099-01-01 00:00:00Z', 'it has a space instead of the T'],
    ['2099-01-01T00:00:00,5Z', 'it is not written like that'],
    ['1 January 2099', 'it is not written like that'],
    ['', 'it is not written like that'],
    [4_070_908_800, 'it is not text'],
  ] as const) {
    const made = createAutoApproval(reviewer, { nodeId: `node-${sent}`, expiresAt: sent });
    await expect(made, String(sent)).rejects.toThrow(
      `DateTime must be a timestamp such as "2026-11-21T10:00:00.000Z", not ${JSON.stringify(sent)}: ${reason}`,
    );
  }
  expect(await autoApprovals(agent, 'exec')).toHaveLength(taken.length);
});

it('revoking applies to all later requests by anyone, and is idempotent', async () => {
  const { agent, reviewer, user } = service.team();
  await register(agent, 'exec');
  await createAutoApproval(reviewer, { nodeId: 'node' });
  expect((await ask(agent, 'run-1', { nodeId: 'node' })).result?.autoApproved).toBe(true);
  const revoked = await revokeAutoApproval(reviewer, 'exec', 'node');
  expect(revoked.autoApproval).toMatchObject({ active: false, revokedBy: 'reviewer', uses: 1 });
  const second = service.as({ user, actor: 'second' });
  expect(await revokeAutoApproval(second, 'exec', 'node')).toEqual(revoked);
  for (const actor of ['agent', 'other-agent']) {
    const asked = await ask(service.as({ user, actor }), `run-${actor}`, { nodeId: 'node' });
    expect(asked.result).toBeNull();
  }
  expect(await check(agent, { nodeExecId: 'run-9' })).toBeNull();
  expect(await revokeAutoApproval(reviewer, 'exec', 'unknown')).toMatchObject({
    __typename: 'NotFoundError',
  });
  expect(await revokeAutoApproval(service.team().reviewer, 'exec', 'node')).toMatchObject({
    __typename: 'NotFoundError',
  });
});

it('no request passes after a revocation was acknowledged', async () => {
  await race(fc.nat(15), async (when) => {
    const { agent, reviewer } = service.team();
    await register(agent, 'exec');
    await createAutoApproval(reviewer, { nodeId: 'node' });
    let revoked = false;
    const late: boolean[] = [];
    await Promise.all(
      Array.from({ length: 16 }, async (_, at) => {
        if (at === when) {
          await revokeAutoApproval(reviewer, 'exec', 'node');
          revoked = true;
        }
        for (let turn = 0; turn < 3; turn++) {
          const isLate = revoked;
          const { result } = await ask(agent, `run-${at}-${turn}`, { nodeId: 'node' });
          if (isLate) late.push(result !== null);
        }
      }),
    );
    expect(late.every((cameThrough) => !cameThrough)).toBe(true);
  });
});

it('a standing approval does not apply to requests of its creator', async () => {
  const { agent, reviewer, user } = service.team();
  const both = service.as({ user, actor: 'both' });
  await ask(both, 'waiting', { nodeId: 'node' });
  await createAutoApproval(both, { nodeId: 'node' });
  expect((await ask(both, 'waiting', { nodeId: 'node' })).review.status).toBe('WAITING');
  expect(await ask(both, 'new', { nodeId: 'node' })).toMatchObject({
    review: { status: 'WAITING' },
    result: null,
  });
  expect(await check(both, { nodeExecId: 'unknown' })).toBeNull();
  expect(await autoApprovals(both, 'exec')).toMatchObject([{ uses: 0 }]);
  expect((await ask(agent, 'foreign', { nodeId: 'node' })).result?.autoApproved).toBe(true);

  // The same if it was created with a decision about another actor's step.
  await ask(agent, 'other', { nodeId: 'other' });
  await approve(both, 'other', { autoApproveFuture: true });
  expect((await ask(both, 'own', { nodeId: 'other' })).result).toBeNull();
  expect(await approve(reviewer, 'own')).toMatchObject({ approvedCount: 1 });
});

it("an actor's own standing approval does not apply to IDs that the actor requested earlier", async () => {
  const { agent, user } = service.team();
  const both = service.as({ user, actor: 'both' });
  await ask(both, 'run', { nodeId: 'node' });
  await createAutoApproval(both, { nodeId: 'node' });
  // Another actor gets a conflict: the ID still belongs to the review that `both` requested.
  expect(await ask(agent, 'run', { nodeId: 'node' })).toMatchObject({
    __typename: 'ReviewConflictError',
    reviews: [],
  });
  expect(await readOne(both, 'run')).toMatchObject({ requestedBy: 'both', status: 'WAITING' });
  // It does not apply even after that review was deleted.
  await deleteReview(both, 'run');
  expect(await ask(agent, 'run', { nodeId: 'node' })).toMatchObject({
    review: { requestedBy: 'agent', status: 'WAITING' },
    result: null,
  });
  expect((await ask(agent, 'new', { nodeId: 'node' })).result?.autoApproved).toBe(true);
});

it('a standing approval does not apply to reviews that its creator may consume', async () => {
  const { agent, reviewer } = service.team();
  await register(agent, 'exec');
  await createAutoApproval(reviewer, { nodeId: 'node' });
  const consumers = ['reviewer'];
  expect(await ask(agent, 'run', { nodeId: 'node', consumers })).toMatchObject({
    state: 'WAITING',
  });
  expect(await autoApprovals(agent, 'exec')).toMatchObject([{ uses: 0 }]);
});

it('a standing approval applies to one workflow and version', async () => {
  const { agent, reviewer } = service.team();
  await register(agent, 'exec');
  await createAutoApproval(reviewer, { nodeId: 'node' });
  for (const [id, more] of Object.entries({
    graph: { graphId: 'other' },
    version: { graphVersion: 2 },
  })) {
    expect(await ask(agent, id, { nodeId: 'node', ...more })).toMatchObject({ state: 'WAITING' });
  }
  expect(await ask(agent, 'same', { nodeId: 'node' })).toMatchObject({ state: 'APPROVED' });
  // One for another version can be active beside it.
  await createAutoApproval(reviewer, { nodeId: 'node', graphVersion: 2 });
  expect(await ask(agent, 'version', { nodeId: 'node', graphVersion: 2 })).toMatchObject({
    state: 'APPROVED',
  });
  expect(await autoApprovals(agent, 'exec')).toMatchObject([
    { graphVersion: 1, uses: 1 },
    { graphVersion: 2, uses: 1 },
  ]);
  await revokeAutoApproval(reviewer, 'exec', 'node');
  expect((await autoApprovals(agent, 'exec')).map(({ active }) => active)).toEqual([false, false]);
});

it('a standing approval created by a decision only applies to the agent that requested the review', async () => {
  const { agent, reviewer, user } = service.team();
  const other = service.as({ user, actor: 'other', scopes: ['review:request'] });
  await ask(agent, 'run', { nodeId: 'node' });
  expect(await approve(reviewer, 'run', { autoApproveFuture: true })).toMatchObject({
    autoApprovals: [{ requestedBy: 'agent' }],
  });
  expect(await ask(agent, 'run-2', { nodeId: 'node' })).toMatchObject({ state: 'APPROVED' });
  expect(await ask(other, 'run-3', { nodeId: 'node' })).toMatchObject({ state: 'WAITING' });
  // One for each agent, side by side.
  await approve(reviewer, 'run-3', { autoApproveFuture: true });
  expect(await ask(other, 'run-4', { nodeId: 'node' })).toMatchObject({ state: 'APPROVED' });
  expect(await ask(agent, 'run-5', { nodeId: 'node' })).toMatchObject({ state: 'APPROVED' });
  // The same with createAutoApproval.
  const given = { nodeId: 'given', requestedBy: 'other' };
  expect((await createAutoApproval(reviewer, given)).autoApproval.requestedBy).toBe('other');
  expect(await ask(agent, 'run-6', { nodeId: 'given' })).toMatchObject({ state: 'WAITING' });
  expect(await ask(other, 'run-7', { nodeId: 'given' })).toMatchObject({ state: 'APPROVED' });
});

it('a standing approval expires after a day by default', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'run', { nodeId: 'node' });
  const before = Date.now();
  const decided = await approve(reviewer, 'run', { autoApproveFuture: true });
  const created = await createAutoApproval(reviewer, { nodeId: 'other' });
  for (const { expiresAt } of [decided.autoApprovals[0], created.autoApproval].map(
    (one) => one ?? { expiresAt: null },
  )) {
    const hours = (Date.parse(expiresAt ?? '') - before) / 3_600_000;
    expect(hours).toBeGreaterThan(23.9);
    expect(hours).toBeLessThan(24.1);
  }
});
