import { expect, it } from 'vitest';
import { LIFETIME_MS, PAUSES_MS, pauseAfter } from '../../src/webhooks/retrySchedule.ts';
import { approve, ask } from '../support/operations.ts';
import { testService } from '../support/testService.ts';
import { create, deliveries, manage, webhooks } from './operations.ts';
import { isSignedWith, Receiver } from './receiver.ts';

const service = await testService({
  config: { webhookAllowPrivate: true },
  webhooks: { pausesMs: [60_000], timeoutMs: 1_000 },
});

const team = () => {
  const people = service.team();
  const scopes = ['webhook:manage'] as const;
  return { ...people, manager: service.as({ user: people.user, actor: 'ops', scopes }) };
};
const url = 'https://receiver.invalid/hook';

it('a webhook is created, listed and found by its global id, always without its secret', async () => {
  const { manager } = team();
  const { webhook, secret } = await create(manager, url, ['APPROVED']);
  expect(webhook).toMatchObject({
    url,
    kinds: ['APPROVED'],
    enabled: true,
    previousSecretUntil: null,
    createdBy: 'ops',
  });
  expect(webhook.webhookId).toMatch(/^[0-9a-f]{16}$/);
  const other = await create(manager, `${url}/2`);
  expect(other.webhook.kinds).toBeNull();
  expect(await webhooks(manager)).toEqual([webhook, other.webhook]);
  const node = `query ($id: ID!) { node(id: $id) { ... on Webhook { url } } }`;
  expect(await manager.query(node, { id: webhook.id })).toEqual({ node: { url } });
  expect(JSON.stringify(await webhooks(manager))).not.toContain(secret.slice(8, 20));
});

it('errors name invalid values, and what is valid', async () => {
  const { manager } = team();
  const none = await manage(manager, 'createWebhook', { url, kinds: [] });
  expect(none.issues).toEqual([
    { path: 'input.kinds', message: expect.stringContaining('at least one kind') },
  ]);
  const many = Array.from({ length: 20 }, (_, n) => create(manager, `${url}/${n}`));
  await Promise.all(many.map((each) => each.catch(() => {})));
  const tooMany = await manage(manager, 'createWebhook', { url });
  expect(tooMany.issues[0]?.message).toMatch(/at most 20 webhooks/);
  const unknown = await manage(manager, 'setWebhookEnabled', { webhookId: 'x', enabled: true });
  expect(unknown).toMatchObject({
    __typename: 'NotFoundError',
    message: 'Webhook not found, or no access with this token: x',
  });
  const { webhookId } = (await webhooks(manager))[0] as { webhookId: string };
  const cursor = await manage(manager, 'redeliverWebhookEvent', { webhookId, cursor: 'x' });
  expect(cursor.issues).toEqual([
    { path: 'input.cursor', message: expect.stringContaining('not "x"') },
  ]);
  const gone = await manage(manager, 'redeliverWebhookEvent', { webhookId, cursor: '99' });
  expect(gone).toMatchObject({
    __typename: 'NotFoundError',
    message: 'Delivery not found, or no access with this token: 99',
  });
  await expect(deliveries(manager, webhookId, { first: 0 })).rejects.toThrow(/between 1 and 100/);
  await expect(deliveries(manager, webhookId, { before: 'x' })).rejects.toThrow(/not "x"/);
});

it("another workspace's webhook cannot be seen or changed, and gets no events", async () => {
  const [mine, theirs] = [team(), team()];
  const receiver = await Receiver.open();
  const { webhook } = await create(mine.manager, receiver.url);
  const { webhookId } = webhook;
  await ask(mine.agent, 'mine');
  await receiver.until(1);
  expect(await webhooks(theirs.manager)).toEqual([]);
  const node = '{ node(id: $id) { id } }'.replace('$id', JSON.stringify(webhook.id));
  expect(await theirs.manager.query(node)).toEqual({ node: null });
  const [delivery] = await deliveries(mine.manager, webhookId);
  const deliveryNode = `{ node(id: ${JSON.stringify(delivery?.id)}) { id ... on WebhookDelivery { cursor } } }`;
  expect(await mine.manager.query(deliveryNode)).toMatchObject({ node: { cursor: '1' } });
  expect(await theirs.manager.query(deliveryNode)).toEqual({ node: null });
  expect(await deliveries(theirs.manager, webhookId)).toEqual([]);
  for (const [name, input] of [
    ['rotateWebhookSecret', {}],
    ['setWebhookEnabled', { enabled: false }],
    ['redeliverWebhookEvent', { cursor: '1' }],
  ] as const) {
    const answer = await manage(theirs.manager, name, { webhookId, ...input });
    expect(answer.__typename).toBe('NotFoundError');
  }
  expect(await manage(theirs.manager, 'deleteWebhook', { webhookId })).toMatchObject({
    deletedCount: 0,
  });
  await ask(theirs.agent, 'theirs');
  await ask(mine.agent, 'mine-2');
  await receiver.until(2);
  expect(receiver.of('theirs')).toEqual([]);
  expect(await webhooks(mine.manager)).toEqual([webhook]);
});

