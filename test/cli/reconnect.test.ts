import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { RequestReviewDocument } from '../../packages/client/src/generated/graphql.ts';
import { signJwt } from '../../src/identity/jwt.ts';
import type { Scope } from '../../src/identity/viewer.ts';
import { TestClient } from '../support/testClient.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { JWT_SECRET } from '../support/testService.ts';
import { startProgram } from './runProgram.ts';

const database = await testDatabase();

it('resumes after the last event it saw when the service is killed and restarted', async () => {
  const port = await freePort();
  const env = {
    DATABASE_URL: database.url,
    HOLDPOINT_JWT_SECRET: JWT_SECRET,
    PORT: String(port),
    LOG_LEVEL: 'silent',
  };
  const tokenOf = (actor: string, scope: Scope) =>
    signJwt(JWT_SECRET, { userId: 'u', actor, scopes: [scope] }, new Date(Date.now() + 60_000));
  const agent = new TestClient(`http://127.0.0.1:${port}`, tokenOf('agent', 'review:request'));
  const ask = (id: string) =>
    agent.query(RequestReviewDocument, {
      input: {
        nodeExecId: `copilot-node-x:${id}`,
        graphExecId: 'copilot-session-s',
        graphId: 'g',
        graphVersion: 1,
      },
    });

  const first = startProgram('src/main.ts', ['serve'], env);
  await first.until(/Holdpoint listens/);
  const watching = startProgram('src/main.ts', ['watch', '--url', agent.url], {
    HOLDPOINT_TOKEN: await tokenOf('ann', 'review:read'),
  });
  await ask('1');
  await watching.until(/node-x:1/);

  first.process.kill('SIGKILL');
  await watching.until(/Disconnected/);
  await database.sql(
    `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion",
      "nodeId", "payload", "requestedBy")
    VALUES ('u', 'copilot-node-x:2', 'copilot-session-s', 'g', 1, 'copilot-node-x', '1', 'somebody')`,
  );
  const second = startProgram('src/main.ts', ['serve'], env);
  await watching.until(/Reconnected/);
  await ask('3');
  await watching.until(/node-x:3/);

  watching.process.kill('SIGTERM');
  const { stdout } = await watching.ended;
  const lines = stdout.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).nodeExecId)).toEqual([
    'copilot-node-x:1',
    'copilot-node-x:2',
    'copilot-node-x:3',
  ]);
  second.process.kill('SIGTERM');
  await second.ended;
}, 40_000);

/**
 * A port below the range for outgoing connections, so that it is still free when the service
 * restarts.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 30_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
