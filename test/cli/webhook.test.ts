import { expect, it } from 'vitest';
import { approve, ask } from '../support/operations.ts';
import { testService } from '../support/testService.ts';
import { isSignedWith, Receiver } from '../webhooks/receiver.ts';
import { runHoldpoint } from './runProgram.ts';

const service = await testService({
  config: { webhookAllowPrivate: true },
  webhooks: { pausesMs: [] },
});
const env = { DATABASE_URL: service.database.url, HOLDPOINT_WEBHOOK_ALLOW_PRIVATE: 'true' };
const run = (...args: string[]) => runHoldpoint(['webhook', ...args], env);

it.each([
  [[], 'create'],
  [['create'], '--url'],
  [['list'], '--workspace'],
  [['enable'], '<id>'],
  [['disable'], '<id>'],
  [['delete'], '<id>'],
  [['rotate'], '<id>'],
  [['deliveries'], '--status'],
  [['redeliver'], '<cursor>'],
])('help is there for webhook %j, with an example', async (command, text) => {
  const { exitCode, stdout, stderr } = await run(...command, '--help');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain(text);
  expect(stdout).toContain('Example:\n');
});

it.each([
  [['create', '--url', 'https://receiver.invalid'], 2, /'--workspace <workspace>' not specified/],
  [['create', '--workspace', 'acme'], 2, /'--url <url>' not specified/],
  [
    ['create', '--workspace', 'a', '--url', 'https://receiver.invalid', '--kind', 'READ'],
    2,
    /one of REQUESTED, APPROVED/,
  ],
  [['create', '--workspace', 'a', '--url', 'receiver'], 1, /^--url must be a URL such as https:/],
  [['deliveries', 'x', '--first', '101'], 2, /from 1 to 100/],
  [['deliveries', 'x', '--status', 'LOST'], 2, /PENDING, DELIVERED, PARKED/],
  [
    ['disable', 'nope'],
    1,
    /^No webhook with the id nope\. See: npm run -s holdpoint -- webhook list\n$/,
  ],
  [['redeliver', 'nope'], 2, /missing required argument 'cursor'/],
])('bad usage is one clear line: webhook %j', async (args, code, message) => {
  const { exitCode, stdout, stderr } = await run(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
  expect(stderr).toMatch(/^[^\n]+\n$/);
  expect(stderr).toMatch(message);
});

it('refuses private addresses unless the environment allows them', async () => {
  const { exitCode, stderr } = await runHoldpoint(
    ['webhook', 'create', '--workspace', 'a', '--url', 'https://10.0.0.1/'],
    { DATABASE_URL: service.database.url },
  );
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^--url 10\.0\.0\.1 is a private, .*HOLDPOINT_WEBHOOK_ALLOW_PRIVATE/);
});

it('creates a webhook, lists its deliveries, resends, rotates, disables, enables and deletes it', {
  timeout: 90_000, // many processes, one after the other
}, async () => {
  const { agent, reviewer, user } = service.team();
  const receiver = await Receiver.open();
  receiver.answer = ({ data }, response) =>
    response.writeHead(data.kind === 'APPROVED' ? 500 : 200).end();
  const made = await run(
    ...['create', '--workspace', user, '--url', receiver.url],
    ...['--kind', 'requested', '--kind', 'APPROVED'],
  );
  expect(made).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^whsec_\S{44}\n$/) });
  const secret = made.stdout.trim();
  const id = /^Created webhook ([0-9a-f]{16})\./.exec(made.stderr)?.[1] as string;

  const list = async () => (await run('list', '--workspace', user)).stdout.trimEnd().split('\n');
  const [heading, row, ...rest] = await list();
  expect(heading).toMatch(/^ID +WORKSPACE +URL +KINDS +CREATED +BY +STATE$/);
  expect(row).toMatch(new RegExp(`^${id} .*REQUESTED,APPROVED .*command line +enabled$`));
  expect(rest).toEqual([]);
  expect(row).not.toContain(secret.slice(6, 30));

  await ask(agent, 'n');
  await approve(reviewer, 'n');
  const [first] = await receiver.until(2);
  expect(first && isSignedWith(secret, first)).toBe(true);
  const lines = async (...more: string[]) =>
    (await run('deliveries', id, ...more)).stdout.trimEnd().split('\n').slice(1);
  const settled = `SELECT FROM "WebhookDelivery" WHERE "status" <> 'PENDING'`;
  await expect.poll(async () => (await service.sql(settled)).length).toBe(2);
  const [parked, delivered] = await lines();
  expect(parked).toMatch(/^2 +APPROVED +n +parked +1 +2\S+Z +500 +\d+ +HTTP 500$/);
  expect(delivered).toMatch(/^1 +REQUESTED +n +delivered +1 +2\S+Z +200 +\d+$/);
  const some = [
    ['--status', 'DELIVERED'],
    ['--first', '1', '--before', '2'],
  ];
  const pages = await Promise.all(some.map((each) => lines(...each)));
  expect(pages).toEqual([[delivered], [delivered]]);

  const rotated = await run('rotate', id);
  expect(rotated.stdout).toMatch(/^whsec_\S{44}\n$/);
  receiver.answer = (_message, response) => response.writeHead(200).end();
  expect((await run('redeliver', id, '2')).exitCode).toBe(0);
  const [, , again] = await receiver.until(3);
  expect(again && isSignedWith(secret, again)).toBe(true);
  expect(again && isSignedWith(rotated.stdout.trim(), again)).toBe(true);
  expect(await run('redeliver', id, '9')).toMatchObject({
    exitCode: 1,
    stderr: 'Delivery not found, or no access with this token: 9\n',
  });

  expect((await run('disable', id)).stdout).toBe(`Webhook ${id} disabled\n`);
  const [disabled, refused] = await Promise.all([list(), run('redeliver', id, '2')]);
  expect(disabled[1]).toMatch(/disabled$/);
  expect(refused.stderr).toMatch(/must be enabled first/);
  expect((await run('enable', id)).stdout).toBe(`Webhook ${id} enabled\n`);
  expect((await run('delete', id)).stdout).toBe(`Webhook ${id} deleted\n`);
  expect((await list()).length).toBe(1);
  expect((await run('delete', id)).exitCode).toBe(1);
});