it('webhook:manage gives no access to reviews, and no other scope gives access to webhooks', async () => {
  const { manager, user } = team();
  const { errors } = await manager.answer('{ pendingReviews { totalCount } }');
  expect(errors[0]?.extensions?.['code']).toBe('FORBIDDEN');
  const all = ['review:read', 'review:request', 'review:decide'] as const;
  const others = service.as({ user, actor: 'ann', scopes: all });
  const refused = await others.answer('{ webhooks { url } }');
  expect(refused.errors[0]?.extensions?.['code']).toBe('FORBIDDEN');
});

it('a disabled webhook gets no events; once enabled again, it gets later ones', async () => {
  const { agent, manager } = team();
  const [receiver, witness] = [await Receiver.open(), await Receiver.open()];
  const { webhook } = await create(manager, receiver.url);
  await create(manager, witness.url);
  const { webhookId } = webhook;
  await ask(agent, 'before');
  await receiver.until(1);
  const off = await manage(manager, 'setWebhookEnabled', { webhookId, enabled: false });
  expect(off.webhook.enabled).toBe(false);
  const refused = await manage(manager, 'redeliverWebhookEvent', { webhookId, cursor: '1' });
  expect(refused.issues[0]?.message).toMatch(/must be enabled first/);
  await ask(agent, 'meanwhile');
  await witness.until(2);
  await manage(manager, 'setWebhookEnabled', { webhookId, enabled: true });
  await ask(agent, 'after');
  await receiver.until(2);
  await witness.until(3);
  expect(receiver.received.map(({ data }) => data.nodeExecId)).toEqual(['before', 'after']);
});

it('deliveries that were pending when a webhook was disabled are sent once it is enabled', async () => {
  const { agent, manager } = team();
  const receiver = await Receiver.open();
  receiver.answer = (_message, response) => response.writeHead(500).end();
  const { webhook } = await create(manager, receiver.url);
  const { webhookId } = webhook;
  await ask(agent, 'n');
  await receiver.until(1);
  await expect.poll(async () => (await deliveries(manager, webhookId))[0]?.attempts).toBe(1);
  await manage(manager, 'setWebhookEnabled', { webhookId, enabled: false });
  // The retry becomes due while it is disabled.
  await service.sql('UPDATE "WebhookDelivery" SET "nextAttemptAt" = now() WHERE "webhookId" = $1', [
    webhookId,
  ]);
  receiver.answer = (_message, response) => response.writeHead(200).end();
  expect(receiver.received).toHaveLength(1);
  await manage(manager, 'setWebhookEnabled', { webhookId, enabled: true });
  await receiver.until(2);
});

it('a deleted webhook gets nothing more, and its deliveries are deleted', async () => {
  const { agent, manager } = team();
  const [receiver, witness] = [await Receiver.open(), await Receiver.open()];
  const { webhook } = await create(manager, receiver.url);
  await create(manager, witness.url);
  await ask(agent, 'before');
  await receiver.until(1);
  const { webhookId } = webhook;
  expect(await manage(manager, 'deleteWebhook', { webhookId })).toMatchObject({ deletedCount: 1 });
  expect(await manage(manager, 'deleteWebhook', { webhookId })).toMatchObject({ deletedCount: 0 });
  await ask(agent, 'after');
  await witness.until(2);
  expect(receiver.received).toHaveLength(1);
  expect(await deliveries(manager, webhookId)).toEqual([]);
  for (const left of [
    'SELECT FROM "WebhookDelivery" WHERE "webhookId" = $1',
    'SELECT FROM "Job" WHERE "key" = $1',
  ]) {
    await expect.poll(() => service.sql(left, [webhookId]), { timeout: 5_000 }).toEqual([]);
  }
});

