import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Webhook as Signer } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bareEnv } from '../support/bareEnv.ts';
import { closedPort } from '../support/closedPort.ts';
import { approve, ask } from '../support/operations.ts';
import { testService } from '../support/testService.ts';
import { create, deliveries, manage } from './operations.ts';

const service = await testService({
  config: { webhookAllowPrivate: true },
  webhooks: { pausesMs: Array(40).fill(100) },
});
const folder = new URL('../../examples/webhook-receiver/', import.meta.url);
const hasPython = spawnSync('python3', ['--version']).status === 0;

function start(command: string, file: string, port: number, secret: string) {
  const child = spawn(command, [fileURLToPath(new URL(file, folder))], {
    env: {
      ...bareEnv,
      PORT: String(port),
      HOLDPOINT_WEBHOOK_SECRET: secret,
    },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream
      .setEncoding('utf8')
      .on('data', (text: string) => lines.push(...text.split('\n').filter(Boolean)));
  }
  return { child, lines };
}

describe.each([
  ['receiver.ts', process.execPath, true],
  ['receiver.py', 'python3', hasPython],
])('examples/webhook-receiver/%s', (file, command, isThere) => {
  // Skipped without python3.
  it.skipIf(!isThere)(
    'verifies messages, prints each event once, and refuses anything else',
    async () => {
      const { agent, reviewer, user } = service.team();
      const manager = service.as({ user, actor: 'ops', scopes: ['webhook:manage'] });
      const port = await closedPort();
      const url = `http://127.0.0.1:${port}/`;
      const { webhook, secret } = await create(manager, url);
      const { webhookId } = webhook;
      await ask(agent, 'n');
      await approve(reviewer, 'n');

      const { lines } = start(command, file, port, secret);
      const events = [
        '1 review.requested n by agent: ',
        '2 review.approved n by reviewer: APPROVED',
      ];
      await expect.poll(() => lines.length, { timeout: 15_000 }).toBe(3);
      expect(lines[0]).toBe(`listening on ${port}`);
      expect(lines[1]).toContain(events[0]);
      expect(lines[2]).toBe(events[1]);
      await expect
        .poll(async () => (await deliveries(manager, webhookId)).map(({ status }) => status))
        .toEqual(['DELIVERED', 'DELIVERED']);

      // A repeated message is accepted, but not acted on.
      await manage(manager, 'redeliverWebhookEvent', { webhookId, cursor: '2' });
      await expect
        .poll(async () => (await deliveries(manager, webhookId))[0]?.attempts, { timeout: 5_000 })
        .toBeGreaterThan(1);
      expect(lines).toHaveLength(3);

      const body =
        '{"type":"review.approved","data":{"cursor":"9","nodeExecId":"x","actor":"y","review":null}}';
      const post = async (at: Date, key: string, text = body) => {
        const headers = {
          'webhook-id': 'evt_forged',
          'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
          'webhook-signature': `v1a,none v1,${'A'.repeat(43)}= ${new Signer(key).sign('evt_forged', at, body)}`,
        };
        return (await fetch(url, { method: 'POST', headers, body: text })).status;
      };
      const now = new Date();
      const otherKey = `whsec_${Buffer.alloc(32).toString('base64')}`;
      expect(await post(now, otherKey)).toBe(400);
      expect(await post(now, secret, body.replace('"x"', '"z"'))).toBe(400);
      expect(await post(new Date(now.getTime() - 10 * 60_000), secret)).toBe(400);
      expect(await post(new Date(now.getTime() + 10 * 60_000), secret)).toBe(400);
      expect((await fetch(url, { method: 'POST', body })).status).toBe(400);
      expect(lines.filter((line) => line.startsWith('9 '))).toEqual([]);
      // One valid signature is enough, beside two that do not match.
      expect(await post(now, secret)).toBe(204);
      await expect.poll(() => lines.at(-1)).toBe('9 review.approved x by y: gone');
    },
  );
});
