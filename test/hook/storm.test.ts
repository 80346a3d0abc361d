import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { decide } from '../support/operations.ts';
import { switchedProxy } from '../support/switchedProxy.ts';
import { testService } from '../support/testService.ts';
import { claudeCode, machine, preToolUse } from './hookProcess.ts';

const service = await testService();
const CALLS = 16;

it('78. kills, cuts and equal calls: what runs was approved, and each approval runs one call', async () => {
  const { agent, reviewer, user } = service.team();
  const pc = await machine(service, agent);
  const proxy = await switchedProxy(service.url);
  pc.env['HOLDPOINT_URL'] = proxy.url;
  let isOver = false;

  const deciding = (async () => {
    for (let count = 0; !isOver; ) {
      const { pendingReviews } = await reviewer.query<{
        pendingReviews: { edges: { node: { nodeExecId: string } }[] };
      }>('{ pendingReviews { edges { node { nodeExecId } } } }');
      for (const { node } of pendingReviews.edges) {
        const decision = count++ % 4 === 3 ? 'REJECT' : 'APPROVE';
        await decide(reviewer, [{ nodeExecId: node.nodeExecId, decision }]);
      }
      await sleep(100);
    }
  })();
  const cutting = (async () => {
    for (let at = 0; !isOver; at++) {
      await sleep(700);
      if (at % 3 === 1) proxy.swallowAnswerTo = 'mutation ConsumeReview';
      else proxy.cut();
    }
  })();

  const run = async (at: number) => {
    // Four equal calls each, so that they compete for approvals.
    const command = `npm run task-${at % 4}`;
    const hook = pc.start(claudeCode(pc, 40), preToolUse(pc, 'Bash', { command }));
    if (at % 5 === 2) {
      await sleep(300 + at * 130);
      hook.process.kill('SIGKILL');
    }
    const { exitCode, stdout } = await hook.ended;
    if (exitCode !== 0) return null;
    const { permissionDecision, permissionDecisionReason } = JSON.parse(stdout).hookSpecificOutput;
    return permissionDecision === 'allow' ? /call-\w+/.exec(permissionDecisionReason)?.[0] : null;
  };
  const ids = Array.from({ length: CALLS }, (_, at) => at);
  const results: (string | null | undefined)[] = [];
  // Four at a time.
  await Promise.all(
    [0, 1, 2, 3].map(async (lane) => {
      for (const at of ids.filter((id) => id % 4 === lane))
        results[at] = await run((at * 7) % CALLS);
    }),
  );
  isOver = true;
  await Promise.all([deciding, cutting]);

  const allowed = results.filter((id) => typeof id === 'string');
  expect(allowed.length).toBeGreaterThan(0);
  expect(new Set(allowed).size).toBe(allowed.length);
  const consumed = await service.sql<{ nodeExecId: string }>(
    `SELECT "nodeExecId" FROM "PendingReview"
    WHERE "userId" = $1 AND "processed" AND "status" = 'APPROVED'`,
    [user],
  );
  const consumedIds = consumed.map(({ nodeExecId }) => nodeExecId);
  expect(consumedIds).toEqual(expect.arrayContaining(allowed));
}, 120_000);
