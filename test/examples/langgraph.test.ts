import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { approve, edit, reject, type Step, scriptedReviewer } from '@holdpoint/client/testing';
import { expect, it } from 'vitest';
import { testService } from '../support/testService.ts';

const service = await testService();
const program = join(import.meta.dirname, '../../examples/langgraph/main.ts');

/** Runs the example with a scripted reviewer. */
async function run(script: Step[]) {
  const { agent, reviewer } = service.team();
  const human = await scriptedReviewer({ url: service.url, token: await reviewer.token, script });
  const example = spawn(process.execPath, ['--conditions=holdpoint-source', program], {
    env: { ...process.env, HOLDPOINT_URL: service.url, HOLDPOINT_TOKEN: await agent.token },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(example, 'exit');
  const output = await text(example.stdout);
  expect(await exited).toEqual([0, null]);
  await human.finish();
  const { reviews } = await agent.query<{ reviews: { nodeId: string; outcome: string | null }[] }>(
    'query ($ids: [ID!]!) { reviews(nodeExecIds: $ids) { nodeId outcome } }',
    { ids: human.seen.map(({ review }) => review.nodeExecId) },
  );
  return { output, seen: human.seen.map(({ review }) => review), reviews };
}

type Payload = Record<string, unknown> & { execution_plan: { steps: unknown[] } };

it('runs the plan and the code as the reviewer edited them', async () => {
  const { output, seen, reviews } = await run([
    edit(({ execution_plan, ...rest }: Payload) => ({
      ...rest,
      execution_plan: { steps: execution_plan.steps.slice(0, 1) },
    })),
    edit((payload: Payload) => ({ ...payload, code: 'print("edited", 6 * 7)' })),
  ]);
  expect(output).toMatch(/\nedited 42\n$/);
  expect(seen).toMatchObject([
    {
      approvalType: 'orchestrator_plan',
      instructions: expect.stringContaining('A plan of 2 steps'),
    },
    {
      approvalType: 'python_executor',
      payload: { code: 'print(sum(range(1, 101)))' },
      instructions: expect.stringContaining('```python\nprint(sum(range(1, 101)))\n```'),
    },
  ]);
  expect(reviews).toEqual([
    { nodeId: 'orchestrator_plan', outcome: 'EXECUTED' },
    { nodeId: 'python_executor', outcome: 'EXECUTED' },
  ]);
});

it('runs the code as the model wrote it', async () => {
  expect((await run([approve(), approve()])).output).toMatch(/\n5050\n$/);
});

it('does not run rejected code', async () => {
  expect((await run([approve(), reject()])).output).toMatch(/\nThe code was rejected\.\n$/);
});
