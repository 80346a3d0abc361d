import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { type Clients, clientsOf } from '../client/clients.ts';
import { testService } from '../support/testService.ts';

// Each worker is a process that must load LangGraph first.
vi.setConfig({ testTimeout: 60_000 });

const service = await testService();
const program = join(import.meta.dirname, 'worker.ts');

let folder = '';
const folders: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdpoint-langgraph-'));
  folders.push(folder);
});
afterAll(() => Promise.all(folders.map((one) => rm(one, { recursive: true }))));

type Said = { waiting?: string; log?: string[]; error?: string };

/** Runs a worker until it exits; with `approves`, its requests are edited and approved. */
async function work(
  { human, agentToken }: Clients,
  death: string,
  { approves = true, takeOver = false } = {},
): Promise<Said[]> {
  const worker = spawn(
    process.execPath,
    [
      '--conditions=holdpoint-source',
      program,
      service.url,
      agentToken,
      folder,
      death,
      takeOver ? 'takeOver' : '',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(worker, 'exit');
  const said: Said[] = [];
  for await (const line of createInterface(worker.stdout)) {
    const one: Said = JSON.parse(line);
    said.push(one);
    if (one.waiting && approves) await approve(human, one.waiting);
  }
  const [, signal] = await exited;
  if (death !== 'none') expect(signal).toBe('SIGKILL');
  return said;
}

const approve = (human: Clients['human'], nodeExecId: string) =>
  human.decideReviews({
    decisions: [{ nodeExecId, decision: 'APPROVE', payload: { version: 2 } }],
  });

const deployed = () => readFile(join(folder, 'deployed'), 'utf8').catch(() => '');
const approvedOnce = '{"approved":true,"data":{"version":2}}\n';

it('after a crash while waiting, the new process gets the decision without asking again', async () => {
  const clients = await clientsOf(service);
  const [first] = await work(clients, 'waiting', { approves: false });
  expect(await deployed()).toBe('');
  await approve(clients.human, first?.waiting ?? '');
  expect(await work(clients, 'none')).toEqual([{ log: ['start', 'deploy: true'] }]);
  expect(await deployed()).toBe(approvedOnce);
  expect(await reviewsOf(clients)).toHaveLength(1);
});

it('after a crash between decision and resume, the new process continues from the checkpoint', async () => {
  const clients = await clientsOf(service);
  await work(clients, 'decided');
  expect(await deployed()).toBe('');
  expect(await work(clients, 'none')).toEqual([{ log: ['start', 'deploy: true'] }]);
  expect(await deployed()).toBe(approvedOnce);
  expect(await reviewsOf(clients)).toMatchObject([{ outcome: 'EXECUTED' }]);
});

it.each(['consumed', 'resumed'])(
  'after a crash when the decision was already %s, only takeOver resumes',
  async (death) => {
    const clients = await clientsOf(service);
    await work(clients, death);
    expect(await work(clients, 'none')).toEqual([{ error: 'AlreadyResumedError' }]);
    expect(await deployed()).toBe('');
    expect(await work(clients, 'none', { takeOver: true })).toEqual([
      { log: ['start', 'deploy: true'] },
    ]);
    expect(await deployed()).toBe(approvedOnce);
    expect(await reviewsOf(clients)).toHaveLength(1);
  },
);

async function reviewsOf({ human }: Clients) {
  const { edges } = await human.reviewsForExecution({ graphExecId: 'deployment' });
  return edges.map(({ node }) => node);
}
