import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { request } from 'node:http';
import { isIP } from 'node:net';
import { expect, it } from 'vitest';
import {
  faultOfReceiverUrl,
  isPublicAddress,
  PrivateAddressError,
  publicLookup,
  type Resolve,
  resolveByDns,
} from '../../src/webhooks/receiverAddress.ts';
import { send } from '../../src/webhooks/send.ts';
import { ask } from '../support/operations.ts';
import { testService } from '../support/testService.ts';
import { deliveries, manage } from './operations.ts';
import { Receiver } from './receiver.ts';

const service = await testService({ webhooks: { pausesMs: [] } });

const privateAddresses = [
  ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.255.254'],
  ...['169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.1', '192.0.2.1', '192.88.99.1'],
  ...['192.168.0.1', '198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.1', '224.0.0.1'],
  ...['239.255.255.255', '240.0.0.1', '255.255.255.255'],
  ...['::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::127.0.0.1', '64:ff9b::7f00:1'],
  ...['64:ff9b:1::1', '100::1', '2001::1', '2001:db8::1', '2002:7f00:1::1', '3fff::1', 'fc00::1'],
  ...['fd12:3456::1', 'fe80::1', 'fe80::1%lo', 'fec0::1', 'ff02::1', '5f00::1', '4000::1'],
];
const publicAddresses = [
  ...['1.1.1.1', '8.8.8.8', '100.63.255.255', '100.128.0.1', '172.15.0.1', '172.32.0.1'],
  ...['192.167.1.1', '198.17.1.1', '223.255.255.255', '2606:4700:4700::1111', '2a00:1450::1'],
];

