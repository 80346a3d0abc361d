import { expect, it } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { testService } from '../support/testService.ts';
import { bundleClient } from './bundleClient.ts';

const service = await testService();

it('asks, waits and acts in a real browser', async () => {
  const { agent, reviewer } = service.team();
  const [chunk] = await bundleClient('iife');
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`${service.url}/health`);
    await page.evaluate(`${chunk?.code}; globalThis.holdpoint = holdpoint;`);
    const run = `(async ([token, human]) => {
      const url = location.origin;
      const deciding = holdpoint.createClient({ url, token: human });
      const asking = holdpoint.createClient({ url, token });
      const send = asking.gate(async (mail) => 'sent to ' + mail.to, {
        execution: 'run-1',
        node: 'send',
        onWaiting: (nodeExecId) => deciding.decideReviews({
          decisions: [{ nodeExecId, decision: 'APPROVE', payload: { to: 'b' } }],
        }),
      });
      return send({ to: 'a' });
    })(${JSON.stringify([await agent.token, await reviewer.token])})`;
    expect(await page.evaluate(run)).toBe('sent to b');
  } finally {
    await browser.close();
  }
}, 60_000);
