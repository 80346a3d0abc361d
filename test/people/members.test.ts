import { expect, it, vi } from 'vitest';
import { SocketClient } from '../server/socketClient.ts';
import { approve, ask, createAutoApproval, setProcessed } from '../support/operations.ts';
import { consume, defaultDigest } from '../support/outcomes.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';
import { change, changes, list, must, workspace } from './operations.ts';

const service = await testService();
const another = await service.another();

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

it('a member is created, changed, listed and found by its global ID', async () => {
  const { manager, user } = workspace(service);
  const { member } = await must(manager, 'setMember', {
    actor: 'ada',
    displayName: 'Ada',
    email: 'ada@example.com',
  });
  expect(member).toMatchObject({
    actor: 'ada',
    kind: 'PERSON',
    displayName: 'Ada',
    email: 'ada@example.com',
    disabledAt: null,
    teams: [],
  });
  const renamed = await must(manager, 'setMember', { actor: 'ada', displayName: 'Ada L.' });
  expect(renamed.member).toEqual({ ...member, displayName: 'Ada L.' });
  const cleared = await must(manager, 'setMember', { actor: 'ada', displayName: null, email: ' ' });
  expect(cleared.member).toEqual({ ...member, displayName: null, email: null });
  await must(manager, 'setMember', { actor: 'mailer', kind: 'AGENT' });
  expect((await list(manager, 'members')).map(({ actor, kind }) => [actor, kind])).toEqual([
    ['ada', 'PERSON'],
    ['mailer', 'AGENT'],
  ]);
  const node = `query ($id: ID!) { node(id: $id) { ... on Member { actor } } }`;
  expect(await manager.query(node, { id: member.id })).toEqual({ node: { actor: 'ada' } });
  const stranger = workspace(service).manager;
  expect(await stranger.query(node, { id: member.id })).toEqual({ node: null });
  expect(await list(stranger, 'members')).toEqual([]);
  const reader = service.as({ user, actor: 'eve', scopes: ['review:read'] });
  expect(await list(reader, 'members')).toHaveLength(2);
});

it.each([
  [{ actor: '' }, 'input.actor', /must not be empty/],
  [{ actor: 'Holdpoint' }, 'input.actor', /must not be "Holdpoint", which is reserved/],
  [{ actor: 'a'.repeat(256) }, 'input.actor', /at most 255 characters, not 256/],
  [{ actor: 'a', email: 'nobody' }, 'input.email', /must be an e-mail address, not "nobody"/],
  [{ actor: 'a', displayName: 'x'.repeat(201) }, 'input.displayName', /at most 200/],
])('bad input is named: %j', async (input, path, message) => {
  const { manager } = workspace(service);
  const { issues } = await change(manager, 'setMember', input);
  expect(issues).toEqual([{ path, message: expect.stringMatching(message) }]);
  expect(await list(manager, 'members')).toEqual([]);
  expect(await changes(manager)).toEqual([]);
});

it('40. disabling a member ends its tokens, delegations and connections on another process', async () => {
  const { manager, user } = workspace(service);
  const admin = service.as({ user, actor: 'ada', scopes: ['people:manage', 'review:decide'] });
  const { secret, apiToken } = await must(admin, 'createApiToken', {
    actor: 'ada',
    scopes: ['review:decide'],
  });
  await must(manager, 'setTeam', { teamId: 'all', name: 'All', actors: ['ada', 'ben'] });
  await must(admin, 'createDelegation', { to: 'ben', until: inDays(1) });
  const sockets = [
    await SocketClient.enter(another.url, secret),
    await SocketClient.enter(another.url, await admin.token),
  ];
  const { member } = await must(manager, 'setMember', { actor: 'ada', disabled: true });
  expect(member.disabledAt).not.toBeNull();
  for (const { closed } of sockets) expect((await closed).code).toBe(4403);
  await expect
    .poll(async () => (await admin.answer('{ viewer { actor } }')).errors[0]?.message)
    .toMatch(/ada is disabled/);

  const again = await must(manager, 'setMember', { actor: 'ada', disabled: true });
  expect(again.member).toEqual(member);
  await must(manager, 'setMember', { actor: 'ada', disabled: false });
  const [token] = await list(manager, 'apiTokens');
  expect(token).toMatchObject({ id: apiToken.id, revokedAt: expect.any(String) });
  expect((await list(manager, 'delegations'))[0]).toMatchObject({ active: false });
  await expect.poll(() => admin.answer('{ viewer { actor } }')).toMatchObject({ status: 200 });
  expect((await list(manager, 'members'))[0]).toMatchObject({ teams: [{ teamId: 'all' }] });
  expect((await changes(manager)).map(({ change, detail }) => [change, detail])).toEqual([
    ['setMember', { disabled: false }],
    ['setMember', { disabled: true, ended: { tokens: 1, sessions: 0, delegations: 1 } }],
    ['createDelegation', expect.anything()],
    ['setTeam', expect.anything()],
    ['createApiToken', expect.anything()],
  ]);
});

