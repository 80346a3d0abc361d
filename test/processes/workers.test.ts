import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  connect,
  createClient,
  type Operations,
  operationsOf,
  UnreachableError,
} from '@holdpoint/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { signJwt } from '../../src/identity/jwt.ts';
import type { Scope } from '../../src/identity/viewer.ts';
import { portInUse, type Running, runHoldpoint, startProgram } from '../cli/runProgram.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { JWT_SECRET } from '../support/testService.ts';

const database = await testDatabase();
const env = { DATABASE_URL: database.url, HOLDPOINT_JWT_SECRET: JWT_SECRET, PORT: '0' };

const tokenOf = (actor: string, scope: Scope) => {
  const identity = { userId: 'u', actor, scopes: [scope], groups: [] };
  return signJwt(JWT_SECRET, identity, new Date(Date.now() + 600_000));
};
const agent = await tokenOf('agent', 'review:request');
const reviewer = await tokenOf('ada', 'review:decide');

type Service = Running & { url: string; supervisor: number };

async function start(more: Record<string, string> = {}): Promise<Service> {
  const program = startProgram('src/main.ts', ['serve', '--workers', '2'], { ...env, ...more });
  await program.until(/review:decide\n/);
  const url = /http:\/\/[^/]+/.exec(program.output.stdout)?.[0] as string;
  const service = { ...program, url, supervisor: program.process.pid as number };
  await areReady(service);
  return service;
}

const areReady = ({ url }: Service) =>
  expect
    .poll(async () => (await (await fetch(`${url}/ready`)).json()) as unknown)
    .toMatchObject({ ready: true, workers: [true, true] });

