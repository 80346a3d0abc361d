import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { applicationName } from '../../../src/database/applicationName.ts';
import { signJwt } from '../../../src/identity/jwt.ts';
import { type Running, startProgram } from '../../cli/runProgram.ts';
import { approve, ask } from '../../support/operations.ts';
import { TestClient } from '../../support/testClient.ts';
import { testDatabase } from '../../support/testDatabase.ts';
import { JWT_SECRET } from '../../support/testService.ts';
import { Follower, transports } from './follower.ts';
import { historyOf, insertReviews } from './history.ts';

const database = await testDatabase();
const { sql } = database;

type Process = { url: string; running: Running };

async function startProcess(): Promise<Process> {
  const running = startProgram('src/main.ts', ['serve'], {
    DATABASE_URL: database.url,
    HOLDPOINT_JWT_SECRET: JWT_SECRET,
    PORT: '0',
    LOG_LEVEL: 'warn',
  });
  await running.until(/review:decide\n/);
  return { url: /http:\/\/[^/]+/.exec(running.output.stdout)?.[0] as string, running };
}

const startThree = () => Promise.all([startProcess(), startProcess(), startProcess()]);

async function endAll(processes: Process[]): Promise<void> {
  for (const { running } of processes) running.process.kill('SIGTERM');
  for (const { running } of processes) await running.ended;
}

async function newTeam() {
  const user = `owner-${randomUUID()}`;
  const tokenOf = (actor: string, scope: 'review:request' | 'review:decide') =>
    signJwt(JWT_SECRET, { userId: user, actor, scopes: [scope] }, new Date(Date.now() + 600_000));
  const [agent, reviewer] = await Promise.all([
    tokenOf('agent', 'review:request'),
    tokenOf('reviewer', 'review:decide'),
  ]);
  return { user, agent, reviewer };
}

const client = (url: string, token: string) => new TestClient(url, Promise.resolve(token));

it('a decision on one process is an event on the others at once', async () => {
  const processes = await startThree();
  const [one, two, three] = processes as [Process, Process, Process];
  const team = await newTeam();
  const followers = [two, three].map(
    ({ url }) => new Follower(url, team.reviewer, { transport: 'WebSocket', after: '0' }),
  );
  const took: number[] = [];
  for (let n = 0; n < 40; n++) {
    await ask(client(one.url, team.agent), `step-${n}`);
    await Promise.all(followers.map((follower) => follower.count(2 * n + 1)));
    const start = performance.now();
    await approve(client(one.url, team.reviewer), `step-${n}`);
    await Promise.all(followers.map((follower) => follower.count(2 * n + 2)));
    took.push(performance.now() - start);
  }
  took.sort((a, b) => a - b);
  const p50 = took[took.length / 2] as number;
  console.log(`a decision on one process reaches the others: p50 ${p50.toFixed(1)} ms`);
  expect(p50).toBeLessThan(250);
  const history = await historyOf(sql, team.user);
  for (const follower of followers) {
    expect(follower.events).toEqual(history);
    follower.cut();
  }
  await endAll(processes);
}, 60_000);

it('subscribers of a process that is killed under load continue on another and miss nothing', async () => {
  const processes = await startThree();
  const [one, two, three] = processes as [Process, Process, Process];
  const team = await newTeam();
  const followers = transports.flatMap((transport) =>
    [0, 1, 2, 3].map(() => new Follower(two.url, team.reviewer, { transport, after: '0' })),
  );
  const writing = Promise.all(
    [0, 1, 2].map(async (writer) => {
      for (let n = 0; n < 60; n++) await ask(client(one.url, team.agent), `${writer}-${n}`);
    }),
  );
  await followers[0]?.count(60);
  two.running.process.kill('SIGKILL');
  await two.running.ended;
  const resumed = followers.map(
    (follower, index) =>
      new Follower(three.url, team.reviewer, {
        transport: transports[index % 3] ?? 'SSE',
        after: follower.last?.cursor ?? '0',
      }),
  );
  await writing;
  const history = await historyOf(sql, team.user);
  expect(history).toHaveLength(180);
  for (const [index, follower] of resumed.entries()) {
    const before = followers[index]?.events ?? [];
    expect(before.length).toBeLessThan(180);
    await follower.count(180 - before.length);
    expect([...before, ...follower.events]).toEqual(history);
    follower.cut();
  }
  await endAll([one, three]);
}, 60_000);

it('a lost notification is covered within about a second', async () => {
  const processes = [await startProcess(), await startProcess()];
  const [one, two] = processes as [Process, Process];
  const team = await newTeam();
  const follower = new Follower(two.url, team.reviewer, { transport: 'WebSocket', after: '0' });
  await ask(client(one.url, team.agent), 'first');
  await follower.count(1);

  const latencyOf = async (change: () => Promise<unknown>) => {
    const count = follower.events.length;
    await change();
    const start = performance.now();
    await follower.count(count + 1);
    return performance.now() - start;
  };
  const byHand = await latencyOf(() => insertReviews(sql, team.user, ['by hand']));
  const unnotified = await latencyOf(async () => {
    await sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = '${applicationName('notifications')}' AND datname = current_database()`,
    );
    await ask(client(one.url, team.agent), 'while notifications are down');
  });
  const notified = await latencyOf(() =>
    ask(client(one.url, team.agent), 'notifications are back'),
  );
  console.log(
    `by hand ${byHand.toFixed()} ms, without notifications ${unnotified.toFixed()} ms, with notifications ${notified.toFixed()} ms`,
  );
  // The polling interval is a second; the rest is for a busy machine.
  expect(byHand).toBeLessThan(2_500);
  expect(unnotified).toBeLessThan(2_500);
  expect(follower.events).toEqual(await historyOf(sql, team.user));
  follower.cut();
  await endAll(processes);
}, 60_000);
