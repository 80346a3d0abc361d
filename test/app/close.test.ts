import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SocketClient } from '../server/socketClient.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { askFor, openStream, post, startApp, tokenFor } from './startApp.ts';

const database = await testDatabase();
const env = { DATABASE_URL: database.url };
const subscription = 'subscription { reviewEvents { cursor nodeExecId } }';
const MAX_MS = 5_000;

/** Blocks every mutation of reviews until the returned function is called. */
async function block(): Promise<() => Promise<void>> {
  const client = await database.pool.connect();
  await client.query('BEGIN; LOCK TABLE "PendingReview" IN EXCLUSIVE MODE');
  return async () => {
    await client.query('COMMIT');
    client.release();
  };
}

const idsOf = async (prefix: string) =>
  (
    await database.sql<{ nodeExecId: string }>(
      'SELECT "nodeExecId" FROM "PendingReview" WHERE "nodeExecId" LIKE $1',
      [`${prefix}%`],
    )
  ).map(({ nodeExecId }) => nodeExecId);

describe('SIGTERM', { timeout: 40_000 }, () => {
  it('ends an idle process at once with exit code 0', async () => {
    const app = await startApp(env);
    const token = await tokenFor('agent');
    await post(app.line, token, askFor('before'));
    const start = performance.now();
    app.child.kill('SIGTERM');
    expect(await app.exited).toMatchObject({ code: 0, signal: null });
    expect(performance.now() - start).toBeLessThan(3_000);
    expect(app.output()).toBe(`${app.line}\n`);
  });

  it('closes subscriptions so that clients reconnect, without a `complete` message', async () => {
    const app = await startApp(env);
    const token = await tokenFor('agent');
    const socket = await SocketClient.enter(app.line, token);
    socket.subscribe('1', subscription);
    const stream = await openStream(app.line, token, subscription);
    // A client that never reads.
    const deaf = await SocketClient.enter(app.line, token);
    deaf.socket.pause();
    await expect.poll(() => stream.text).toContain(':');
    await pause(100);
    await post(app.line, token, askFor('seen'));
    await socket.message('next', '1');
    await expect.poll(() => stream.text).toContain('seen');

    const start = performance.now();
    app.child.kill('SIGTERM');
    expect(await socket.closed).toMatchObject({ code: 1012 });
    await stream.ended;
    expect(stream.text).not.toContain('complete');
    expect(socket.texts.join()).not.toContain('complete');
    expect(await app.exited).toMatchObject({ code: 0, signal: null });
    expect(performance.now() - start).toBeLessThan(MAX_MS);
    deaf.socket.terminate();
  });

  it('finishes requests in progress and accepts no new ones', async () => {
    const app = await startApp(env);
    const token = await tokenFor('agent');
    const socket = await SocketClient.enter(app.line, token);
    const keepAlive = new Agent({ keepAlive: true, maxSockets: 1 });
    const askOverOldConnection = (nodeExecId: string) =>
      new Promise<string>((resolve) => {
        const body = JSON.stringify({ query: askFor(nodeExecId) });
        const sent = request(
          `${app.line}/graphql`,
          {
            agent: keepAlive,
            method: 'POST',
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          },
          async (response) => {
            let text = '';
            for await (const chunk of response) text += chunk;
            resolve(`${response.statusCode} ${text}`);
          },
        );
        sent.on('error', (error) => resolve(error.message));
        sent.end(body);
      });
    expect(await askOverOldConnection('ended-0')).toMatch(/^200 .*RequestReviewPayload/);

    const unblock = await block();
    const inProgress = askOverOldConnection('ended-1');
    const next = askOverOldConnection('ended-2'); // queued behind it on the same connection
    socket.subscribe('1', askFor('ended-3'));
    await pause(300);
    const start = performance.now();
    app.child.kill('SIGTERM');
    await pause(300);
    await expect(post(app.line, token, askFor('ended-4'))).rejects.toThrow();
    await unblock();

    expect(await inProgress).toMatch(/^200 .*RequestReviewPayload/);
    expect(await next).not.toMatch(/^200/);
    expect(await app.exited).toMatchObject({ code: 0, signal: null });
    expect(performance.now() - start).toBeLessThan(MAX_MS);
    const ids = await idsOf('ended-');
    expect(ids).toContain('ended-1');
    expect(ids).not.toContain('ended-2');
    expect(ids).not.toContain('ended-4');
    keepAlive.destroy();
  });

  it('does not wait for requests that never finish', async () => {
    const app = await startApp(env);
    const token = await tokenFor('agent');
    const unblock = await block();
    const stuck = Promise.allSettled(
      [1, 2, 3].map((n) => post(app.line, token, askFor(`stuck-${n}`))),
    );
    await pause(300);
    const start = performance.now();
    app.child.kill('SIGTERM');
    const { code, signal } = await Promise.race([
      app.exited,
      pause(8_000).then(() => ({ code: null, signal: 'too late' })),
    ]);
    app.child.kill('SIGKILL');
    await unblock();
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(performance.now() - start).toBeLessThan(MAX_MS + 500);
    await stuck;
  });
});

it('every mutation that was answered survives kill -9', {
  timeout: 60_000,
}, async () => {
  const token = await tokenFor('agent');
  for (let round = 0; round < 3; round++) {
    const app = await startApp(env);
    const answered: string[] = [];
    const worker = async (name: string) => {
      for (let n = 0; ; n++) {
        const id = `killed-${round}-${name}-${n}`;
        const { status, text } = await post(app.line, token, askFor(id));
        if (status !== 200 || !text.includes('RequestReviewPayload')) throw new Error(text);
        answered.push(id);
      }
    };
    let working = true;
    const workers = Promise.allSettled(['a', 'b', 'c', 'd'].map(worker)).finally(() => {
      working = false;
    });
    while (working && answered.length < 20 * (round + 1)) await pause(1);
    app.child.kill('SIGKILL');
    await workers;
    expect(await app.exited).toMatchObject({ signal: 'SIGKILL' });

    const next = await startApp(env);
    const query = (ids: string[]) =>
      `{ reviews(nodeExecIds: ${JSON.stringify(ids)}) { nodeExecId } }`;
    expect(answered.length).toBeGreaterThan(0);
    for (let at = 0; at < answered.length; at += 100) {
      const ids = answered.slice(at, at + 100);
      const { text } = await post(next.line, token, query(ids));
      expect(JSON.parse(text).data.reviews).toHaveLength(ids.length);
    }
    next.child.kill('SIGTERM');
    await next.exited;
  }
});
