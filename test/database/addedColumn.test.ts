import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, expect, it, vi } from 'vitest';
import { applicationName } from '../../src/database/applicationName.ts';
import { openConnections } from '../../src/database/connections.ts';
import { openDatabase } from '../../src/database/database.ts';
import { readEventsApart } from '../../src/feed/readEvents.ts';
import { createApiToken } from '../../src/identity/apiTokens.ts';
import { defaultSessionTimes, readSessions, revokeSession } from '../../src/identity/sessions.ts';
import { endAccess, startSession } from '../../src/people/identities.ts';
import { Policies } from '../../src/policy/policies.ts';
import { QuotaExceededError } from '../../src/reviews/errors.ts';
import { expireReviewsOf } from '../../src/reviews/expireReviews.ts';
import { requestReview } from '../../src/reviews/requestReview.ts';
import { defaultLimits } from '../../src/reviews/reviewStore.ts';
import { attachmentsOf, download, named, upload } from '../attachments/files.ts';
import { changes, must, workspace } from '../people/operations.ts';
import {
  workspace as governed,
  mustSet,
  preview,
  readHistory,
  readPolicy,
  rule,
} from '../policy/operations.ts';
import { comment, digest, requestChanges, revise } from '../reviews/talk.ts';
import { upToDate } from '../search/operations.ts';
import {
  claim,
  company,
  overrideNow,
  readBallot,
  reassign,
  release,
  vote,
  withdrawNow,
} from '../support/ballots.ts';
import {
  approve,
  ask,
  autoApprovals,
  cancel,
  check,
  createAutoApproval,
  deleteReview,
  eventsOf,
  read,
  readOne,
  register,
  revokeAutoApproval,
  setProcessed,
} from '../support/operations.ts';
import { consume, defaultDigest, report } from '../support/outcomes.ts';
import { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';
import { create, deliveries, manage } from '../webhooks/operations.ts';
import { Receiver } from '../webhooks/receiver.ts';

// A rolling upgrade adds a column while processes of the previous version keep running. If that
// changes the columns a prepared statement returns, it fails from then on: "cached plan must not
// change result type".

/** How an identity is refused that is linked to somebody else. */
const UNIQUE_VIOLATION = '23505';

/** The connections on which each statement ran, and what failed. */
const ran = new Map<string, Set<pg.Client>>();
const failed: string[] = [];
const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
  this: pg.Client,
  ...args: unknown[]
) {
  const { name } = (args[0] ?? {}) as { name?: string };
  const answer = query.apply(this, args);
  if (name === undefined) return answer as never;
  const connections = ran.get(name) ?? new Set();
  ran.set(name, connections.add(this));
  (answer as Promise<unknown> | undefined)?.then?.(undefined, (error: pg.DatabaseError) => {
    if (error.code !== UNIQUE_VIOLATION) failed.push(`${name}: ${error.message}`);
  });
  return answer as never;
});
/** Each pool has one connection, so that the second run reuses what the first run prepared. */
const pools = [undefined, 'feed', 'jobs'].map((name) => applicationName(name));
const connect = pg.Pool.prototype.connect as (...args: unknown[]) => unknown;
const poolSpy = vi.spyOn(pg.Pool.prototype, 'connect').mockImplementation(function (
  this: pg.Pool,
  ...args: unknown[]
) {
  const options = this.options as pg.PoolConfig;
  if (pools.includes(options.application_name ?? '')) options.max = 1;
  return connect.apply(this, args) as never;
});
afterAll(() => {
  spy.mockRestore();
  poolSpy.mockRestore();
});

const service = await testService({
  config: { webhookAllowPrivate: true },
  webhooks: { pausesMs: [20, 20, 20], timeoutMs: 1_000 },
});
const database = openDatabase(service.database.url);
service.database.beforeDrop(() => database.close());
/** One connection for occasional work. */
const housekeeping = openConnections(service.database.url, 1, () => {});
service.database.beforeDrop(() => housekeeping.close());

