import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { retryAfterOf } from '../../src/webhooks/retryAfter.ts';
import { MAX_RETRY_AFTER_MS, PAUSES_MS } from '../../src/webhooks/retrySchedule.ts';
import { runHoldpoint } from '../cli/runProgram.ts';
import { approve, ask } from '../support/operations.ts';
import { testService } from '../support/testService.ts';
import { create, deliveries, manage, webhooks } from './operations.ts';
import { Receiver } from './receiver.ts';

const quick = await testService({
  config: { webhookAllowPrivate: true },
  webhooks: { pausesMs: [20, 20, 20, 20, 20], timeoutMs: 1_000 },
});
const usual = await testService({ config: { webhookAllowPrivate: true } });

const team = (service = quick) => {
  const people = service.team();
  const scopes = ['webhook:manage'] as const;
  return { ...people, manager: service.as({ user: people.user, actor: 'ops', scopes }) };
};

describe('HTTP 410', () => {
  it('disables the webhook and says why; enabling it sends what was pending', async () => {
    const { agent, reviewer, manager, user } = team();
    const receiver = await Receiver.open();
    let isGone = true;
    receiver.answer = (_message, response) => response.writeHead(isGone ? 410 : 204).end();
    const { webhook } = await create(manager, receiver.url);
    const { webhookId } = webhook;
    expect(webhook).toMatchObject({ enabled: true, disabledReason: null });
    await ask(agent, 'n');
    await expect
      .poll(() => webhooks(manager))
      .toMatchObject([{ enabled: false, disabledReason: 'The receiver answered HTTP 410 (Gone)' }]);

    // Longer than all pauses together: nothing more is sent.
    await approve(reviewer, 'n');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(receiver.received).toHaveLength(1);
    const [delivery] = await deliveries(manager, webhookId);
    expect(delivery).toMatchObject({ status: 'PENDING', attempts: 1 });
    expect(delivery?.lastAttempts).toEqual([
      expect.objectContaining({ status: 410, error: 'HTTP 410' }),
    ]);
    const { stdout } = await runHoldpoint(['webhook', 'list', '--workspace', user], {
      DATABASE_URL: quick.database.url,
    });
    expect(stdout).toMatch(/ disabled: The receiver answered HTTP 410 \(Gone\)\n$/);

    isGone = false;
    const enabled = await manage(manager, 'setWebhookEnabled', { webhookId, enabled: true });
    expect(enabled.webhook).toMatchObject({ enabled: true, disabledReason: null });
    await receiver.until(2);
    expect(receiver.of('n')).toEqual(['REQUESTED', 'REQUESTED']);
    const disabled = await manage(manager, 'setWebhookEnabled', { webhookId, enabled: false });
    expect(disabled.webhook).toMatchObject({ enabled: false, disabledReason: null });
  });
});