it('14a. approvals that a disabled member asked for or gave are void unless they were consumed', async () => {
  const { manager, agent, user, reviewer } = workspace(service);
  const [ada, ben] = [reviewer('ada'), reviewer('ben')];
  const asAda = service.as({ user, actor: 'ada', scopes: ['review:request'] });
  for (const name of ['given', 'used', 'bens', 'voted']) await ask(agent, name);
  await ask(asAda, 'asked', { graphExecId: 'exec-of-ada' });
  for (const name of ['given', 'used']) await approve(ada, name);
  for (const name of ['bens', 'voted', 'asked']) await approve(ben, name);
  await consume(agent, 'used', defaultDigest('used'));
  const vote = { actor: 'ada', decision: 'APPROVE', subjectDigest: '', message: null, at: '' };
  await service.sql(
    `UPDATE "PendingReview" SET "votes" = $2 WHERE "userId" = $1 AND "nodeExecId" = 'voted'`,
    [user, JSON.stringify([{ ...vote, endedBy: null }])],
  );
  await createAutoApproval(ada, { nodeId: 'node', graphExecId: 'exec' });
  await must(manager, 'setMember', { actor: 'ada', disabled: true });
  const voided = await service.sql<{ nodeExecId: string }>(
    `SELECT "nodeExecId" FROM "PendingReview" WHERE "userId" = $1 AND "voidedAt" IS NOT NULL
    ORDER BY "nodeExecId"`,
    [user],
  );
  expect(voided.map(({ nodeExecId }) => nodeExecId)).toEqual(['asked', 'given', 'voted']);
  const standing = 'SELECT "revokedBy" FROM "AutoApproval" WHERE "userId" = $1';
  expect(await service.sql(standing, [user])).toEqual([{ revokedBy: 'mona' }]);
});

it.each([
  ['consumed', (agent: TestClient) => consume(agent, 'run', defaultDigest('run'))],
  ['claimed', (agent: TestClient) => setProcessed(agent, 'run', true)],
] as const)(
  '14a. an approval that is given while its reviewer is being disabled is not %s',
  async (_, use) => {
    const { manager, agent, user, reviewer } = workspace(service);
    await ask(agent, 'run');
    // Another change of the workspace holds up the decision.
    const connection = await service.database.pool.connect();
    await connection.query('BEGIN');
    await connection.query('SELECT FROM "OwnerCounter" WHERE "userId" = $1 FOR UPDATE', [user]);
    const deciding = approve(reviewer('ada'), 'run');
    await vi.waitFor(async () => {
      const waiting = await service.sql(
        `SELECT 1 FROM pg_stat_activity
        WHERE "datname" = current_database() AND "wait_event_type" = 'Lock'`,
      );
      expect(waiting).toHaveLength(1);
    });
    await must(manager, 'setMember', { actor: 'ada', disabled: true });
    await connection.query('COMMIT');
    connection.release();
    expect(await deciding).toMatchObject({ reviews: [{ status: 'APPROVED', decidedBy: 'ada' }] });
    expect(await use(agent)).toMatchObject({
      __typename: 'ReviewConflictError',
      message: expect.stringContaining('ada, who approved it, is disabled'),
    });
  },
);

