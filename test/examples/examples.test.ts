import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '@holdpoint/client';
import {
  answer,
  approve,
  edit,
  reject,
  requestChanges,
  type Step,
  scriptedReviewer,
} from '@holdpoint/client/testing';
import { expect, it } from 'vitest';
import { startProgram } from '../cli/runProgram.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

async function runExample(name: string, script: Step[], runs = 1) {
  const { agent, reviewer } = service.team();
  await using human = await scriptedReviewer({
    url: service.url,
    token: await reviewer.token,
    script,
  });
  const outputs: string[] = [];
  for (let run = 0; run < runs; run++) {
    const { exitCode, stdout, stderr } = await startProgram(`examples/${name}/main.ts`, [], {
      HOLDPOINT_URL: service.url,
      HOLDPOINT_TOKEN: await agent.token,
    }).ended;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    outputs.push(stdout);
  }
  await human.finish();
  return { outputs, seen: human.seen };
}

const about = (text: string) => ({
  when: ({ payload }: { payload: unknown }) => JSON.stringify(payload).includes(text),
});

it('agent: sends approved and edited mails once, even if it runs twice', async () => {
  const { outputs } = await runExample(
    'agent',
    [
      edit((mail: object) => ({ ...mail, subject: 'A friendly reminder' }), about('ada@')),
      reject({ ...about('ben@'), message: 'He has paid' }),
    ],
    2,
  );
  const [first = '', second = ''] = outputs;
  expect(first).toContain('sent to ada@example.com: A friendly reminder\nada@example.com: sent\n');
  expect(first).toContain('ben@example.com: not sent, rejected: He has paid\n');
  expect(first).toContain('ledger@our-company.example: sent');
  expect(second).not.toContain('sent to ada@example.com');
  expect(second).toContain('ada@example.com: handled in an earlier run\n');
});

it('agent: sends nothing if an edit makes the mail invalid', async () => {
  const { agent, reviewer } = service.team();
  const script = [edit({ to: 'nobody' })];
  await using _ = await scriptedReviewer({ url: service.url, token: await reviewer.token, script });
  const { exitCode, stdout, stderr } = await startProgram('examples/agent/main.ts', [], {
    HOLDPOINT_URL: service.url,
    HOLDPOINT_TOKEN: await agent.token,
  }).ended;
  expect(exitCode).toBe(1);
  expect(stderr).toContain('ZodError');
  expect(stdout).not.toContain('sent to');
});

it('question: asks once, and uses the answer', async () => {
  const { outputs } = await runExample('question', [answer({ account: 'escrow' })], 2);
  for (const output of outputs) expect(output).toContain('the escrow account pays, note: none\n');
  expect(outputs[0]).toContain('waiting for an answer: ');
  expect(outputs[1]).not.toContain('waiting for an answer: ');
});

it('revision: revises as the reviewer asks, and posts what was approved once', async () => {
  const { outputs, seen } = await runExample(
    'revision',
    [requestChanges('One sentence'), approve()],
    2,
  );
  expect(seen).toHaveLength(2);
  expect(outputs[0]).toContain('revising: One sentence\n');
  expect(outputs[0]).toContain('posted in #general: The database is down on Sunday from 6 to 7.\n');
  expect(outputs[1]).toContain('posted in an earlier run\n');
});

it('ai-sdk: makes approved and edited payments', async () => {
  const { outputs, seen } = await runExample('ai-sdk', [
    approve(about('Ada')),
    edit({ customer: 'Ben', amount: 50 }, about('Ben')),
    reject({ ...about('Cem'), message: 'He was there' }),
  ]);
  expect(seen).toHaveLength(3);
  expect(outputs[0]).toContain('paid 20 to Ada\n');
  expect(outputs[0]).toContain('paid 50 to Ben\n');
  expect(outputs[0]).not.toContain('to Cem');
  expect(outputs[0]).toContain('The agent says: ');
  expect(outputs[0]).toContain('Ben was paid 50');
});

it('openai-agents: deletes approved and edited paths', async () => {
  const { outputs, seen } = await runExample('openai-agents', [
    approve(about('/tmp/cache')),
    reject({ ...about('/home/ada'), message: 'She still works here' }),
    edit({ path: '/tmp/old/logs' }, about('/tmp/old')),
  ]);
  expect(seen).toHaveLength(3);
  expect(outputs[0]).toContain('deleted /tmp/cache\n');
  expect(outputs[0]).toContain('deleted /tmp/old/logs\n');
  expect(outputs[0]).not.toContain('deleted /home');
  expect(outputs[0]).toContain('Rejected: She still works here');
});

it.each([
  ['ai-sdk', 'paid'],
  ['openai-agents', 'deleted'],
])('%s: nothing runs until the whole batch is decided', async (name, done) => {
  const { agent, reviewer } = service.team();
  const human = createClient({ url: service.url, token: await reviewer.token });
  const running = startProgram(`examples/${name}/main.ts`, [], {
    HOLDPOINT_URL: service.url,
    HOLDPOINT_TOKEN: await agent.token,
  });
  const waiting = () => human.pendingReviews();
  await expect.poll(async () => (await waiting()).totalCount).toBe(3);
  const ids = (await waiting()).edges.map(({ node }) => node.nodeExecId);
  const [last, ...others] = ids.map((nodeExecId) => ({ nodeExecId, decision: 'APPROVE' as const }));
  await human.decideReviews({ decisions: others });
  await pause(500);
  expect(running.output.stdout).not.toContain(done);
  expect((await human.reviewsByState({ state: 'UNCONSUMED' })).totalCount).toBe(2);
  await human.decideReviews({ decisions: last ? [last] : [] });
  const { stdout } = await running.ended;
  expect(stdout.match(new RegExp(`^${done} `, 'gm'))).toHaveLength(3);
});