it('old deliveries are pruned, but not pending ones', async () => {
  const { agent, manager } = team();
  const receiver = await Receiver.open();
  receiver.answer = ({ data }, response) =>
    response.writeHead(data.nodeExecId === 'n-2' ? 500 : 200).end();
  const { webhook } = await create(manager, receiver.url);
  for (let n = 0; n < 3; n++) await ask(agent, `n-${n}`);
  const states = async () =>
    (await deliveries(manager, webhook.webhookId)).map(({ status, attempts }) => [
      status,
      attempts,
    ]);
  await expect.poll(states).toEqual([
    ['PENDING', 1],
    ['DELIVERED', 1],
    ['DELIVERED', 1],
  ]);
  await service.sql(
    `UPDATE "WebhookDelivery" SET "createdAt" = now() - interval '31 days'
     WHERE "webhookId" = $1 AND "number" <> 2`,
    [webhook.webhookId],
  );
  await service.sql(
    `UPDATE "Job" SET "dueAt" = now() WHERE "kind" = 'pruneDeliveries' AND "key" = $1`,
    [webhook.webhookId],
  );
  await expect.poll(states, { timeout: 5_000 }).toEqual([
    ['PENDING', 1],
    ['DELIVERED', 1],
  ]);
});

it('after a rotation messages are signed with both secrets for a day, then only with the new one', async () => {
  const { agent, reviewer, manager } = team();
  const receiver = await Receiver.open();
  const { webhook, secret: first } = await create(manager, receiver.url);
  const { webhookId } = webhook;
  const rotated = await manage(manager, 'rotateWebhookSecret', { webhookId });
  expect(rotated.secret).not.toBe(first);
  const until = new Date(rotated.webhook.previousSecretUntil ?? 0).getTime();
  expect(Math.abs(until - Date.now() - 24 * 3_600_000)).toBeLessThan(60_000);
  await ask(agent, 'n');
  const [both] = await receiver.until(1);
  expect(both && isSignedWith(first, both)).toBe(true);
  expect(both && isSignedWith(rotated.secret, both)).toBe(true);

  await service.sql(`UPDATE "Webhook" SET "previousSecretUntil" = now() WHERE "id" = $1`, [
    webhookId,
  ]);
  await approve(reviewer, 'n');
  const [, one] = await receiver.until(2);
  expect(one && isSignedWith(first, one)).toBe(false);
  expect(one && isSignedWith(rotated.secret, one)).toBe(true);
});

it('deliveries are read a page at a time, newest first', async () => {
  const { agent, manager } = team();
  const receiver = await Receiver.open();
  const { webhook } = await create(manager, receiver.url);
  for (let n = 0; n < 5; n++) await ask(agent, `n-${n}`);
  await receiver.until(5);
  const cursors = async (more: Record<string, unknown>) =>
    (await deliveries(manager, webhook.webhookId, more)).map(({ cursor }) => cursor);
  expect(await cursors({ first: 2 })).toEqual(['5', '4']);
  expect(await cursors({ first: 2, before: '4' })).toEqual(['3', '2']);
  expect(await cursors({ first: 2, before: '2' })).toEqual(['1']);
});

it('retry delays grow to a day in total; a delivery that has waited a day behind others is parked at once', () => {
  expect([...PAUSES_MS].sort((a, b) => a - b)).toEqual(PAUSES_MS);
  const sum = PAUSES_MS.reduce((all, each) => all + each, 0) / 3_600_000;
  expect(sum).toBeGreaterThan(23);
  expect(sum).toBeLessThanOrEqual(24);
  const options = { pausesMs: PAUSES_MS, lifetimeMs: LIFETIME_MS };
  for (const [at, pauseMs] of PAUSES_MS.entries()) {
    const pause = pauseAfter(at + 1, 0, options) ?? 0;
    expect(pause).toBeGreaterThanOrEqual(pauseMs);
    expect(pause).toBeLessThanOrEqual(pauseMs * 1.1);
  }
  expect(pauseAfter(PAUSES_MS.length + 1, 0, options)).toBeNull();
  expect(pauseAfter(1, LIFETIME_MS, options)).toBeNull();
  expect(pauseAfter(1, LIFETIME_MS - 1, options)).not.toBeNull();
});
