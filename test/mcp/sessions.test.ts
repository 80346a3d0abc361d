import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { afterAll, expect, it } from 'vitest';
import { serveMcpOverHttp } from '../../src/mcp/serveHttp.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';
import { sessionTransport } from './mcpClient.ts';

const service = await testService();
const options = {
  serviceUrl: `${service.url}/graphql`,
  host: '127.0.0.1',
  port: 0,
  allowedOrigins: [],
  maxSessionsPerWorkspace: 3,
};
const mcp = await serveMcpOverHttp(options);
afterAll(() => mcp.close());

async function openSession({ token }: TestClient, url = mcp.url): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's types do not agree with each other
  await client.connect(sessionTransport(url, await token) as any);
  afterAll(() => client.close());
  return client;
}

const isOpen = (client: Client): Promise<boolean> =>
  client.listTools().then(
    () => true,
    () => false,
  );

it("a workspace with too many sessions ends its own oldest one, and nobody else's", async () => {
  const [team, other] = [service.team(), service.team()];
  const ofOther = await openSession(other.agent);
  const first = await openSession(team.agent);
  const second = await openSession(service.as({ user: team.user, actor: 'another' }));
  const third = await openSession(team.agent);
  expect(await isOpen(first)).toBe(true); // now the second one was used longest ago
  const fourth = await openSession(team.agent);
  expect(await Promise.all([first, second, third, fourth].map(isOpen))).toEqual([
    true,
    false,
    true,
    true,
  ]);
  expect(await isOpen(ofOther)).toBe(true);
});

it('when there are too many in all, the workspace with the most loses its oldest one', async () => {
  const full = await serveMcpOverHttp({ ...options, maxSessions: 4 });
  afterAll(() => full.close());
  const [large, small, next] = [service.team(), service.team(), service.team()];
  const ofSmall = await openSession(small.agent, full.url);
  const first = await openSession(large.agent, full.url);
  const second = await openSession(large.agent, full.url);
  const third = await openSession(large.agent, full.url);
  const ofNext = await openSession(next.agent, full.url);
  expect(await Promise.all([ofSmall, first, second, third, ofNext].map(isOpen))).toEqual([
    true,
    false,
    true,
    true,
    true,
  ]);
});
