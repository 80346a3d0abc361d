import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { describe, expect, it } from 'vitest';
import { payloadDigest } from '../../packages/client/src/digest.ts';
import { JsonText } from '../../packages/client/src/json/jsonText.ts';
import { consumeReview } from '../../src/mcp/consumeReview.ts';
import { openReviewClient } from '../../src/mcp/reviewClient.ts';
import { waitForReview } from '../../src/mcp/waitForReview.ts';
import { mustSet, rule } from '../policy/operations.ts';
import { company, vote, withdrawNow } from '../support/ballots.ts';
import { bareEnv } from '../support/bareEnv.ts';
import { approve, ask, deleteReview, read } from '../support/operations.ts';
import { digestOf } from '../support/outcomes.ts';
import type { TestClient } from '../support/testClient.ts';
import { type Team, testService } from '../support/testService.ts';
import {
  connectAgent,
  httpTransport,
  type McpAgent,
  mcpOverHttp,
  root,
  sessionTransport,
  stdioTransport,
} from './mcpClient.ts';

const service = await testService();
const mcp = await mcpOverHttp(service, ['https://allowed.example.com']);

const transports: [string, (agent: TestClient) => Promise<McpAgent>][] = [
  [
    'stdio',
    async (agent) =>
      connectAgent(
        stdioTransport({ HOLDPOINT_URL: service.url, HOLDPOINT_TOKEN: await agent.token }),
      ),
  ],
  ['HTTP', async (agent) => connectAgent(httpTransport(mcp.url, await agent.token))],
];

async function openSession(token: string) {
  const transport = sessionTransport(mcp.url, token);
  return { transport, agent: await connectAgent(transport as never) };
}

async function decide(
  { reviewer }: Team,
  nodeExecId: string,
  decision: Record<string, unknown> = { decision: 'APPROVE' },
): Promise<void> {
  const [review] = await read(reviewer, [nodeExecId]);
  const { decideReviews } = await reviewer.query<{ decideReviews: { __typename: string } }>(
    `mutation ($input: DecideReviewsInput!) { decideReviews(input: $input) { __typename } }`,
    { input: { decisions: [{ nodeExecId, subjectDigest: review?.subjectDigest, ...decision }] } },
  );
  expect(decideReviews).toMatchObject({ __typename: 'DecideReviewsPayload' });
}

const mail = () => ({ action: 'send-email', payload: { to: `${randomUUID()}@example.com`, n: 1 } });

