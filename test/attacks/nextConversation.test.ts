import { expect, it } from 'vitest';
import {
  connectAgent,
  type McpAgent,
  mcpOverHttp,
  sessionTransport,
  stdioTransport,
} from '../mcp/mcpClient.ts';
import { approve, autoApprovals, read } from '../support/operations.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';
import { workspace } from './workspace.ts';

// The attack: a model has many MCP conversations with one token. In one of them ada approves
// "send-mail, and all future requests", because she knows what that conversation is about. The
// model then sends mail in all other conversations, too, since they look like the same run.
//
// It fails because each MCP session is a run of its own, which ends with the session, whatever its
// token.

const service = await testService();
const mcp = await mcpOverHttp(service);

type Conversation = McpAgent & { sessionId: string; hangUp(): Promise<void> };

async function conversation(token: string): Promise<Conversation> {
  const transport = sessionTransport(mcp.url, token);
  const agent = await connectAgent(transport as never);
  return {
    ...agent,
    sessionId: transport.sessionId ?? '',
    hangUp: () => transport.terminateSession(),
  };
}

const mail = (to: string) => ({ action: 'send-mail', payload: { to } });

/** One conversation, in which ada lets all mail through. */
async function trusted(ada: TestClient, token: string) {
  const first = await conversation(token);
  const { reviewId } = await first.call('request_review', mail('ann'));
  await approve(ada, reviewId, { autoApproveFuture: true });
  expect(await first.call('request_review', mail('bob'))).toMatchObject({ status: 'approved' });
  return { first, reviewId };
}

it('a standing approval does not carry over to another conversation with the same token', async () => {
  const { rogue, ada } = workspace(service);
  const { first, reviewId } = await trusted(ada, await rogue.token);
  const second = await conversation(await rogue.token);
  expect(await second.call('request_review', mail('everybody'))).toMatchObject({
    status: 'waiting',
    actNow: false,
  });
  // The standing approval still applies to the first conversation.
  expect(await first.call('request_review', mail('cid'))).toMatchObject({ status: 'approved' });
  const [ofFirst] = await read(rogue, [reviewId]);
  expect(await autoApprovals(ada, ofFirst?.graphExecId ?? '')).toMatchObject([{ uses: 2 }]);
});

it('a standing approval does not carry over to the next conversation after the first has ended', async () => {
  const { rogue, ada } = workspace(service);
  const { first, reviewId } = await trusted(ada, await rogue.token);
  const waits = await first.call('request_review', { action: 'delete', payload: {} });
  await first.hangUp();
  // Its pending request is cancelled, and its approval can no longer be used.
  await expect
    .poll(async () => (await read(rogue, [waits.reviewId]))[0]?.decisionSource)
    .toBe('CANCELLATION');
  const next = await conversation(await rogue.token);
  expect(await next.call('request_review', mail('everybody'))).toMatchObject({ status: 'waiting' });
  expect(await next.call('consume_review', { reviewId, payload: { to: 'ann' } })).toMatchObject({
    actNow: false,
  });
});

it('a conversation stays the same when its token is renewed', async () => {
  const { rogue, ada, user } = workspace(service);
  const { first } = await trusted(ada, await rogue.token);
  const renewed = service.as({ user, actor: 'rogue', scopes: ['review:request'] });
  const call = async (token: string) =>
    fetch(mcp.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${token}`,
        'mcp-session-id': first.sessionId,
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 7,
        method: 'tools/call',
        params: { name: 'request_review', arguments: mail('dan') },
      }),
    });
  const passed = await call(await renewed.token);
  expect(await passed.text()).toContain('"status":"approved"');
  // Knowing the ID of a conversation is not enough: tokens of another agent or another workspace
  // do not find it.
  for (const client of [workspace(service).rogue, service.as({ user, actor: 'colleague' })]) {
    expect((await call(await client.token)).status).toBe(404);
  }
});

it('each run of the command over stdio is a conversation of its own', async () => {
  const { rogue, ada } = workspace(service);
  const env = { HOLDPOINT_URL: service.url, HOLDPOINT_TOKEN: await rogue.token };
  const first = await connectAgent(stdioTransport(env));
  const { reviewId } = await first.call('request_review', mail('ann'));
  await approve(ada, reviewId, { autoApproveFuture: true });
  expect(await first.call('request_review', mail('bob'))).toMatchObject({ status: 'approved' });
  const second = await connectAgent(stdioTransport(env));
  expect(await second.call('request_review', mail('cid'))).toMatchObject({ status: 'waiting' });
  // The run ends with the process.
  const waits = await first.call('request_review', { action: 'delete', payload: {} });
  await first.client.close();
  await expect
    .poll(async () => (await read(rogue, [waits.reviewId]))[0]?.decisionSource)
    .toBe('CANCELLATION');
});
