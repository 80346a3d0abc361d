import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  type ClientCapabilities,
  ElicitationCompleteNotificationSchema,
  ElicitRequestSchema,
  type ElicitRequestURLParams,
} from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it } from 'vitest';
import { approve, decide, read } from '../support/operations.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';
import { connectAgent, httpTransport, mcpOverHttp, stdioTransport } from './mcpClient.ts';

const service = await testService();
const mcp = await mcpOverHttp(service);

const transports = {
  stdio: async (agent: TestClient) =>
    stdioTransport({ HOLDPOINT_URL: service.url, HOLDPOINT_TOKEN: await agent.token }),
  HTTP: async (agent: TestClient) => httpTransport(mcp.url, await agent.token),
};

type Action = 'accept' | 'decline' | 'cancel';

describe.each(['stdio', 'HTTP'] as const)('over %s', (transport) => {
  /** @param answer what the client answers, or null: nothing, until it is told to stop */
  async function connect(
    agent: TestClient,
    elicitation: ClientCapabilities['elicitation'],
    answer: Action | null = 'accept',
  ) {
    const client = new Client(
      { name: 'test', version: '1' },
      { capabilities: elicitation ? { elicitation } : {} },
    );
    const shown: ElicitRequestURLParams[] = [];
    const completed: string[] = [];
    let stopped = 0;
    if (elicitation) {
      client.setRequestHandler(ElicitRequestSchema, async ({ params }, { signal }) => {
        shown.push(params as ElicitRequestURLParams);
        if (answer !== null) return { action: answer, content: {} };
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        stopped++;
        return { action: 'cancel' as const };
      });
    }
    client.setNotificationHandler(ElicitationCompleteNotificationSchema, ({ params }) => {
      completed.push(params.elicitationId);
    });
    const connected = await connectAgent(await transports[transport](agent), client);
    return { ...connected, shown, completed, stopped: () => stopped };
  }

  const refund = { action: 'refund', payload: { amount: 800 }, headline: 'Refund 800 to Ada' };

  it.each(['accept', 'decline', 'cancel'] as const)(
    'shows the link to the review, and decides nothing whatever is answered: %s',
    async (action) => {
      const team = service.team();
      const agent = await connect(team.agent, { url: {} }, action);
      const { reviewId, url } = await agent.call('request_review', refund);
      expect(url).toBe(`${service.url}/r/${encodeURIComponent(reviewId)}`);
      expect(agent.shown).toEqual([]);

      const waited = await agent.call('wait_for_review', { reviewId, seconds: 0.5 });
      expect(waited).toMatchObject({ status: 'waiting', actNow: false, url });
      expect(agent.shown).toEqual([
        {
          mode: 'url',
          message:
            'The agent asks for approval of "Refund 800 to Ada". Open the review in Holdpoint to decide.',
          url,
          elicitationId: expect.any(String),
        },
      ]);
      expect((await read(team.reviewer, [reviewId]))[0]).toMatchObject({ status: 'WAITING' });
      const used = await agent.call('consume_review', { reviewId, payload: refund.payload });
      expect(used).toMatchObject({ status: 'waiting', actNow: false });

      const decided = agent.call('wait_for_review', { reviewId, seconds: 20 });
      await approve(team.reviewer, reviewId);
      expect(await decided).toMatchObject({ status: 'approved', decidedBy: 'reviewer' });
      expect(agent.shown).toHaveLength(1);
      await expect.poll(() => agent.completed).toEqual([agent.shown[0]?.elicitationId]);
    },
  );

  it('takes the link away when the wait ends, and shows it again until somebody answers', async () => {
    const team = service.team();
    const agent = await connect(team.agent, { form: {}, url: {} }, null);
    const { reviewId } = await agent.call('request_review', refund);
    for (const times of [1, 2]) {
      await agent.call('wait_for_review', { reviewId, seconds: 0.5 });
      expect(agent.shown).toHaveLength(times);
      await expect.poll(agent.stopped).toBe(times);
    }
    await approve(team.reviewer, reviewId);
    const { status } = await agent.call('wait_for_review', { reviewId });
    expect(status).toBe('approved');
    expect(agent.shown).toHaveLength(2);
  });

  it('shows the link to a question, which only a reviewer answers', async () => {
    const team = service.team();
    const agent = await connect(team.agent, { form: {}, url: {} });
    const { reviewId, url } = await agent.call('ask_question', {
      topic: 'account',
      question: 'Which account pays?',
      answerSchema: { enum: ['main', 'escrow'] },
    });
    const waiting = agent.call('wait_for_review', { reviewId, seconds: 20 });
    await expect.poll(() => agent.shown).toHaveLength(1);
    expect(agent.shown[0]).toMatchObject({
      mode: 'url',
      message: 'The agent asks "Which account pays?". Open the question in Holdpoint to answer it.',
      url,
    });
    expect((await read(team.reviewer, [reviewId]))[0]).toMatchObject({ status: 'WAITING' });
    await decide(team.reviewer, [{ nodeExecId: reviewId, decision: 'ANSWER', answer: 'escrow' }]);
    expect(await waiting).toMatchObject({ status: 'answered', answer: 'escrow' });
  });

  it.each([undefined, {}, { form: {} }])(
    'asks nothing of a client that offers %j, whose model gets the link',
    async (elicitation) => {
      const team = service.team();
      const agent = await connect(team.agent, elicitation);
      const { reviewId, url } = await agent.call('request_review', refund);
      const waiting = await agent.call('wait_for_review', { reviewId, seconds: 0.5 });
      expect(waiting.text).toContain(`A person decides at ${url}`);
      await approve(team.reviewer, reviewId);
      expect(await agent.call('wait_for_review', { reviewId })).toMatchObject({
        status: 'approved',
      });
      expect(agent.shown).toEqual([]);
    },
  );
});