describe.each(transports)('over %s', (_, connect) => {
  it('tells the model how to use the tools', async () => {
    const { client } = await connect(service.team().agent);
    expect(client.getInstructions()).toMatch(/Before any action[\s\S]*do not act/);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'request_review',
      'ask_question',
      'wait_for_review',
      'revise_review',
      'consume_review',
      'report_outcome',
    ]);
    for (const { description, inputSchema } of tools) {
      expect(description).toMatch(/^Call this/);
      for (const property of Object.values(inputSchema.properties ?? {})) {
        expect(property).toHaveProperty('description');
      }
    }
  });

  it('81. asks a question, and the answer is never an approval', async () => {
    const team = service.team();
    const agent = await connect(team.agent);
    const question = {
      topic: 'choose-account',
      question: 'Which account pays?',
      answerSchema: { enum: ['main', 'escrow'] },
      context: { customer: 'c-9' },
    };
    const asked = await agent.call('ask_question', question);
    expect(asked).toMatchObject({ status: 'waiting', actNow: false });
    expect(asked.text).toMatch(/^No answer yet/);
    const { reviewId } = asked;
    const waiting = agent.call('wait_for_review', { reviewId, seconds: 20 });
    await decide(team, reviewId, { decision: 'ANSWER', answer: 'escrow', message: 'As always' });
    const answered = await waiting;
    expect(answered).toMatchObject({
      ...{ status: 'answered', actNow: false, answer: 'escrow', decidedBy: 'reviewer' },
      message: 'As always',
    });
    expect(answered.text).toContain('Answer: "escrow"');
    expect(await agent.call('ask_question', question)).toMatchObject({ answer: 'escrow' });
    const used = await agent.call('consume_review', { reviewId, payload: question.context });
    expect(used).toMatchObject({ status: 'answered', actNow: false });
    expect(used.text).toMatch(/An answer is never an approval/);

    const declined = await agent.call('ask_question', { ...question, call: 'again' });
    await decide(team, declined.reviewId, { decision: 'REJECT', message: 'Not mine to say' });
    const none = await agent.call('wait_for_review', { reviewId: declined.reviewId });
    expect(none).toMatchObject({ status: 'rejected', actNow: false, message: 'Not mine to say' });
    expect(none.text).toMatch(/^There is no answer/);
  });

  it('84. revises a request after changes were requested', async () => {
    const team = service.team();
    const agent = await connect(team.agent);
    const links = [{ title: 'The order', url: 'https://shop.example.com/17' }];
    const first = { ...mail(), reversible: false, links };
    const { reviewId } = await agent.call('request_review', first);
    const waiting = agent.call('wait_for_review', { reviewId, seconds: 20 });
    const comments = [{ text: 'Testers only', pointer: '/to' }];
    await decide(team, reviewId, { decision: 'REQUEST_CHANGES', message: 'Not to all', comments });
    const told = await waiting;
    const changes = {
      status: 'changes_requested',
      actNow: false,
      message: 'Not to all',
      comments: [{ actor: 'reviewer', text: 'Testers only', pointer: '/to' }],
      payload: first.payload,
      payloadDigest: await payloadDigest(first.payload),
    };
    expect(told).toMatchObject(changes);
    expect(told.text).toMatch(/^A reviewer asked for changes\. Do not act\./);
    expect(told.text).toContain('Comment by reviewer on /to: Testers only');
    expect(await agent.call('request_review', first)).toMatchObject(changes);
    const used = await agent.call('consume_review', { reviewId, payload: first.payload });
    expect(used).toMatchObject({ status: 'changes_requested', actNow: false });

    const payload = { ...first.payload, to: 'testers@example.com' };
    const revision = { reviewId, payloadDigest: told.payloadDigest, payload, note: 'Testers' };
    expect(await agent.call('revise_review', revision)).toMatchObject({ status: 'waiting' });
    // Based on a payload that is no longer the current one, it changes nothing.
    const late = { ...revision, payload: { to: 'everybody@example.com' } };
    expect(await agent.call('revise_review', late)).toMatchObject({ status: 'waiting' });
    await decide(team, reviewId);
    const approved = await agent.call('wait_for_review', { reviewId });
    expect(approved).toMatchObject({ status: 'approved', payload });
    const old = await agent.call('consume_review', { reviewId, payload: first.payload });
    expect(old).toMatchObject({ actNow: false });
    expect(await agent.call('consume_review', { reviewId, payload })).toMatchObject({
      actNow: true,
      payload,
    });
  });

  it('requests, waits in intervals, gets the edited payload, consumes it once, and reports', async () => {
    const team = service.team();
    const agent = await connect(team.agent);
    const asked = await agent.call('request_review', { ...mail(), instructions: 'Please.' });
    expect(asked).toMatchObject({ status: 'waiting', actNow: false, isError: false });
    const { reviewId } = asked;

    const slice = await agent.call('wait_for_review', { reviewId, seconds: 0.2 });
    expect(slice).toMatchObject({ status: 'waiting', actNow: false, isError: false });
    expect(slice.text).toMatch(/Do not act.*wait_for_review/s);

    const waiting = agent.call('wait_for_review', { reviewId, seconds: 20 });
    const payload = { to: 'testers@example.com', n: 2 };
    await decide(team, reviewId, { decision: 'APPROVE', payload, message: 'Testers first.' });
    const approved = await waiting;
    expect(approved).toMatchObject({
      status: 'approved',
      actNow: false, // not before it is consumed
      edited: true,
      payload,
      payloadDigest: await payloadDigest(payload),
      message: 'Testers first.',
      decidedBy: 'reviewer',
    });
    expect(approved.text).toContain('Approved payload: {"to":"testers@example.com","n":2}');

    const other = await agent.call('consume_review', { reviewId, payload: { ...payload, n: 1 } });
    expect(other).toMatchObject({ status: 'approved', actNow: false, isError: false });
    expect(other.text).toMatch(/^Do not act: .*was approved with payload sha256:/);
    expect(other.text).toMatch(/The reviewer changed the payload\. Call wait_for_review/);

    const consumed = await agent.call('consume_review', {
      reviewId,
      payload: { n: 2, to: payload.to },
    });
    expect(consumed).toMatchObject({ status: 'consumed', actNow: true, payload });

    const again = await agent.call('consume_review', { reviewId, payload });
    expect(again).toMatchObject({ status: 'consumed', actNow: false, isError: false });
    expect(again.text).toMatch(/^Do not act: .*already consumed by agent/);
    const later = await agent.call('wait_for_review', { reviewId });
    expect(later).toMatchObject({ status: 'consumed', actNow: false });

    const report = { reviewId, outcome: 'EXECUTED', detail: 'sent' };
    expect(await agent.call('report_outcome', report)).toMatchObject({ status: 'reported' });
    const [review] = await service.sql(
      'SELECT "outcome", "outcomeDetail" FROM "PendingReview" WHERE "nodeExecId" = $1',
      [reviewId],
    );
    expect(review).toEqual({ outcome: 'EXECUTED', outcomeDetail: 'sent' });
  });

  it('a rejection is a regular result that says not to act', async () => {
    const team = service.team();
    const agent = await connect(team.agent);
    const { reviewId } = await agent.call('request_review', mail());
    await decide(team, reviewId, { decision: 'REJECT', message: 'Not today.' });
    const answer = await agent.call('wait_for_review', { reviewId });
    expect(answer).toMatchObject({ status: 'rejected', actNow: false, isError: false });
    expect(answer.text).toMatch(/Rejected\. Do not act/);
    expect(answer.text).toContain('Not today.');
    const consumed = await agent.call('consume_review', {
      reviewId,
      payloadDigest: await payloadDigest({}),
    });
    expect(consumed).toMatchObject({ status: 'rejected', actNow: false, isError: false });
  });

  it('a repeated call does not request again, unless `call` differs', async () => {
    const { agent: asker, reviewer } = service.team();
    const agent = await connect(asker);
    const same = mail();
    const asked = await Promise.all(
      Array.from({ length: 5 }, () => agent.call('request_review', same)),
    );
    expect(new Set(asked.map(({ reviewId }) => reviewId)).size).toBe(1);
    await agent.call('request_review', { ...same, call: '2' });
    const { pendingReviews } = await reviewer.query<{ pendingReviews: { totalCount: number } }>(
      '{ pendingReviews { totalCount } }',
    );
    expect(pendingReviews.totalCount).toBe(2);
  });

  it('one of two clients that consume the same review is told to act', async () => {
    const team = service.team();
    const agents = await Promise.all([connect(team.agent), connect(team.agent)]);
    for (let round = 0; round < 10; round++) {
      const asking = { ...mail(), execution: 'copilot-session-shared' };
      const [{ reviewId }] = (await Promise.all(
        agents.map((agent) => agent.call('request_review', asking)),
      )) as unknown as [{ reviewId: string }];
      await decide(team, reviewId);
      const answers = await Promise.all(
        agents.map((agent) => agent.call('consume_review', { reviewId, payload: asking.payload })),
      );
      expect(answers.filter(({ actNow }) => actNow)).toHaveLength(1);
      expect(answers.every(({ isError }) => !isError)).toBe(true);
    }
  });

  it('a standing approval applies at once, even if it is created while waiting, and is used once', async () => {
    const team = service.team();
    const agent = await connect(team.agent);
    const execution = 'copilot-session-standing';
    const first = await agent.call('request_review', { ...mail(), execution });
    const second = await agent.call('request_review', { ...mail(), execution });
    const waiting = agent.call('wait_for_review', { reviewId: second.reviewId, seconds: 30 });
    await decide(team, first.reviewId, { decision: 'APPROVE', autoApproveFuture: true });
    expect(await waiting).toMatchObject({ status: 'approved', actNow: false });
    const asking = { ...mail(), execution };
    const asked = await agent.call('request_review', asking);
    expect(asked).toMatchObject({ status: 'approved', actNow: false, payload: asking.payload });
    const using = { reviewId: asked.reviewId, payload: asking.payload };
    expect(await agent.call('consume_review', using)).toMatchObject({ actNow: true });
    expect(await agent.call('consume_review', using)).toMatchObject({ actNow: false });
    expect(await agent.call('request_review', asking)).toMatchObject({ status: 'consumed' });
  });

  it('43. asks for several approvals, says who voted, and waits again after a withdrawal', async () => {
    const { agent: asker, as } = await company(service, { finance: ['ada', 'ben'] });
    const agent = await connect(asker);
    const { action, payload } = mail();
    const approvalsRequired = [{ teamId: 'finance', count: 2 }];
    const refused = { ...{ action, payload }, approvalsRequired: [{ count: 11 }] };
    expect(await agent.call('request_review', refused)).toMatchObject({
      isError: true,
      text: expect.stringMatching(/approvalsRequired\.0\.count: must be 1 to 10, not 11/),
    });
    const escalation = [{ after: '12h', actors: ['boss'] }];
    const asking = { action, payload, approvalsRequired, escalation };
    const { reviewId } = await agent.call('request_review', asking);
    await vote(as('ada'), reviewId, { message: 'fine' });
    const half = await agent.call('wait_for_review', { reviewId, seconds: 0 });
    expect(half).toMatchObject({
      status: 'waiting',
      actNow: false,
      approvals: { required: 2, given: 1 },
      votes: [{ actor: 'ada', decision: 'APPROVE', message: 'fine' }],
    });
    expect(half.text).toContain('1 of 2 approvals are given. Do not act.');

    const waiting = agent.call('wait_for_review', { reviewId, seconds: 30 });
    await vote(as('ben'), reviewId);
    expect(await waiting).toMatchObject({
      status: 'approved',
      source: 'REVIEWER',
      votes: [{ actor: 'ada' }, { actor: 'ben' }],
    });
    await withdrawNow(as('ben'), reviewId);
    const using = { reviewId, payload };
    expect(await agent.call('consume_review', using)).toMatchObject({
      status: 'waiting',
      actNow: false,
      approvals: { required: 2, given: 0 },
    });
    await vote(as('ada'), reviewId);
    await vote(as('ben'), reviewId);
    expect(await agent.call('consume_review', using)).toMatchObject({ actNow: true });
  });

  it('80. requests carry a headline, a risk and tags, and answers name the rules of the policy', async () => {
    const team = service.team();
    const ops = service.as({ user: team.user, actor: 'ops', scopes: ['policy:manage'] });
    const rules = [
      rule('no-eve', 'payload.to == "eve"', 'DENY', { reason: 'Frozen' }),
      rule('bulk', 'payload.n > 9', 'REVIEW'),
      rule('one', 'payload.n == 1', 'ALLOW', { reason: 'Single mails are fine' }),
    ];
    await mustSet(ops, { rules });
    const agent = await connect(team.agent);
    const mailTo = (to: string, n: number) => ({ action: 'send-email', payload: { to, n } });

    const denied = await agent.call('request_review', mailTo('eve', 1));
    expect(denied).toMatchObject({
      ...{ status: 'rejected', actNow: false, source: 'POLICY', decidedBy: 'ops' },
      ...{ rules: ['no-eve'], message: 'Denied by rule no-eve: Frozen' },
    });
    expect(denied.text).toMatch(
      /^Denied by the policy: nobody can approve it\. Do not act, and do not request .*again\.\nMessage from the policy: Denied by rule no-eve: Frozen\nRules of the policy: no-eve\n/,
    );

    const allowing = mailTo('ada', 1);
    const allowed = await agent.call('request_review', allowing);
    expect(allowed).toMatchObject({
      ...{ status: 'approved', actNow: false, source: 'POLICY', rules: ['one'] },
    });
    const { reviewId } = allowed;
    const consumed = await agent.call('consume_review', { reviewId, payload: allowing.payload });
    expect(consumed).toMatchObject({ actNow: true, source: 'POLICY', rules: ['one'] });

    const summary = { headline: 'Mail 20 people', risk: 'MEDIUM', tags: ['mail'] };
    const asked = await agent.call('request_review', { ...mailTo('all', 20), ...summary });
    expect(asked).toMatchObject({ status: 'waiting', rules: ['bulk'] });
    expect(asked.text).toContain('\nRules of the policy: bulk\n');
    const { operations } = openReviewClient(`${service.url}/graphql`, await team.agent.token);
    expect(await operations.reviews([asked.reviewId])).toMatchObject([summary]);
    const tooLong = { ...mailTo('all', 21), headline: 'x'.repeat(201) };
    expect(await agent.call('request_review', tooLong)).toMatchObject({ isError: true });
  });

  it('73. an approval that the policy denies meanwhile is not to be waited for again', async () => {
    const team = service.team();
    const agent = await connect(team.agent);
    const { action, payload } = mail();
    const { reviewId } = await agent.call('request_review', { action, payload });
    await decide(team, reviewId);
    const ops = service.as({ user: team.user, actor: 'ops', scopes: ['policy:manage'] });
    await mustSet(ops, { rules: [rule('frozen', 'true', 'DENY', { reason: 'Not today' })] });
    const refused = await agent.call('consume_review', { reviewId, payload });
    expect(refused).toMatchObject({ status: 'void', actNow: false, isError: false });
    expect(refused.next).toMatch(
      /^Do not act: Review .* is approved, but denied by rule frozen: Not today\.$/,
    );
  });

  it('expiry and cancellation differ from a rejection by a person', async () => {
    const team = service.team();
    const agent = await connect(team.agent);
    const expiring = await agent.call('request_review', { ...mail(), expiresInSeconds: 1 });
    const expired = await agent.call('wait_for_review', { reviewId: expiring.reviewId });
    expect(expired).toMatchObject({ status: 'expired', actNow: false, isError: false });

    const asking = { ...mail(), execution: 'copilot-session-stopped' };
    const { reviewId } = await agent.call('request_review', asking);
    await team.reviewer.query(
      'mutation { cancelPendingReviews(input: { graphExecId: "copilot-session-stopped" }) { __typename } }',
    );
    const cancelled = await agent.call('wait_for_review', { reviewId });
    expect(cancelled).toMatchObject({ status: 'cancelled', actNow: false });
  });

  it('an error is never an approval', async () => {
    const team = service.team();
    const agent = await connect(team.agent);
    expect(await agent.call('wait_for_review', { reviewId: 'none' })).toMatchObject({
      status: 'unknown',
      actNow: false,
    });
    const digest = await payloadDigest({});
    const none = await agent.call('consume_review', { reviewId: 'none', payloadDigest: digest });
    expect(none).toMatchObject({ status: 'unknown', actNow: false });
    const { reviewId } = await agent.call('request_review', mail());
    const early = await agent.call('consume_review', { reviewId, payloadDigest: digest });
    expect(early).toMatchObject({ status: 'waiting', actNow: false });
    for (const [tool, args] of [
      ['consume_review', { reviewId }],
      ['consume_review', { reviewId, payloadDigest: 'sha256:1' }],
      ['request_review', { action: 'send', payload: { text: 'a\u0000b' } }],
      ['request_review', { action: '', payload: {} }],
      ['request_review', { action: 'send' }],
    ] as const) {
      const answer = await agent.call(tool, args);
      expect(answer.isError, JSON.stringify(answer)).toBe(true);
      expect(answer.actNow).toBeUndefined();
      if (tool === 'consume_review')
        expect(answer.text).toMatch(/^Nothing was consumed: do not act/);
    }
    const early2 = await agent.call('report_outcome', { reviewId, outcome: 'EXECUTED' });
    expect(early2.text).toMatch(/^Nothing was reported/);
  });

  it("another owner's review does not exist", async () => {
    const [ours, theirs] = [service.team(), service.team()];
    const { reviewId } = await (await connect(ours.agent)).call('request_review', mail());
    await decide(ours, reviewId);
    const agent = await connect(theirs.agent);
    expect(await agent.call('wait_for_review', { reviewId })).toMatchObject({ status: 'unknown' });
  });

  it('sends progress so that the client does not time out', async () => {
    const agent = await connect(service.team().agent);
    const { reviewId } = await agent.call('request_review', mail());
    const progress: number[] = [];
    await agent.call(
      'wait_for_review',
      { reviewId, seconds: 3 },
      { onprogress: (heard) => progress.push(heard.progress) },
    );
    expect(progress).toEqual([1]);
  });
});