it.each(privateAddresses)('%s is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});
it.each(publicAddresses)('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});
it.each(['', 'localhost', '8.8.8.8.8', '08.8.8.8', '1.1.1.1/32'])(
  '"%s" is not an address',
  (text) => {
    expect(isPublicAddress(text)).toBe(false);
  },
);

it.each([
  ['http://example.com/', /must begin with https/],
  ['ftp://example.com/', /must be a URL/],
  ['file:///etc/passwd', /must be a URL/],
  ['javascript:alert(1)', /must be a URL/],
  ['example.com/hook', /must be a URL/],
  ['', /must be a URL/],
  ['https://user:secret@example.com/', /no user and no password/],
  ['https://user@example.com/', /no user and no password/],
  ['https://example.com/#here', /no #fragment/],
  [`https://example.com/${'x'.repeat(2_000)}`, /at most 2000 characters/],
  ['https://127.0.0.1/', /private, loopback/],
  ['https://127.1/', /private, loopback/],
  ['https://2130706433/', /private, loopback/],
  ['https://0x7f.0.0.1/', /private, loopback/],
  ['https://0177.0.0.1/', /private, loopback/],
  ['https://169.254.169.254/latest/meta-data', /private, loopback/],
  ['https://[::1]/', /private, loopback/],
  ['https://[::ffff:127.0.0.1]/', /private, loopback/],
  ['https://[64:ff9b::7f00:1]/', /private, loopback/],
  ['https://①②⑦.⓪.⓪.①/', /private, loopback/],
  ['https://localhost/', /private, loopback/],
  ['https://LOCALHOST.:8443/', /private, loopback/],
  ['https://a.localhost/', /private, loopback/],
])('a webhook to %s is refused when it is made', async (url, message) => {
  const manager = service.as({ actor: 'ops', scopes: ['webhook:manage'] });
  const made = await manage(manager, 'createWebhook', { url });
  expect(made.__typename).toBe('InvalidInputError');
  expect(made.issues).toEqual([{ path: 'input.url', message: expect.stringMatching(message) }]);
});

it('https to public addresses is accepted, and http too if private addresses are allowed', () => {
  expect(faultOfReceiverUrl('https://example.com:8443/a?b=c', false)).toBeNull();
  expect(faultOfReceiverUrl('https://[2606:4700:4700::1111]/', false)).toBeNull();
  expect(faultOfReceiverUrl('http://10.0.0.1/', true)).toBeNull();
  expect(faultOfReceiverUrl('https://user:secret@10.0.0.1/', true)).toMatch(/no user/);
});

/**
 * A DNS server on this machine that resolves names as the test says.
 * @returns a resolver that asks it, and the names that were asked for
 */
async function dns(zone: Record<string, string[]>) {
  const asked: string[] = [];
  const server = createSocket('udp4');
  server.on('message', (query, { port, address }) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString('ascii', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const family = query.readUInt16BE(at + 1) === 1 ? 4 : 6;
    const name = labels.join('.');
    asked.push(`${name} ${family}`);
    const addresses = (zone[name] ?? []).filter((each) => isIP(each) === family);
    const header = Buffer.from(query.subarray(0, at + 5));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(addresses.length, 6);
    header.writeUInt16BE(0, 10);
    const records = addresses.map((each) => {
      const data = family === 4 ? Buffer.from(each.split('.').map(Number)) : ipv6Bytes(each);
      const record = Buffer.from([
        0xc0,
        12,
        0,
        family === 4 ? 1 : 28,
        0,
        1,
        0,
        0,
        0,
        0,
        0,
        data.length,
      ]);
      return Buffer.concat([record, data]);
    });
    server.send(Buffer.concat([header, ...records]), port, address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  service.database.beforeDrop(async () => server.close());
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${server.address().port}`]);
  return { resolve: resolveByDns(resolver), asked };
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string) => text.split(':').filter(Boolean);
  const zeros = Array(8 - groups(head).length - groups(tail).length).fill('0');
  const all = [...groups(head), ...zeros, ...groups(tail)];
  return Buffer.from(
    all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]),
  );
}

it.each([
  [['127.0.0.1']],
  [['169.254.169.254']],
  [['::1']],
  [['fd00::1']],
  // One private address among several is enough, because any of them may be connected to.
  [['8.8.8.8', '192.168.1.1']],
  [['8.8.8.8', '::1']],
])('a name that leads to %j is refused before anything is connected', async (addresses) => {
  const receiver = await Receiver.open();
  const { resolve, asked } = await dns({ 'receiver.example': addresses });
  const error = await new Promise<Error>((done) =>
    request(`http://receiver.example:${receiver.port}/`, { lookup: publicLookup(resolve) })
      .on('error', done)
      .end(),
  );
  expect(error.message).toMatch(/^receiver\.example is a private, loopback/);
  expect(asked.sort()).toEqual(['receiver.example 4', 'receiver.example 6']);
  expect(receiver.received).toEqual([]);
});

const lookup = (resolve: Resolve, hostname: string, all: boolean) =>
  new Promise((done) =>
    publicLookup(resolve)(hostname, { all }, (error, address, family) =>
      done(error ?? (all ? address : { address, family })),
    ),
  );

it('connects to the addresses that were checked, without resolving the name again', async () => {
  const zone = { 'receiver.example': ['8.8.8.8', '2606:4700::1'] };
  const { resolve, asked } = await dns(zone);
  expect(await lookup(resolve, 'receiver.example', true)).toEqual([
    { address: '8.8.8.8', family: 4 },
    { address: '2606:4700::1', family: 6 },
  ]);
  expect(asked).toHaveLength(2);
  expect(await lookup(resolve, 'receiver.example', false)).toEqual({
    address: '8.8.8.8',
    family: 4,
  });
  // From now on the name resolves to this machine.
  zone['receiver.example'] = ['127.0.0.1'];
  expect(await lookup(resolve, 'receiver.example', true)).toBeInstanceOf(PrivateAddressError);
});

it('a name without an address is an error', async () => {
  const { resolve } = await dns({});
  expect(await lookup(resolve, 'nobody.example', true)).toMatchObject({
    message: 'nobody.example has no address (ENODATA)',
  });
});

it('a name that resolves to this machine is also refused at the time of delivery', async () => {
  const receiver = await Receiver.open();
  const options = { headers: {}, body: '{}', timeoutMs: 2_000, allowPrivate: false };
  const sent = (url: string) => send(url, { ...options, signal: new AbortController().signal });
  for (const host of ['localhost', 'localhost.', 'a.localhost', '127.0.0.1', '[::1]']) {
    const { status, error } = await sent(`https://${host}:${receiver.port}/`);
    expect({ status, error }).toEqual({
      status: null,
      error: expect.stringMatching(/private, loopback/),
    });
  }
  expect((await sent(receiver.url)).error).toMatch(/must begin with https/);
  expect(receiver.received).toEqual([]);
});

it('a webhook created while private addresses were allowed fails with a clear error', async () => {
  const { agent, user } = service.team();
  const manager = service.as({ user, actor: 'ops', scopes: ['webhook:manage'] });
  const receiver = await Receiver.open();
  const made = await manage(manager, 'createWebhook', { url: 'https://receiver.invalid/' });
  const { webhookId } = made.webhook;
  await service.sql('UPDATE "Webhook" SET "url" = $1 WHERE "id" = $2', [receiver.url, webhookId]);
  await ask(agent, 'n');
  await expect
    .poll(async () => (await deliveries(manager, webhookId))[0]?.status, { timeout: 5_000 })
    .toBe('PARKED');
  const [delivery] = await deliveries(manager, webhookId);
  expect(delivery?.lastAttempts[0]?.error).toMatch(/must begin with https/);
  expect(receiver.received).toEqual([]);
});