/** The process ids of the workers. */
function workersOf({ supervisor }: Service): number[] {
  try {
    const text = execFileSync('pgrep', ['--parent', String(supervisor)], { encoding: 'utf8' });
    return text.trim().split('\n').map(Number);
  } catch {
    return []; // pgrep fails if it finds none
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('several workers', () => {
  it('share a port, and answer /ready and /metrics for all of them', async () => {
    const service = await start();
    expect(service.output.stdout).toMatch(/^Holdpoint listens on \S+\/graphql with 2 workers\n/);
    expect(service.output.stdout.match(/listens/g)).toHaveLength(1);
    expect(workersOf(service)).toHaveLength(2);
    const viewer = () =>
      fetch(`${service.url}/graphql`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${agent}`,
          'content-type': 'application/json',
          connection: 'close', // each connection may be another worker's
        },
        body: '{"query":"{ viewer { actor } }"}',
      });
    for (let sent = 0; sent < 21; sent++) expect((await viewer()).status).toBe(200);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toMatch(
      /^holdpoint_requests_total\{operation="query viewer",transport="http",outcome="ok"\} 21$/m,
    );
    expect(metrics).toMatch(/^holdpoint_build_info\{version="[^"]+"\} 1$/m);
    expect(metrics).toMatch(/^holdpoint_waiting_reviews 0$/m);
    expect(metrics).toMatch(/^holdpoint_database_up 1$/m);
    service.process.kill('SIGTERM');
    expect((await service.ended).exitCode).toBe(0);
  });

  it('are replaced when they are killed under load, and nothing is lost', async () => {
    const service = await start();
    const before = workersOf(service);
    const asks = createClient({ url: service.url, token: agent });
    const ids = Array.from({ length: 40 }, (_, at) => `killed-${at}`);
    const outcomes = Promise.all(
      ids.map((nodeExecId) =>
        asks.review({
          execution: 'copilot-session-1',
          node: 'send',
          graph: 'mails',
          nodeExecId,
          payload: { nodeExecId },
        }),
      ),
    );
    const count = async () => {
      const [row] = await database.sql<{ count: number }>(
        `SELECT count(*)::int AS "count" FROM "PendingReview" WHERE "nodeExecId" LIKE 'killed-%'`,
      );
      return row?.count ?? 0;
    };
    process.kill(before[0] as number, 'SIGKILL');
    await expect.poll(count).toBe(ids.length);
    await areReady(service);
    process.kill(workersOf(service).at(-1) as number, 'SIGKILL');
    const reviews = operationsOf(connect({ url: `${service.url}/graphql`, token: reviewer }), 0);
    for (const nodeExecId of ids) await approve(reviews, nodeExecId);
    const decided = await outcomes;
    expect(decided.map(({ approved }) => approved)).toEqual(ids.map(() => true));
    await areReady(service);
    expect(workersOf(service)).not.toEqual(before);
    const [counts] = await database.sql(
      `SELECT count(*)::int AS "all", count(DISTINCT "nodeExecId")::int AS "ids"
      FROM "ReviewEvent" WHERE "kind" = 'REQUESTED' AND "nodeExecId" LIKE 'killed-%'`,
    );
    expect(counts).toEqual({ all: 40, ids: 40 });
    expect(service.output.stderr).toContain('a worker ended; it is replaced');
    service.process.kill('SIGTERM');
    expect((await service.ended).exitCode).toBe(0);
  }, 120_000);

  it('end by themselves when the supervisor is killed', async () => {
    const service = await start();
    const workers = workersOf(service);
    service.process.kill('SIGKILL');
    await expect.poll(() => workers.filter(isAlive)).toEqual([]);
  });

  it('report once that they cannot start', async () => {
    const port = await portInUse();
    const { exitCode, stderr } = await runHoldpoint(['serve', '--workers', '2'], {
      ...env,
      PORT: String(port),
      LOG_LEVEL: 'silent',
    });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: `Port ${port} on 127.0.0.1 is in use. Stop the process that uses it, or set PORT\n`,
    });

    // Nor is an embedded database started that nobody would stop.
    const home = join(tmpdir(), `holdpoint-unused-${port}`);
    const embedded = { PORT: String(port), HOLDPOINT_DATA_DIR: home };
    expect((await runHoldpoint(['serve', '--workers', '2'], embedded)).exitCode).toBe(1);
    expect(existsSync(home)).toBe(false);
  });

  it('share one embedded database, which is stopped with the last of them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdpoint-workers-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await chmod(folder, 0o755); // another user runs the server when the tests run as root
    const home = join(folder, 'data');
    const service = await start({ DATABASE_URL: '', HOLDPOINT_DATA_DIR: home });
    const second = await runHoldpoint(['serve'], { HOLDPOINT_DATA_DIR: home, PORT: '0' });
    expect(second.stderr).toMatch(/is in use by another Holdpoint process/);
    service.process.kill('SIGTERM');
    expect((await service.ended).exitCode).toBe(0);
    const left = execFileSync('find', [home, '-name', 'postmaster.pid'], { encoding: 'utf8' });
    expect(left).toBe('');
    expect(existsSync(home)).toBe(true);
  }, 60_000);

  it('leave no database behind if they are told to end while it starts', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdpoint-workers-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await chmod(folder, 0o755);
    const home = join(folder, 'data');
    const service = startProgram('src/main.ts', ['serve', '--workers', '2'], {
      ...env,
      DATABASE_URL: '',
      HOLDPOINT_DATA_DIR: home,
    });
    const pidFiles = () =>
      existsSync(home)
        ? execFileSync('find', [home, '-name', 'postmaster.pid'], { encoding: 'utf8' })
        : '';
    await expect.poll(pidFiles, { interval: 5, timeout: 40_000 }).not.toBe('');
    service.process.kill('SIGTERM');
    expect((await service.ended).exitCode).toBe(0);
    expect(service.output.stdout).toBe('');
    expect(pidFiles()).toBe('');
  }, 60_000);
});

it.each(['0', '-1', 'many', '1.5'])('--workers %s is refused', async (count) => {
  const { exitCode, stderr } = await runHoldpoint(['serve', `--workers=${count}`], env);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/It must be a number from 1 to 999, or max/);
});

/** Approves a review, and tries again if the worker that was asked is killed. */
async function approve(reviews: Operations, nodeExecId: string): Promise<void> {
  for (;;) {
    try {
      return void (await reviews.decideReviews({
        decisions: [{ nodeExecId, decision: 'APPROVE' }],
      }));
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
    }
  }
}