describe('over HTTP', () => {
  const initialize = {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'raw', version: '1' },
    },
  };
  const post = async (headers: Record<string, string>, body: unknown = initialize) =>
    fetch(mcp.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body: JSON.stringify(body),
    });

  it('every caller needs a valid token', async () => {
    for (const headers of [{}, { authorization: 'Bearer none' }, { authorization: 'Basic YTpi' }]) {
      const response = await post(headers as Record<string, string>);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
    }
    const authorization = `Bearer ${await service.team().agent.token}`;
    expect((await post({ authorization })).status).toBe(200);
  });

  it('each session is a run of its own, whatever its token, which ends with the session', async () => {
    const team = service.team();
    const asking = { action: 'send-mail', payload: { to: 'ann' } };
    const executionOf = async (reviewId: string) =>
      (await read(team.agent, [reviewId]))[0]?.graphExecId ?? '';

    // A standing approval in one conversation does not apply to the next.
    const first = await openSession(await team.agent.token);
    const one = await first.agent.call('request_review', asking);
    await decide(team, one.reviewId, { decision: 'APPROVE', autoApproveFuture: true });
    const again = { ...asking, call: 'again' };
    expect(await first.agent.call('request_review', again)).toMatchObject({ status: 'approved' });
    const second = await openSession(await team.agent.token);
    const two = await second.agent.call('request_review', again);
    expect(two).toMatchObject({ status: 'waiting' });
    expect(await executionOf(two.reviewId)).not.toBe(await executionOf(one.reviewId));

    // It continues with a new token of the same actor, and with no other actor's.
    const sessionId = first.transport.sessionId as string;
    const renewed = await service.as({ user: team.user, actor: 'agent' }).token;
    const other = await service.as({ user: team.user, actor: 'other' }).token;
    const call = (token: string) =>
      post(
        { authorization: `Bearer ${token}`, 'mcp-session-id': sessionId },
        { jsonrpc: '2.0', id: 9, method: 'tools/list' },
      );
    expect((await call(renewed)).status).toBe(200);
    expect((await call(other)).status).toBe(404);

    // Its pending requests end with it, and nothing more can be requested or consumed in it.
    await second.transport.terminateSession();
    await expect
      .poll(async () => (await read(team.agent, [two.reviewId]))[0]?.decisionSource)
      .toBe('CANCELLATION');
    await expect(second.agent.call('request_review', asking)).rejects.toThrow();
    await first.transport.terminateSession();
    expect((await call(renewed)).status).toBe(404);
    const execution = await executionOf(one.reviewId);
    expect(await ask(team.agent, 'late', { graphExecId: execution })).toMatchObject({
      __typename: 'ExecutionEndedError',
      status: 'COMPLETED',
    });
  });

  it('only allowed origins can send requests', async () => {
    const authorization = `Bearer ${await service.team().agent.token}`;
    const from = async (origin: string) => (await post({ authorization, origin })).status;
    expect(await from('https://evil.example.com')).toBe(403);
    expect(await from(new URL(mcp.url).origin)).toBe(403);
    expect(await from('https://allowed.example.com')).toBe(200);
  });

  it('requests that are not MCP are refused', async () => {
    const authorization = `Bearer ${await service.team().agent.token}`;
    expect((await fetch(mcp.url)).status).toBe(405);
    expect((await post({ authorization }, { hello: 1 })).status).toBe(400);
    expect((await post({ authorization }, 'x'.repeat(2_000_000))).status).toBe(413);
    const compressed = await post({ authorization, 'content-encoding': 'gzip' });
    expect(compressed.status).toBe(415);
    expect(compressed.headers.get('accept-encoding')).toBe('identity');
    expect((await fetch(new URL('/', mcp.url))).status).toBe(404);
  });

  it('answers are not taken for another type, nor stored, and idle connections are kept', async () => {
    const authorization = `Bearer ${await service.team().agent.token}`;
    const health = await fetch(new URL('/health', mcp.url));
    expect(health.headers.get('keep-alive')).toBe('timeout=620');
    const refusals = [await post({}), await fetch(mcp.url), health];
    for (const { headers } of refusals) expect(headers.get('cache-control')).toBe('no-store');
    for (const { headers } of [await post({ authorization }), ...refusals]) {
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('a token without the scope gets an error from the tool', async () => {
    const reader = service.as({ actor: 'reader', scopes: ['review:read'] });
    const agent = await connectAgent(httpTransport(mcp.url, await reader.token));
    const answer = await agent.call('request_review', mail());
    expect(answer).toMatchObject({ isError: true });
    expect(answer.text).toMatch(/^This is not an approval\. Do not act\. .*review:request/);
  });
});

describe('the configurations of examples/mcp', () => {
  const read = async (file: string) =>
    JSON.parse(await readFile(join(root, 'examples/mcp', file), 'utf8')).mcpServers.holdpoint;

  it('the stdio configuration works with a path, a URL and a token filled in', async () => {
    const { command, args, env } = await read('mcp.json');
    expect(Object.keys(env)).toEqual(['HOLDPOINT_URL', 'HOLDPOINT_TOKEN']);
    const transport = new StdioClientTransport({
      command,
      args: args.map((arg: string) => arg.replace('/path/to/holdpoint', root)),
      env: {
        ...bareEnv,
        HOME: process.env['HOME'] ?? '',
        HOLDPOINT_URL: service.url,
        HOLDPOINT_TOKEN: await service.team().agent.token,
      },
      cwd: tmpdir(),
      stderr: 'pipe',
    });
    const noise: Error[] = [];
    transport.onerror = (error) => noise.push(error);
    const agent = await connectAgent(transport);
    expect(await agent.call('request_review', mail())).toMatchObject({ status: 'waiting' });
    expect(noise).toEqual([]);
  });

  it('the HTTP configuration works', async () => {
    const { url, headers } = await read('mcp-http.json');
    const { pathname } = new URL(url);
    const token = headers.Authorization.replace(/Bearer .*/, await service.team().agent.token);
    const agent = await connectAgent(httpTransport(new URL(pathname, mcp.url).href, token));
    expect(await agent.call('request_review', mail())).toMatchObject({ status: 'waiting' });
  });
});

describe('over stdio', () => {
  it('an unusable token ends the command at once with a message', async () => {
    const reader = service.as({ actor: 'reader', scopes: ['review:read'] });
    for (const [token, line] of [
      ['none', /token/],
      [
        await reader.token,
        /reader has the scopes review:read, but requesting reviews needs review:request/,
      ],
      ['', /no token/],
    ] as const) {
      const transport = stdioTransport({ HOLDPOINT_URL: service.url, HOLDPOINT_TOKEN: token });
      let stderr = '';
      transport.stderr?.on('data', (chunk) => {
        stderr += chunk;
      });
      await expect(connectAgent(transport)).rejects.toThrow();
      await expect.poll(() => stderr).toMatch(line);
    }
  }, 60_000);

  it('while the service is unreachable, tools fail and nothing is approved', async () => {
    const agent = await connectAgent(
      stdioTransport({ HOLDPOINT_URL: 'http://127.0.0.1:1', HOLDPOINT_TOKEN: 'any' }),
    );
    const answer = await agent.call('request_review', mail());
    expect(answer.isError).toBe(true);
    expect(answer.text).toMatch(/^This is not an approval\. Do not act\. .*cannot be reached/);
  }, 30_000);

  it('the command ends with its caller', async () => {
    const transport = stdioTransport({
      HOLDPOINT_URL: service.url,
      HOLDPOINT_TOKEN: await service.team().agent.token,
    });
    const agent = await connectAgent(transport);
    const { reviewId } = await agent.call('request_review', mail());
    const waiting = agent.call('wait_for_review', { reviewId }).catch(() => {});
    const { pid } = transport;
    await agent.client.close();
    await waiting;
    const isGone = () => {
      try {
        process.kill(pid as number, 0);
        return false;
      } catch {
        return true;
      }
    };
    await expect.poll(isGone, { timeout: 5_000 }).toBe(true);
  });
});

it('a consumed payload has the approved keys, even those that JSON.parse reads incorrectly', async () => {
  const { agent, reviewer } = service.team();
  const text = String.raw`{"A0":1,"\n":"keep"}`;
  await ask(agent, 'n', { payload: new JsonText(text) });
  await approve(reviewer, 'n');
  // From now on Node 24 mistakes an escaped key that follows the same first key for this one.
  JSON.parse(String.raw`{"A0":1,"\\":1}`);
  const client = openReviewClient(`${service.url}/graphql`, await agent.token);
  const { structuredContent } = await consumeReview(
    client,
    { reviewId: 'n', payloadDigest: digestOf(String.raw`{"\n":"keep","A0":1}`) },
    AbortSignal.timeout(5_000),
  );
  expect(structuredContent).toMatchObject({ actNow: true, payload: { A0: 1, '\n': 'keep' } });
});

it('a review that is withdrawn while it is read is not requested again with other arguments', async () => {
  const { agent } = service.team();
  const summary = { headline: 'A mail', risk: 'HIGH', tags: ['mail'] };
  await ask(agent, 'n', { editable: false, instructions: 'Once only.', ...summary });
  const client = openReviewClient(`${service.url}/graphql`, await agent.token);
  const reviews: typeof client.operations.reviews = async (...args) => {
    const found = await client.operations.reviews(...args);
    await deleteReview(agent, 'n');
    return found;
  };
  await waitForReview(
    { ...client, operations: { ...client.operations, reviews } },
    { reviewId: 'n', seconds: 0 },
    AbortSignal.timeout(5_000),
  );
  const left = await read(agent, ['n']);
  expect(left.filter(({ editable, instructions }) => editable || !instructions)).toEqual([]);
  expect(await client.operations.reviews(['n'])).toMatchObject(left.map(() => summary));
});
