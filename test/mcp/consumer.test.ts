import { expect, it } from 'vitest';
import { approve, ask } from '../support/operations.ts';
import { testService } from '../support/testService.ts';
import { connectAgent, httpTransport, mcpOverHttp } from './mcpClient.ts';

const service = await testService();
const mcp = await mcpOverHttp(service);

it('a consumer waits for the approval, consumes it and reports, like the agent that requested it', async () => {
  const { user, agent, reviewer } = service.team();
  const worker = service.as({ user, actor: 'worker', scopes: ['review:request'] });
  const tools = await connectAgent(httpTransport(mcp.url, await worker.token));
  await ask(agent, 'run', { consumers: ['worker'], payload: { to: 'ann' } });
  expect(await tools.call('wait_for_review', { reviewId: 'run', seconds: 0 })).toMatchObject({
    status: 'waiting',
    isError: false,
  });
  const waiting = tools.call('wait_for_review', { reviewId: 'run', seconds: 20 });
  await approve(reviewer, 'run');
  expect(await waiting).toMatchObject({ status: 'approved', actNow: false });
  const taking = { reviewId: 'run', payload: { to: 'ann' } };
  expect(await tools.call('consume_review', taking)).toMatchObject({ actNow: true });
  const done = { reviewId: 'run', outcome: 'EXECUTED' };
  expect(await tools.call('report_outcome', done)).toMatchObject({ status: 'reported' });
});
