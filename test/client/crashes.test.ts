import { expect, it } from 'vitest';
import { startProgram } from '../cli/runProgram.ts';
import { testService } from '../support/testService.ts';
import { type Clients, clientsOf } from './clients.ts';

// The Python client passes the same tests, in python/tests/test_crashes.py.

const service = await testService();

/** Starts an agent as a process of its own. Answers its exit code and what it printed. */
async function agent({ agentToken }: Clients, point = 'nowhere', skewMs = 0) {
  const args = [service.url, agentToken, point, String(skewMs)];
  const { exitCode, stdout } = await startProgram('test/client/crashingAgent.ts', args).ended;
  return [exitCode, stdout.trim()];
}

async function approve({ human }: Clients) {
  await expect.poll(async () => (await human.pendingReviews()).totalCount).toBe(1);
  const [edge] = (await human.pendingReviews()).edges;
  const nodeExecId = edge?.node.nodeExecId as string;
  await human.decideReviews({ decisions: [{ nodeExecId, decision: 'APPROVE' }] });
}

it('a crash before consuming lets the next agent run it', async () => {
  const clients = await clientsOf(service);
  const crashed = agent(clients, 'before consuming');
  await approve(clients);
  expect(await crashed).toEqual([9, '']);
  expect(await agent(clients)).toEqual([0, 'paid 5']);
  expect(await agent(clients)).toEqual([0, 'consumed']);
});

it.each([
  ['before running', ''],
  ['before reporting', 'paid 5'],
])('after a crash %s it never runs again, and can be found', async (point, output) => {
  const clients = await clientsOf(service);
  const crashed = agent(clients, point);
  await approve(clients);
  expect(await crashed).toEqual([9, output]);
  expect(await agent(clients)).toEqual([0, 'consumed']);
  const { edges } = await clients.human.reviewsByState({ state: 'UNREPORTED' });
  expect(edges.map(({ node }) => node.consumedBy)).toEqual(['agent']);
});

it('two workers run it once', async () => {
  const clients = await clientsOf(service);
  const workers = [agent(clients), agent(clients)];
  await approve(clients);
  const ended = await Promise.all(workers);
  expect(ended.map(([, output]) => output).sort()).toEqual(['consumed', 'paid 5']);
});

it.each([7_200_000, -7_200_000])('a clock that is wrong by %i ms changes nothing', async (skew) => {
  const clients = await clientsOf(service);
  const worker = agent(clients, 'nowhere', skew);
  await approve(clients);
  expect(await worker).toEqual([0, 'paid 5']);
});
