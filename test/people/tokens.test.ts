import { expect, it } from 'vitest';
import { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';
import { change, changes, list, must, workspace } from './operations.ts';

const service = await testService();

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();

it('62. a token is created, works, is listed without its secret, and is revoked', async () => {
  const { manager, user } = workspace(service);
  const { secret, apiToken } = await must(manager, 'createApiToken', {
    actor: 'mona',
    scopes: ['review:decide', 'people:manage', 'review:decide'],
    expiresAt: inDays(1),
  });
  expect(secret).toMatch(/^holdpoint_[\w-]{43}$/);
  expect(apiToken).toMatchObject({
    actor: 'mona',
    scopes: ['review:decide', 'people:manage'],
    createdBy: 'mona',
    lastUsedAt: null,
    revokedAt: null,
  });
  const client = new TestClient(service.url, Promise.resolve(secret));
  expect(await client.query('{ viewer { userId actor } }')).toEqual({
    viewer: { userId: user, actor: 'mona' },
  });
  const byDefault = await must(manager, 'createApiToken', {
    actor: 'reader',
    scopes: ['review:read'],
  });
  const life = new Date(byDefault.apiToken.expiresAt ?? 0).getTime() - Date.now();
  expect(Math.abs(life - 90 * DAY_MS)).toBeLessThan(60_000);
  const tokens = await list(manager, 'apiTokens');
  expect(tokens.map(({ id }) => id).sort()).toEqual([apiToken.id, byDefault.apiToken.id].sort());
  expect(JSON.stringify([tokens, await changes(manager)])).not.toContain(secret.slice(10, 30));

  const node = 'query ($id: ID!) { node(id: $id) { ... on ApiToken { actor } } }';
  expect(await manager.query(node, { id: apiToken.id })).toEqual({ node: { actor: 'mona' } });
  const { apiTokenId } = apiToken;
  const revoked = await must(manager, 'revokeApiToken', { apiTokenId });
  expect(revoked.apiToken.revokedAt).not.toBeNull();
  expect(await must(manager, 'revokeApiToken', { apiTokenId })).toEqual(revoked);
  await expect
    .poll(async () => (await client.answer('{ viewer { actor } }')).status, { timeout: 900 })
    .toBe(401);
  expect((await changes(manager)).map(({ change, subject }) => [change, subject])).toEqual([
    ['revokeApiToken', apiTokenId],
    ['createApiToken', byDefault.apiToken.apiTokenId],
    ['createApiToken', apiTokenId],
  ]);
});

it("62. another workspace's tokens do not exist", async () => {
  const [mine, theirs] = [workspace(service), workspace(service)];
  const { apiToken } = await must(mine.manager, 'createApiToken', {
    actor: 'reader',
    scopes: ['review:read'],
  });
  const { apiTokenId } = apiToken;
  expect(await change(theirs.manager, 'revokeApiToken', { apiTokenId })).toMatchObject({
    __typename: 'NotFoundError',
    ids: [apiTokenId],
  });
  expect(await list(theirs.manager, 'apiTokens')).toEqual([]);
  const node = 'query ($id: ID!) { node(id: $id) { ... on ApiToken { actor } } }';
  expect(await theirs.manager.query(node, { id: apiToken.id })).toEqual({ node: null });
  expect((await list(mine.manager, 'apiTokens'))[0]).toMatchObject({ revokedAt: null });
});

it.each([
  // What the manager has, for whom the token is, and its scopes.
  [['people:manage'], 'mona', ['people:manage']],
  [['people:manage', 'review:decide'], 'mona', ['review:decide', 'review:read']],
  [['people:manage', 'review:decide'], 'bot', ['review:read']],
  [['people:manage', 'review:request'], 'bot', ['review:request']],
] as const)('62. with %j a token for %s may have %j', async (scopes, actor, wanted) => {
  const { user } = workspace(service);
  const manager = service.as({ user, actor: 'mona', scopes });
  await must(manager, 'createApiToken', { actor, scopes: wanted });
});

it.each([
  [['people:manage'], 'mona', ['review:decide'], /because you do not have it yourself/],
  [['people:manage', 'review:decide'], 'mona', ['review:override'], /you do not have it yourself/],
  [['people:manage', 'review:decide'], 'bot', ['review:request'], /you do not have it yourself/],
  [['people:manage'], 'bot', ['review:read'], /you do not have it yourself/],
  [['people:manage', 'review:decide'], 'ben', ['review:decide'], /must not be .* for ben: others/],
  [['people:manage', 'review:override'], 'ben', ['review:override'], /for ben: others/],
  [['people:manage'], 'ben', ['people:manage'], /for ben: others/],
  [['people:manage', 'webhook:manage'], 'ben', ['webhook:manage'], /for ben: others/],
  [['people:manage'], 'mona', ['review:everything'], /must be one of .*, not "review:everything"/],
] as const)(
  '62. with %j a token for %s may not have %j',
  async (scopes, actor, wanted, message) => {
    const { user } = workspace(service);
    const manager = service.as({ user, actor: 'mona', scopes });
    const { issues } = await change(manager, 'createApiToken', { actor, scopes: wanted });
    expect(issues).toEqual([{ path: 'input.scopes.0', message: expect.stringMatching(message) }]);
    expect(await list(manager, 'apiTokens')).toEqual([]);
  },
);

it.each([
  [{ scopes: [] }, 'input.scopes', /at least one scope/],
  [{ actor: 'holdpoint' }, 'input.actor', /reserved/],
  [{ actor: 'gone' }, 'input.actor', /must not be gone, who is disabled/],
  [{ expiresAt: inDays(-1) }, 'input.expiresAt', /must be in the future, not 2/],
])('bad input is named: %j', async (input, path, message) => {
  const { manager } = workspace(service);
  await must(manager, 'setMember', { actor: 'gone', disabled: true });
  const whole = { actor: 'reader', scopes: ['review:read'], ...input };
  const { issues } = await change(manager, 'createApiToken', whole);
  expect(issues).toEqual([{ path, message: expect.stringMatching(message) }]);
});

it('62. changes are listed a page at a time, newest first, and only those of the workspace', async () => {
  const { manager } = workspace(service);
  for (let n = 0; n < 5; n++) await must(manager, 'setMember', { actor: `a-${n}` });
  await must(workspace(service).manager, 'setMember', { actor: 'elsewhere' });
  const first = await changes(manager, { first: 2 });
  expect(first.map(({ subject }) => subject)).toEqual(['a-4', 'a-3']);
  const before = first[1]?.cursor as string;
  const rest = await changes(manager, { before });
  expect(rest.map(({ subject }) => subject)).toEqual(['a-2', 'a-1', 'a-0']);
  await expect(changes(manager, { first: 101 })).rejects.toThrow(/between 1 and 100, not 101/);
  await expect(changes(manager, { before: 'x' })).rejects.toThrow(/not "x"/);
});