const sources = new URL('../../src/', import.meta.url);
/** The names of all prepared statements in the sources. */
const names = readdirSync(sources, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.ts') && !file.includes('generated'))
  .flatMap((file) => [
    ...readFileSync(new URL(file, sources), 'utf8').matchAll(/\bstatement\(\s*'(\w+)',/g),
  ])
  .map(([, name]) => name as string);

/** Statements that may not run again within this test. They name their columns. */
const rare = ['countWaiting', 'readDistribution'];

const large = 'x'.repeat(20_000);

/** Everything about people who sign in. */
async function signInAndOut(): Promise<void> {
  const userId = `owner-${randomUUID()}`;
  const issuer = 'https://id.example.com';
  const ada = { userId, actor: 'ada', issuer, subject: 'a', groups: ['finance'] };
  const scopes = ['review:decide'] as const;
  const person = { ...ada, displayName: null, email: null, scopes, idToken: null };
  const start = (who: typeof person) => startSession(database, who, defaultSessionTimes);
  const secret = await start(person);
  await expect(start({ ...person, actor: 'ben' })).rejects.toThrow('is linked to ada');
  const another = { ...person, subject: 'b' };
  await expect(start(another)).rejects.toThrow('linked to another identity');
  await service.sql(
    `UPDATE "Session" SET "lastSeenAt" = now() - interval '2 minutes' WHERE "userId" = $1`,
    [userId],
  );
  const sessions = readSessions(housekeeping, defaultSessionTimes);
  expect(await sessions([secret])).toMatchObject([{ actor: 'ada' }]);
  expect(await revokeSession(housekeeping, secret)).toEqual({ idToken: null });
  await endAccess(database, person);
}

/** Everything about reviews that several people decide. */
async function decideTogether(): Promise<void> {
  const { agent, as, user } = await company(service, { finance: ['ada', 'ben'] });
  const admin = service.as({ user, actor: 'admin' });
  const requester = service.as({ user, actor: 'agent' });
  const chief = { after: '1h', actors: ['admin'] };
  const approvalsRequired = [{ teamId: 'finance', count: 2 }];
  await ask(agent, 'r', { approvalsRequired, escalation: [chief] });
  await service.sql(
    `UPDATE "PendingReview" SET "nextEscalationAt" = now() WHERE "userId" = $1 AND "nodeExecId" = 'r'`,
    [user],
  );
  await expect.poll(async () => (await readBallot(admin, 'r')).escalatedAt).not.toBeNull();
  await claim(as('ada'), { nodeExecId: 'r' });
  await release(as('ada'), 'r');
  expect(await vote(as('ada'), 'r')).toMatchObject({ votedCount: 1 });
  expect(await withdrawNow(as('ada'), 'r')).toMatchObject({ review: { status: 'WAITING' } });
  const reason = 'somebody else knows more';
  const reassigned = { nodeExecId: 'r', approvalsRequired, reason };
  expect(await reassign(admin, reassigned)).toMatchObject({ review: { status: 'WAITING' } });
  expect(await overrideNow(requester, 'r')).toMatchObject({ __typename: 'SelfApprovalError' });
  expect(await overrideNow(admin, 'r')).toMatchObject({ review: { status: 'APPROVED' } });
  expect(await withdrawNow(as('ada'), 'r')).toMatchObject({ review: { status: 'WAITING' } });
}

/** Everything about members, teams, delegations and tokens. */
async function managePeople(): Promise<void> {
  const { user, manager } = workspace(service);
  const bystander = service.as({ user, actor: 'bystander', scopes: ['people:manage'] });
  const team = { teamId: 'finance', name: 'Finance' };
  await must(bystander, 'setTeam', { ...team, idpGroup: 'fin', actors: ['ada', 'ben', 'bot'] });
  await must(bystander, 'setTeam', { ...team, actors: ['ada', 'bot', 'cleo'] });
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const delegate = { from: 'ada', to: 'cleo', until };
  const { delegation } = await must(manager, 'createDelegation', delegate);
  const { delegationId } = delegation;
  await must(manager, 'revokeDelegation', { delegationId });
  const wanted = { actor: 'mona', scopes: ['people:manage'] };
  const { apiToken } = await must(manager, 'createApiToken', wanted);
  await must(manager, 'revokeApiToken', { apiTokenId: apiToken.apiTokenId });
  await service.sql(`UPDATE "Member" SET "subject" = 's' WHERE "userId" = $1`, [user]);
  await must(manager, 'unlinkMember', { actor: 'ada' });
  await must(manager, 'setMember', { actor: 'bot', kind: 'AGENT' });
  await must(manager, 'setMember', { actor: 'ada', disabled: true });
  expect(await must(manager, 'deleteTeam', { teamId: 'finance' })).toMatchObject({
    deletedCount: 1,
  });
  expect(await changes(manager)).not.toEqual([]);
}

/** Everything about the policy. */
async function govern(): Promise<void> {
  const { engineer, agent, reviewer, manager } = governed(service);
  await ask(agent, 'before', { payload: { amount: 1 } });
  await approve(reviewer, 'before');
  await must(manager, 'setTeam', { teamId: 'finance', name: 'Finance', actors: ['ada'] });
  const two = { approvalsRequired: [{ count: 2 }] };
  await mustSet(engineer, {
    rules: [
      rule('two', 'payload.amount > 10', 'REVIEW', two),
      rule('team', 'false', 'REVIEW', { approvalsRequired: [{ teamId: 'finance' }] }),
    ],
  });
  await must(manager, 'deleteTeam', { teamId: 'none' });
  expect(await consume(agent, 'before', digest({ amount: 1 }))).toMatchObject({
    __typename: 'ConsumeReviewPayload',
  });
  await ask(agent, 'edited', { payload: { amount: 5 } });
  await service.sql(`DELETE FROM "PeopleVersion"`);
  expect(await vote(reviewer, 'edited', { payload: { amount: 50 } })).toMatchObject({
    votedCount: 1,
  });
  expect((await preview(engineer, { rules: [] })).examined).toBe(2);
  expect(await readPolicy(engineer)).toMatchObject({ version: 1 });
  expect(await readHistory(engineer)).toHaveLength(1);
}

/** Everything that agents and reviewers tell each other. */
async function converse(): Promise<void> {
  const { agent, reviewer } = service.team();
  const allowedDecisions = ['APPROVE', 'REQUEST_CHANGES'];
  await ask(agent, 'r', { payload: { amount: 1 }, allowedDecisions });
  expect(await comment(agent, { nodeExecId: 'r', text: 'Look' })).toHaveProperty('comment');
  expect(await comment(agent, { nodeExecId: 'none', text: 'Look' })).toMatchObject({
    __typename: 'NotFoundError',
  });
  await requestChanges(reviewer, 'r');
  expect(await revise(agent, 'r', { amount: 1 }, { amount: 2 })).toHaveProperty('review');
  await reviewer.query(
    `{ reviews(nodeExecIds: ["r"]) { revisions { payload } comments { text } } }`,
  );
}

/** All ways to search. */
async function find(): Promise<void> {
  const { user, agent, reviewer } = service.team();
  await ask(agent, 'r', { headline: 'Refund' });
  await upToDate(service.database, user);
  const page = '{ totalCount edges { node { nodeExecId } } }';
  const found = await reviewer.query<Record<string, { totalCount: number }>>(`{
    any: searchReviews(search: {}) ${page}
    some: searchReviews(search: { text: "refund" }) ${page}
    words: searchReviews(search: { text: "refund nowhere" }) ${page}
    list: searchReviews(search: { requestedBy: "agent" }) ${page}
    listed: searchReviews(search: { requestedBy: "agent", text: "nowhere" }) ${page}
    range: searchReviews(search: { text: "refund", requestedFrom: "2020-01-01T00:00:00Z" }) ${page}
  }`);
  expect(Object.values(found).map(({ totalCount }) => totalCount)).toEqual([1, 1, 0, 1, 0, 1]);
}

/** Files: upload, name, list, read, remove. */
async function attach(): Promise<void> {
  const { agent, reviewer, user } = service.team();
  const { digest } = await upload(agent, 'a file');
  await ask(agent, 'r', { graphExecId: 'copilot-session-1', payload: named(digest) });
  expect(await attachmentsOf(reviewer, 'r')).toHaveLength(1);
  expect((await download(reviewer, digest)).status).toBe(200);
  await service.sql(`UPDATE "Attachment" SET "usedAt" = '2020-01-01' WHERE "userId" = $1`, [user]);
  await service.sql(`UPDATE "Job" SET "dueAt" = now() WHERE "kind" = 'removeAttachments'`);
}

/** Does everything once that the service can do, each time in a new workspace. */
async function everything(): Promise<void> {
  const { user, agent, reviewer } = service.team();
  const operator = service.as({ user, actor: 'operator' });
  const stranger = service.as({ user, actor: 'stranger', scopes: ['review:request'] });
  const token = await createApiToken(database, {
    userId: user,
    actor: 'agent',
    scopes: ['review:request'],
    expiresAt: null,
  });
  const byToken = new TestClient(service.url, Promise.resolve(token));
  const receiver = await Receiver.open();
  receiver.answer = (_message, response) =>
    receiver.received.length === 1
      ? response.writeHead(429, { 'retry-after': '0' }).end()
      : response.writeHead(204).end();
  const { webhook } = await create(operator, receiver.url);
  const { webhookId } = webhook;

  await register(agent, 'exec');
  await expect(register(stranger, 'exec')).rejects.toThrow('was registered by another actor');
  for (const id of ['one', 'edited', 'claimed', 'deleted', 'left']) await ask(agent, id);
  await ask(byToken, 'large', { payload: large });
  expect((await readOne(reviewer, 'large')).payload).toBe(large);
  await approve(reviewer, 'one');
  await approve(reviewer, 'edited', { payload: 'edit', autoApproveFuture: true });
  await approve(reviewer, 'claimed');
  expect((await consume(agent, 'one', defaultDigest('one'))).result).toBeTruthy();
  expect((await consume(agent, 'one', defaultDigest('one'))).result).toBeFalsy();
  await report(agent, 'one', 'EXECUTED');
  expect((await report(agent, 'left', 'EXECUTED')).review).toBeFalsy();
  expect((await setProcessed(agent, 'claimed')).changed).toBe(true);
  expect((await setProcessed(agent, 'claimed')).changed).toBe(false);
  await deleteReview(agent, 'deleted');
  await createAutoApproval(reviewer, { nodeId: 'node' });
  expect(await ask(agent, 'automatic', { nodeId: 'node' })).toMatchObject({ state: 'APPROVED' });
  expect(await check(agent, { nodeExecId: 'automatic' })).toMatchObject({ status: 'APPROVED' });
  await revokeAutoApproval(reviewer, 'exec', 'node');

  expect(await autoApprovals(reviewer, 'exec')).toHaveLength(2);
  await reviewer.query('{ allAutoApprovals { edges { cursor } } }');
  expect(await eventsOf(reviewer, 'one')).toHaveLength(4);
  expect(await read(agent, ['one', 'left'])).toHaveLength(2);
  const page = 'totalCount feedCursor edges { node { nodeExecId payload requestedBy } }';
  for (const client of [agent, reviewer]) {
    await client.query(`{
      pendingReviews(filter: { graphId: "graph" }) { ${page} }
      pendingReviewsForExecution(graphExecId: "exec") { ${page} }
      reviewsForExecution(graphExecId: "exec") { ${page} }
      unconsumed: reviewsByState(state: UNCONSUMED, includeAutomatic: true) { ${page} }
      unreported: reviewsByState(state: UNREPORTED) { ${page} }
      hasPendingReviews(graphExecId: "exec")
      graphExecution(graphExecId: "exec") { id status autoApprovals { key } }
    }`);
  }
  const feed = reviewer.subscribe<{ reviewEvents: { kind: string } }>(
    'subscription { reviewEvents(after: "0") { kind review { payload } } }',
  );
  await feed.take(10);
  await feed.close();

  // Pending reviews expire and approvals lapse.
  const soon = new Date(Date.now() + 3_600_000).toISOString();
  for (const id of ['expires', 'expires-named']) await ask(agent, id, { expiresAt: soon });
  const past = (id: string) =>
    service.sql(
      `UPDATE "PendingReview" SET "expiresAt" = now() WHERE "userId" = $1 AND "nodeExecId" = $2`,
      [user, id],
    );
  await past('expires');
  await expect.poll(async () => (await readOne(agent, 'expires')).status).toBe('REJECTED');
  await past('expires-named');
  await expireReviewsOf(
    {
      database: { ...database, query: housekeeping.query },
      notifyFeed() {},
      limits: defaultLimits,
      policies: new Policies(database),
    },
    user,
    ['expires-named'],
  );
  // In a workspace that has used up a quota, a request that is repeated gets its answer.
  const exceeded = new QuotaExceededError('WAITING_REVIEWS', 'too many');
  await requestReview(
    {
      database: { ...database, query: housekeeping.query },
      notifyFeed() {},
      limits: defaultLimits,
      policies: new Policies(database),
      quotas: { check: () => exceeded, checkStorage() {}, refused() {} },
    },
    {
      userId: user,
      actor: 'agent',
      scopes: [],
      expiresAt: null,
      tokenId: null,
      sessionId: null,
      groups: [],
    },
    { nodeExecId: 'expires', graphExecId: 'exec', graphId: 'graph', graphVersion: 1 },
  );
  // Hourly work runs as well.
  await service.sql(`UPDATE "ReviewEvent" SET "at" = '2020-01-01' WHERE "number" = 1`);
  await service.sql(`UPDATE "Job" SET "dueAt" = now() WHERE "kind" = 'pruneEvents'`);
  // As on a distributed database.
  await readEventsApart(housekeeping, new Map([user, 'nobody'].map((userId) => [userId, 0])), 10);

  await decideTogether();
  await signInAndOut();
  await managePeople();
  await govern();
  await converse();
  await attach();
  await find();

  expect((await receiver.until(10)).length).toBeGreaterThanOrEqual(10);
  await manage(operator, 'rotateWebhookSecret', { webhookId });
  const [delivery] = await deliveries(operator, webhookId);
  expect(delivery?.id).toBeTruthy();
  await operator.query(`{ node(id: "${delivery?.id}") { id } }`);
  await manage(operator, 'redeliverWebhookEvent', { webhookId, cursor: delivery?.cursor });
  for (const enabled of [false, true]) {
    await manage(operator, 'setWebhookEnabled', { webhookId, enabled });
  }
  await manage(operator, 'deleteWebhook', { webhookId });

  expect(await cancel(reviewer, 'exec')).toMatchObject({ cancelledCount: 2 });
  expect(await cancel(reviewer, 'copilot-session-1')).toMatchObject({ cancelledCount: 0 });
  await register(operator, 'exec');
  expect((await fetch(`${service.url}/metrics`)).status).toBe(200);
  expect((await fetch(`${service.url}/ready`)).status).toBe(200);
}

it('statements prepared before a column was added still work on the same connections', async () => {
  await everything();
  await expect.poll(() => names.filter((name) => !ran.has(name)), { timeout: 8_000 }).toEqual([]);
  const before = new Map(
    [...ran]
      .filter(([name]) => !rare.includes(name))
      .map(([name, connections]) => [name, new Set(connections)]),
  );

  const tables = await service.sql<{ table: string }>(
    `SELECT quote_ident("tablename") AS "table" FROM pg_tables WHERE "schemaname" = 'public'`,
  );
  expect(tables.length).toBeGreaterThan(8);
  for (const { table } of tables) {
    await service.sql(`ALTER TABLE ${table} ADD COLUMN "addedLater" TEXT NOT NULL DEFAULT 'x'`);
  }

  ran.clear();
  /** The statements that have not run again on a connection that had prepared them. */
  const unproven = () =>
    [...before].flatMap(([name, connections]) => {
      const again = ran.get(name);
      return [...connections].some((connection) => again?.has(connection)) ? [] : [name];
    });
  for (let time = 0; time < 6 && unproven().length > 0; time++) await everything();
  // What a timer does comes a moment later.
  await expect.poll(unproven, { timeout: 8_000 }).toEqual([]);
  expect(failed).toEqual([]);
}, 90_000);
