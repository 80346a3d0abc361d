import { expect, it } from 'vitest';
import {
  approve,
  ask,
  autoApprovals,
  createAutoApproval,
  register,
  revokeAutoApproval,
} from '../support/operations.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

type Page = {
  edges: { cursor: string; node: { graphExecId: string; nodeId: string; active: boolean } }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
};

async function list(client: TestClient, variables: Record<string, unknown> = {}): Promise<Page> {
  const { allAutoApprovals } = await client.query<{ allAutoApprovals: Page }>(
    `query ($active: Boolean, $first: Int, $after: String) {
      allAutoApprovals(active: $active, first: $first, after: $after) {
        edges { cursor node { graphExecId nodeId active payload } }
        pageInfo { hasNextPage hasPreviousPage endCursor }
      }
    }`,
    variables,
  );
  return allAutoApprovals;
}

const stepsOf = ({ edges }: Page) => edges.map(({ node }) => node.nodeId);

it('the standing approvals of a workspace are listed in pages, newest first, of all its runs', async () => {
  const { agent, reviewer } = service.team();
  const others = service.team();
  for (const run of ['run-1', 'run-2']) await register(agent, run);
  await register(others.agent, 'run-1');
  await createAutoApproval(others.reviewer, { graphExecId: 'run-1', nodeId: 'theirs' });
  for (let at = 0; at < 5; at++) {
    await createAutoApproval(reviewer, {
      graphExecId: `run-${1 + (at % 2)}`,
      nodeId: `step-${at}`,
    });
  }
  const first = await list(reviewer, { first: 2 });
  expect(stepsOf(first)).toEqual(['step-4', 'step-3']);
  expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  const second = await list(reviewer, { first: 3, after: first.pageInfo.endCursor });
  expect(stepsOf(second)).toEqual(['step-2', 'step-1', 'step-0']);
  expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  expect(stepsOf(await list(others.reviewer))).toEqual(['theirs']);
});

it('those of the same instant are all listed, whatever the size of a page', async () => {
  const { agent, reviewer, user } = service.team();
  await register(agent, 'exec');
  for (const requestedBy of ['a', 'b', null]) {
    await createAutoApproval(reviewer, { nodeId: 'step', requestedBy });
  }
  await service.sql(`UPDATE "AutoApproval" SET "createdAt" = '2026-01-01' WHERE "userId" = $1`, [
    user,
  ]);
  const cursors = new Set<string>();
  let after: string | null = null;
  for (let at = 0; at < 3; at++) {
    const page: Page = await list(reviewer, { first: 1, after });
    after = page.pageInfo.endCursor;
    cursors.add(after as string);
    expect(page.pageInfo.hasNextPage).toBe(at < 2);
  }
  expect(cursors.size).toBe(3);
});

it('active ones and others are told apart: revoked, used up, expired', async () => {
  const { agent, reviewer, user } = service.team();
  await register(agent, 'exec');
  for (const nodeId of ['active', 'revoked', 'used', 'expired']) {
    await createAutoApproval(reviewer, { nodeId, ...(nodeId === 'used' && { maxUses: 1 }) });
  }
  await revokeAutoApproval(reviewer, 'exec', 'revoked');
  await ask(agent, 'one', { nodeId: 'used' });
  await service.sql(
    `UPDATE "AutoApproval" SET "expiresAt" = now() - interval '1 s' WHERE "userId" = $1 AND "nodeId" = 'expired'`,
    [user],
  );
  const active = await list(reviewer, { active: true });
  expect(active.edges.map(({ node }) => node)).toMatchObject([{ nodeId: 'active', active: true }]);
  const ended = await list(reviewer, { active: false });
  expect(stepsOf(ended)).toEqual(['expired', 'used', 'revoked']);
  expect(ended.edges.every(({ node }) => !node.active)).toBe(true);
  expect(stepsOf(await list(reviewer))).toHaveLength(4);
});

it('a cursor that is none, and a page that is too large, are refused', async () => {
  const { reviewer } = service.team();
  await expect(list(reviewer, { after: 'nonsense' })).rejects.toThrow(
    'after: is not a valid cursor',
  );
  await expect(list(reviewer, { first: 101 })).rejects.toThrow('first: must be between 1 and 100');
});

it('a decision gives a standing approval for some uses or until a time', async () => {
  const { agent, reviewer } = service.team();
  const until = new Date(Date.now() + 3_600_000).toISOString();
  await ask(agent, 'one', { nodeId: 'uses' });
  await approve(reviewer, 'one', { autoApproveFuture: true, autoApproveMaxUses: 2 });
  await ask(agent, 'two', { nodeId: 'time' });
  await approve(reviewer, 'two', { autoApproveFuture: true, autoApproveUntil: until });
  const given = await autoApprovals(reviewer, 'exec');
  expect(given).toMatchObject([
    { nodeId: 'uses', maxUses: 2, uses: 0, expiresAt: expect.any(String) },
    { nodeId: 'time', maxUses: null, expiresAt: until },
  ]);
  const results = [];
  for (let at = 0; at < 3; at++) {
    results.push((await ask(agent, `next-${at}`, { nodeId: 'uses' })).result !== null);
  }
  expect(results).toEqual([true, true, false]);
  // The same step can be given more.
  await approve(reviewer, 'next-2', { autoApproveFuture: true, autoApproveMaxUses: 1 });
  expect((await ask(agent, 'again', { nodeId: 'uses' })).result).not.toBeNull();
});

it('narrower limits replace those of an active standing approval, and wider ones do not', async () => {
  const { agent, reviewer } = service.team();
  for (const id of ['wide', 'few', 'short', 'more']) await ask(agent, id, { nodeId: 'send' });
  const active = async () => (await autoApprovals(reviewer, 'exec'))[0];
  await approve(reviewer, 'wide', { autoApproveFuture: true });
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
  expect(await active()).toMatchObject({ maxUses: null });
  await approve(reviewer, 'few', { autoApproveFuture: true, autoApproveMaxUses: 2 });
  expect(await active()).toMatchObject({ maxUses: 2, uses: 0 });
  await approve(reviewer, 'short', {
    autoApproveFuture: true,
    autoApproveMaxUses: 2,
    autoApproveUntil: inAnHour,
  });
  expect(await active()).toMatchObject({ maxUses: 2, expiresAt: inAnHour });
  await approve(reviewer, 'more', { autoApproveFuture: true });
  expect(await active()).toMatchObject({ maxUses: 2, expiresAt: inAnHour });
});

it('limits of a standing approval must be possible, and need one', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'one');
  const issuesOf = async (bounds: Record<string, unknown>) => {
    const { issues } = (await approve(reviewer, 'one', bounds)) as {
      issues?: { path: string; message: string }[];
    };
    return issues?.map(({ path, message }) => `${path}: ${message}`);
  };
  const past = '2020-01-01T00:00:00.000Z';
  expect(await issuesOf({ autoApproveFuture: true, autoApproveUntil: past })).toEqual([
    `input.decisions.0.autoApproveUntil: must be in the future, not ${past}`,
  ]);
  expect(await issuesOf({ autoApproveFuture: true, autoApproveMaxUses: 0 })).toEqual([
    'input.decisions.0.autoApproveMaxUses: must be 1 or more, not 0',
  ]);
  expect(await issuesOf({ autoApproveMaxUses: 3 })).toEqual([
    'input.decisions.0.autoApproveMaxUses: needs autoApproveFuture: it bounds the standing approval',
  ]);
  expect(await autoApprovals(reviewer, 'exec')).toEqual([]);
});