it('claims of a member that is disabled are released, and the feed says so', async () => {
  const { manager, agent, user } = workspace(service);
  for (const name of ['one', 'two', 'bens']) await ask(agent, name);
  const claim = (actor: string, nodeExecIds: string[]) =>
    service.sql(
      `UPDATE "PendingReview" SET "claimedBy" = $3, "claimedUntil" = now() + interval '10 minutes'
      WHERE "userId" = $1 AND "nodeExecId" = ANY ($2)`,
      [user, nodeExecIds, actor],
    );
  await claim('ada', ['one', 'two']);
  await claim('ben', ['bens']);
  const events = manager.subscribe<{
    reviewEvents: { kind: string; nodeExecId: string; actor: string };
  }>('subscription { reviewEvents(after: "3") { kind nodeExecId actor } }');
  await must(manager, 'setMember', { actor: 'ada', disabled: true });
  const told = [];
  while (told.length < 2) {
    const { reviewEvents } = await events.next();
    if (reviewEvents.kind !== 'CLAIMED') told.push(reviewEvents);
  }
  expect(told.sort((a, b) => a.nodeExecId.localeCompare(b.nodeExecId))).toEqual([
    { kind: 'RELEASED', nodeExecId: 'one', actor: 'mona' },
    { kind: 'RELEASED', nodeExecId: 'two', actor: 'mona' },
  ]);
  const rows =
    'SELECT "claimedBy" FROM "PendingReview" WHERE "userId" = $1 AND "claimedBy" IS NOT NULL';
  expect(await service.sql(rows, [user])).toEqual([{ claimedBy: 'ben' }]);
});

it('62. nobody changes their own kind; a member that becomes an agent leaves teams and delegations', async () => {
  const { manager } = workspace(service);
  const own = await change(manager, 'setMember', { actor: 'mona', kind: 'AGENT' });
  expect(own.issues).toEqual([
    { path: 'input.kind', message: 'must be changed by somebody else, because it is your own' },
  ]);
  await must(manager, 'setMember', { actor: 'mona', kind: 'PERSON', displayName: 'Mona' });
  await must(manager, 'setTeam', { teamId: 'ops', name: 'Ops', actors: ['bot', 'ben'] });
  await must(manager, 'createDelegation', { from: 'ben', to: 'bot', until: inDays(1) });
  const { member } = await must(manager, 'setMember', { actor: 'bot', kind: 'AGENT' });
  expect(member).toMatchObject({ kind: 'AGENT', teams: [] });
  expect((await list(manager, 'delegations'))[0]).toMatchObject({ to: 'bot', active: false });
  expect((await changes(manager))[0]?.detail).toEqual({
    kind: 'AGENT',
    ended: { teams: ['ops'], sessions: 0, delegations: 1 },
  });
});

it('58. the next identity can be linked to a member that was unlinked, whose sessions end', async () => {
  const { manager, user } = workspace(service);
  await must(manager, 'setMember', { actor: 'ada' });
  await service.sql(
    `UPDATE "Member" SET "issuer" = 'https://idp', "subject" = 's-1' WHERE "userId" = $1`,
    [user],
  );
  await service.sql(
    `INSERT INTO "Session" ("id", "hash", "userId", "actor", "scopes", "expiresAt")
    VALUES ($1, decode('00', 'hex'), $1, 'ada', '{}', now() + interval '1 hour')`,
    [user],
  );
  await must(manager, 'unlinkMember', { actor: 'ada' });
  await must(manager, 'unlinkMember', { actor: 'ada' });
  expect(await service.sql('SELECT "subject" FROM "Member" WHERE "userId" = $1', [user])).toEqual([
    { subject: null },
  ]);
  const open = 'SELECT FROM "Session" WHERE "userId" = $1 AND "revokedAt" IS NULL';
  expect(await service.sql(open, [user])).toEqual([]);
  expect((await changes(manager)).map(({ change, detail }) => [change, detail])).toEqual([
    ['unlinkMember', { issuer: 'https://idp', subject: 's-1', ended: { sessions: 1 } }],
    ['setMember', { isNew: true }],
  ]);
  expect(await change(manager, 'unlinkMember', { actor: 'nobody' })).toMatchObject({
    __typename: 'NotFoundError',
    ids: ['nobody'],
  });
});