describe('Retry-After', () => {
  const inSeconds = (seconds: number) => String(seconds);
  const asDate = (seconds: number) => new Date(Date.now() + seconds * 1_000).toUTCString();

  it.each([
    [429, 'seconds', inSeconds],
    [503, 'a date', asDate],
  ])('with HTTP %i and %s holds back everything for the receiver', async (status, _, header) => {
    const { agent, manager } = team();
    const receiver = await Receiver.open();
    let refusedAt = 0;
    receiver.answer = ({ at }, response) => {
      const isFirst = refusedAt === 0;
      if (isFirst) refusedAt = at;
      response.writeHead(isFirst ? status : 204, isFirst ? { 'retry-after': header(3) } : {}).end();
    };
    const { webhook } = await create(manager, receiver.url);
    await ask(agent, 'first');
    await receiver.until(1);
    await expect.poll(async () => (await webhooks(manager))[0]?.pausedUntil).not.toBeNull();
    await ask(agent, 'second');
    await receiver.until(3);
    // A date has whole seconds, so it may be almost a second earlier.
    for (const { at } of receiver.received.slice(1)) {
      expect(at - refusedAt).toBeGreaterThan(1_950);
    }
    expect(receiver.of('first')).toHaveLength(2);
    expect(receiver.of('second')).toHaveLength(1);
    await expect
      .poll(async () => (await deliveries(manager, webhook.webhookId)).map((each) => each.status))
      .toEqual(['DELIVERED', 'DELIVERED']);
    expect((await webhooks(manager))[0]).toMatchObject({ enabled: true, pausedUntil: null });
  });

  it('is bounded, and ends when the webhook is enabled again', async () => {
    const { agent, manager } = team();
    const receiver = await Receiver.open();
    let status = 429;
    receiver.answer = (_message, response) =>
      response.writeHead(status, { 'retry-after': '9'.repeat(100) }).end();
    const { webhook } = await create(manager, receiver.url);
    const { webhookId } = webhook;
    await ask(agent, 'n');
    await expect.poll(async () => (await webhooks(manager))[0]?.pausedUntil).not.toBeNull();
    const [{ pausedUntil } = { pausedUntil: null }] = await webhooks(manager);
    const inMs = Date.parse(pausedUntil as string) - Date.now();
    expect(inMs).toBeLessThanOrEqual(MAX_RETRY_AFTER_MS);
    expect(inMs).toBeGreaterThan(MAX_RETRY_AFTER_MS - 60_000);
    status = 204;
    await manage(manager, 'setWebhookEnabled', { webhookId, enabled: false });
    await manage(manager, 'setWebhookEnabled', { webhookId, enabled: true });
    await receiver.until(2);
    await expect
      .poll(async () => (await deliveries(manager, webhookId)).map((each) => each.status))
      .toEqual(['DELIVERED']);
  });

  it('counts only with 429 and 503', async () => {
    const { agent, manager } = team();
    const receiver = await Receiver.open();
    receiver.answer = (_message, response) =>
      response.writeHead(500, { 'retry-after': '3600' }).end();
    await create(manager, receiver.url);
    await ask(agent, 'n');
    await receiver.until(6);
    expect((await webhooks(manager))[0]?.pausedUntil).toBeNull();
  });

  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7_000],
    ['9'.repeat(400), MAX_RETRY_AFTER_MS],
    ['Sat, 28 Nov 2026 10:00:30 GMT', 30_000],
    ['Saturday, 28-Nov-26 10:00:30 GMT', 30_000],
    ['Sat Nov 28 10:00:30 2026', 30_000],
    ['Sat, 28 Nov 2026 09:00:00 GMT', 0],
    ['Sat, 28 Nov 2093 10:00:00 GMT', MAX_RETRY_AFTER_MS],
    ['', null],
    ['-5', null],
    ['1.5', null],
    ['soon', null],
    ['2026', 2_026_000],
    ['2026-11-28', null],
    [undefined, null],
  ])('%j is read as %j milliseconds', (value, expected) => {
    const sentAt = 'Sat, 28 Nov 2026 10:00:00 GMT';
    expect(retryAfterOf({ 'retry-after': value, date: sentAt })).toBe(expected);
  });
});

it('the guide has the pauses of the schedule', async () => {
  const guide = await readFile('docs/integrations.md', 'utf8');
  const [, row = ''] = /\| wait \|(.*)\|\n/.exec(guide) ?? [];
  const units: Record<string, number> = { s: 1_000, min: 60_000, h: 3_600_000 };
  const pauses = row.split('|').map((cell) => {
    const [count, unit = ''] = cell.trim().split(' ');
    return Number(count) * (units[unit] as number);
  });
  expect(pauses).toEqual(PAUSES_MS);
});

it('the first retry comes when the guide says, whether or not other events come', async () => {
  const [quiet, busy] = [team(usual), team(usual)];
  const receivers = await Promise.all(
    [quiet, busy].map(async ({ agent, manager }) => {
      const receiver = await Receiver.open();
      receiver.answer = ({ data }, response) =>
        response.writeHead(data.nodeExecId === 'n' ? 500 : 204).end();
      await create(manager, receiver.url);
      await ask(agent, 'n');
      await receiver.until(1);
      return receiver;
    }),
  );
  for (let n = 0; receivers.some((receiver) => receiver.of('n').length < 2); n++) {
    await ask(busy.agent, `other-${n}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(n).toBeLessThan(40);
  }
  for (const { received } of receivers) {
    const [first = 0, second = 0] = received
      .filter(({ data }) => data.nodeExecId === 'n')
      .map(({ at }) => at);
    expect(second - first).toBeGreaterThanOrEqual(PAUSES_MS[0]);
    expect(second - first).toBeLessThan(PAUSES_MS[0] * 1.1 + 1_500);
  }
}, 30_000);
