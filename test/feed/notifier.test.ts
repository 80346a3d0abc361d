import { expect, it } from 'vitest';
import { ask } from '../support/operations.ts';
import { testService } from '../support/testService.ts';

const service = await testService();
const other = await service.another();

const ROUNDS = 6;
/** Well below the polling interval of a second, so that the poll is not mistaken for it. */
const SOON_MS = 400;

it('another process is notified of a change long before it polls', async () => {
  const { agent, user } = service.team();
  const elsewhere = other.as({ user, actor: 'reviewer' });
  const events = elsewhere.subscribe('subscription { reviewEvents(after: "0") { cursor } }');
  await ask(agent, 'first');
  await events.next();
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await ask(agent, `run-${round}`);
    await events.next();
    expect(performance.now() - start).toBeLessThan(SOON_MS);
  }
});

it('with many concurrent notifications, the connection runs one query at a time', async () => {
  const warnings: string[] = [];
  const note = ({ message }: Error) => warnings.push(message);
  process.on('warning', note);
  const teams = Array.from({ length: 30 }, () => service.team());
  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all(teams.map(({ agent }) => ask(agent, `run-${round}`)));
  }
  process.off('warning', note);
  expect(warnings).toEqual([]);
});
