import { createClient } from '@holdpoint/client';
import {
  approve,
  edit,
  inTurn,
  letExpire,
  race,
  reject,
  type Step,
  scriptedReviewer,
} from '@holdpoint/client/testing';
import { expect, it } from 'vitest';
import { testService } from '../support/testService.ts';

const service = await testService();

async function agentAndReviewer(script: Step[]) {
  const { agent, reviewer } = service.team();
  const holdpoint = createClient({ url: service.url, token: await agent.token });
  const open = async () =>
    scriptedReviewer({ url: service.url, token: await reviewer.token, script });
  const ask = (node: string, payload: unknown = { node }) =>
    holdpoint.review({ execution: 'run-1', node, payload });
  return { holdpoint, ask, open };
}

it('approves, edits and rejects in the order of the script', async () => {
  const { ask, open } = await agentAndReviewer([
    approve({ message: 'Yes' }),
    edit((payload: { n: number }) => ({ n: payload.n + 1 })),
    reject({ message: 'No' }),
  ]);
  await using reviewer = await open();
  expect(await ask('a', { n: 1 })).toMatchObject({
    approved: true,
    data: { n: 1 },
    message: 'Yes',
  });
  expect(await ask('b', { n: 1 })).toMatchObject({ approved: true, data: { n: 2 }, edited: true });
  expect(await ask('c')).toMatchObject({ status: 'rejected', message: 'No' });
  await reviewer.finish();
  expect(reviewer.seen.map(({ step }) => step)).toEqual(['approve', 'edit', 'reject']);
});

it('decides by predicate, including reviews that were pending before it started', async () => {
  const { ask, open } = await agentAndReviewer([
    reject({ when: ({ nodeId }) => nodeId === 'delete', times: Number.POSITIVE_INFINITY }),
    approve({ times: 2 }),
  ]);
  const early = ask('delete', 1);
  await using reviewer = await open();
  expect(await Promise.all([early, ask('write'), ask('delete', 2), ask('read')])).toMatchObject([
    { status: 'rejected' },
    { status: 'approved' },
    { status: 'rejected' },
    { status: 'approved' },
  ]);
  await reviewer.finish();
});

it('lets two reviewers decide at once, of whom exactly one wins', async () => {
  const rounds = 10;
  const { ask, open } = await agentAndReviewer([
    race(approve({ message: 'yes' }), reject({ message: 'no' }), { times: rounds }),
  ]);
  await using reviewer = await open();
  for (let round = 0; round < rounds; round++) {
    const { approved, message } = await ask(`step-${round}`);
    expect(message).toBe(approved ? 'yes' : 'no');
  }
  await reviewer.finish();
});

it('lets several people vote one after another, also after an edit', async () => {
  const { user, agent, reviewer } = service.team();
  const holdpoint = createClient({ url: service.url, token: await agent.token });
  const tokenOf = (actor: string) => service.as({ user, actor, scopes: ['review:decide'] }).token;
  await using script = await scriptedReviewer({
    url: service.url,
    token: await reviewer.token,
    people: { ada: await tokenOf('ada'), ben: await tokenOf('ben') },
    script: [
      inTurn([approve({ as: 'ada', message: 'fine' }), approve({ as: 'ben' })]),
      inTurn([approve({ as: 'ada' }), edit({ n: 2 }, { as: 'ben' }), approve()]),
      approve({ as: 'nobody' }),
    ],
  });
  const ask = (node: string) =>
    holdpoint.review({
      ...{ execution: 'run-1', node, payload: { n: 1 }, timeLimitMs: 5_000 },
      approvalsRequired: [{ count: 2 }],
    });
  expect(await ask('a')).toMatchObject({
    approved: true,
    votes: [{ actor: 'ada', message: 'fine' }, { actor: 'ben' }],
  });
  expect(await ask('b')).toMatchObject({
    approved: true,
    data: { n: 2 },
    votes: [
      { actor: 'ada', endedBy: 'PAYLOAD_CHANGED' },
      { actor: 'ben', endedBy: null },
      { actor: 'reviewer', endedBy: null },
    ],
  });
  await holdpoint.requestReview({
    nodeExecId: 'c',
    graphExecId: 'r',
    graphId: 'g',
    graphVersion: 1,
  });
  await expect.poll(() => script.seen.length).toBe(3);
  await expect(script.finish()).rejects.toThrow('no token of nobody is in people');
});

it('lets a review expire', async () => {
  const { holdpoint, open } = await agentAndReviewer([letExpire()]);
  await using reviewer = await open();
  const expiresAt = new Date(Date.now() + 700);
  expect(
    await holdpoint.review({ execution: 'run-1', node: 'a', payload: 1, expiresAt }),
  ).toMatchObject({ status: 'expired' });
  await reviewer.finish();
});

it('approves all future requests for a step', async () => {
  const { ask, open } = await agentAndReviewer([approve({ autoApproveFuture: true })]);
  await using reviewer = await open();
  await ask('a', 1);
  expect(await ask('a', 2)).toMatchObject({ approved: true, autoApproved: true });
  await reviewer.finish();
});

it('reports unused script steps, reviews without a step, and failures', async () => {
  const { holdpoint, open } = await agentAndReviewer([
    edit(() => {
      throw new Error('the edit failed');
    }),
    approve({ when: () => false, times: 2 }),
  ]);
  await using reviewer = await open();
  for (const node of ['a', 'b']) {
    const input = {
      nodeExecId: node,
      graphExecId: 'r',
      graphId: 'g',
      graphVersion: 1,
      nodeId: node,
    };
    await holdpoint.requestReview(input);
  }
  await expect.poll(() => reviewer.seen.length).toBe(2);
  await expect(reviewer.finish()).rejects.toThrow(
    /approve was not used, 2 left; no script step for review b of step b; Error: the edit failed/,
  );
});

it('does not start with an invalid token', async () => {
  await expect(
    scriptedReviewer({ url: service.url, token: 'none', script: [] }),
  ).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});
