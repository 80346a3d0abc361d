import {
  createCodeApproval,
  defineApprovalKind,
  handleServiceWithInterrupts,
  line,
} from '@holdpoint/client/approvals';
import { NotDecidedError, runWithReviews, UnanswerableError } from '@holdpoint/langgraph';
import {
  Command,
  entrypoint,
  interrupt,
  MemorySaver,
  START,
  StateGraph,
  task,
} from '@langchain/langgraph';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { clientsOf } from '../client/clients.ts';
import { mustSet, rule } from '../policy/operations.ts';
import { register } from '../support/operations.ts';
import { switchedProxy } from '../support/switchedProxy.ts';
import { testService } from '../support/testService.ts';
import { Log, newThread, parallel } from './graphs.ts';
import { approve, reject, scripted } from './scripted.ts';

const service = await testService();

const run = createCodeApproval({ code: 'print(1)', executionMode: 'write' });

it('a graph without an interrupt just runs', async () => {
  const { options, asked } = await scripted(service, () => approve());
  const graph = parallel({ one: () => 1 });
  expect(await runWithReviews(graph, { log: ['in'] }, newThread(), options)).toEqual({
    log: ['in', 'one: 1'],
  });
  expect(asked).toEqual([]);
});

it('a raw interrupt becomes a review, and its node gets the decision with its edit', async () => {
  const { options, asked, reviews } = await scripted(service, () => approve({ to: 'bob' }));
  const thread = newThread();
  const graph = parallel({ mail: () => interrupt({ to: 'ann' }) });
  const { log } = await runWithReviews(graph, {}, thread, options);
  expect(log).toEqual(['mail: {"approved":true,"data":{"to":"bob"},"message":""}']);
  expect(asked).toMatchObject([
    { nodeId: 'mail', graphExecId: thread.configurable.thread_id, payload: { to: 'ann' } },
  ]);
  expect(await reviews()).toMatchObject([{ consumedBy: 'agent', outcome: 'EXECUTED' }]);
});

it('a rejection resumes the node too', async () => {
  const { options, reviews } = await scripted(service, () => reject('Not him'));
  const graph = parallel({ mail: () => interrupt({ to: 'ann' }) });
  const { log } = await runWithReviews(graph, {}, newThread(), options);
  expect(log).toEqual(['mail: {"approved":false,"data":null,"message":"Not him"}']);
  expect(await reviews()).toMatchObject([{ status: 'REJECTED', processed: true }]);
});

it('a typed approval is requested with its message, and resumes in the format of the state', async () => {
  const edited = { ...run.resumePayload, code: 'print(2)' };
  const { options, asked } = await scripted(service, ({ payload }) =>
    (payload as { code: string }).code === 'print(1)' ? approve(edited) : reject(),
  );
  const graph = parallel({
    first: () => interrupt(run),
    second: () => interrupt(createCodeApproval({ code: 'rm', executionMode: 'write' })),
  });
  const { log } = await runWithReviews(graph, {}, newThread(), options);
  expect(log).toEqual([
    `first: ${JSON.stringify({ approval_approved: true, approved_payload: edited })}`,
    'second: {"approval_approved":false,"approved_payload":null}',
  ]);
  expect(
    asked.find(({ payload }) => (payload as { code: string }).code === 'print(1)'),
  ).toMatchObject({
    nodeId: 'python_executor',
    approvalType: 'python_executor',
    instructions: run.userMessage,
  });
});

it('two parallel interrupts are requested together, and each gets its own answer in one resume', async () => {
  const resumes: unknown[] = [];
  // Neither is decided before both have been requested.
  const { options, asked } = await scripted(
    service,
    ({ nodeId }) => (nodeId === 'left' ? approve() : reject()),
    2,
  );
  const graph = parallel({
    left: () => (interrupt('left?') as { approved: boolean }).approved,
    right: () => (interrupt('right?') as { approved: boolean }).approved,
  });
  const { invoke } = graph;
  graph.invoke = ((input: unknown, config: never) => {
    if (input instanceof Command) resumes.push(input.resume);
    return invoke.call(graph, input as never, config);
  }) as typeof invoke;
  const { log } = await runWithReviews(graph, {}, newThread(), options);
  expect(log).toEqual(['left: true', 'right: false']);
  expect(asked).toHaveLength(2);
  expect(resumes.map((resume) => Object.values(resume as object))).toEqual([
    expect.arrayContaining([
      expect.objectContaining({ approved: true }),
      expect.objectContaining({ approved: false }),
    ]),
  ]);
});

it('a node that interrupts twice makes two requests, although both have the same id and value', async () => {
  let decisions = 0;
  const { options, asked } = await scripted(service, () =>
    decisions++ === 0 ? approve() : reject(),
  );
  const ask = () => (interrupt('Go on?') as { approved: boolean }).approved;
  const graph = parallel({ twice: () => [ask(), ask()] });
  const { log } = await runWithReviews(graph, {}, newThread(), options);
  expect(log).toEqual(['twice: [true,false]']);
  expect(new Set(asked.map(({ nodeExecId }) => nodeExecId)).size).toBe(2);
});

it('a node in a nested subgraph that interrupts twice makes two requests', async () => {
  let decisions = 0;
  const { options, asked } = await scripted(service, () => approve({ number: ++decisions }));
  const ask = () => (interrupt({ number: 0 }) as { data: unknown }).data;
  const inner = new StateGraph(Log)
    .addNode('deep', () => ({ log: [JSON.stringify([ask(), ask(), ask()])] }))
    .addEdge(START, 'deep')
    .compile();
  const called = new StateGraph(Log)
    .addNode('calls', async (_state, config) => ({
      log: (await inner.invoke({ log: [] }, config)).log,
    }))
    .addEdge(START, 'calls')
    .compile({ checkpointer: new MemorySaver() });
  const nested = new StateGraph(Log)
    .addNode('inner', inner)
    .addEdge(START, 'inner')
    .compile({ checkpointer: new MemorySaver() });
  for (const graph of [called, nested]) {
    decisions = 0;
    const { log } = await runWithReviews(graph, {}, newThread(), options);
    expect(log).toEqual(['[{"number":1},{"number":2},{"number":3}]']);
  }
  expect(asked.map(({ nodeId }) => nodeId)).toEqual([
    ...['calls', 'calls', 'calls'],
    ...['deep', 'deep', 'deep'],
  ]);
});

it('all interrupts of a service that a node calls are requested together', async () => {
  const { options, asked } = await scripted(service, () => approve(), 2);
  const ask = (code: string) =>
    (
      interrupt(createCodeApproval({ code, executionMode: 'write' })) as {
        approval_approved: boolean;
      }
    ).approval_approved;
  const inner = new StateGraph(Log)
    .addNode('one', () => ({ log: [`one: ${ask('1')}`] }))
    .addNode('two', () => ({ log: [`two: ${ask('2')}`] }))
    .addEdge(START, 'one')
    .addEdge(START, 'two')
    .compile();
  const graph = new StateGraph(Log)
    .addNode('calls', (_state, config) =>
      handleServiceWithInterrupts(inner, { log: [] } as never, config),
    )
    .addEdge(START, 'calls')
    .compile({ checkpointer: new MemorySaver() });
  const { log } = await runWithReviews(graph, {}, newThread(), options);
  expect(log).toEqual(['one: true', 'two: true']);
  expect(asked).toHaveLength(2);
});

it('the functional API works too', async () => {
  const { options } = await scripted(service, ({ payload }) =>
    payload === 'first?' ? approve() : reject(),
  );
  const ask = task('ask', async (question: string) =>
    String((interrupt(question) as { approved: boolean }).approved),
  );
  const flow = entrypoint({ name: 'flow', checkpointer: new MemorySaver() }, async () =>
    [await ask('first?'), await ask('second?')].join(),
  );
  expect(await runWithReviews(flow, 'go', newThread(), options)).toBe('true,false');
});

it('a result without its interrupts is not mistaken for the end', async () => {
  const { options } = await scripted(service, () => approve());
  const graph = parallel({ mail: () => interrupt('?') });
  const config = { ...newThread(), streamMode: 'updates' };
  await expect(runWithReviews(graph, {}, config, options)).rejects.toThrow(UnanswerableError);
});

it('a node that throws after its resume gets the same answer again, without a new request', async () => {
  const { options, asked, reviews } = await scripted(service, ({ payload }) =>
    approve({ step: (payload as { step: number }).step * 10 }),
  );
  let throws = 1;
  const seen: unknown[] = [];
  const graph = parallel({
    fragile: () => {
      const { data } = interrupt({ step: 1 }) as { data: unknown };
      seen.push(data);
      if (throws-- > 0) throw new Error('The network is down');
      return [data, (interrupt({ step: 2 }) as { data: unknown }).data];
    },
  });
  const thread = newThread();
  await expect(runWithReviews(graph, {}, thread, options)).rejects.toThrow('The network is down');
  expect(await reviews()).toMatchObject([
    { outcome: 'FAILED', outcomeDetail: expect.stringContaining('The network is down') },
  ]);
  const { log } = await runWithReviews(graph, {}, thread, options);
  expect(log).toEqual(['fragile: [{"step":10},{"step":20}]']);
  expect(seen).toEqual([{ step: 10 }, { step: 10 }, { step: 10 }]);
  expect(asked.map(({ payload }) => payload)).toEqual([{ step: 1 }, { step: 2 }]);
});

it('of two nodes that run at once, only the one that throws has failed', async () => {
  const { options, reviews } = await scripted(service, () => approve(), 2);
  const graph = parallel({
    good: () => interrupt('good?'),
    bad: async () => {
      interrupt('bad?');
      await new Promise((resolve) => setTimeout(resolve, 200));
      throw new Error('The network is down');
    },
  });
  await expect(runWithReviews(graph, {}, newThread(), options)).rejects.toThrow('network');
  const outcomes = (await reviews()).map(({ nodeId, outcome }) => [nodeId, outcome]);
  expect(Object.fromEntries(outcomes)).toEqual({ good: 'EXECUTED', bad: 'FAILED' });
});

it('a node that asks again has not executed anything yet', async () => {
  const run = await scripted(service, ({ payload }) =>
    payload === 'first?' ? approve() : undefined,
  );
  const graph = parallel({ mail: () => [interrupt('first?'), interrupt('second?')] });
  const thread = newThread();
  await expect(
    runWithReviews(graph, {}, thread, { ...run.options, timeLimitMs: 1_000 }),
  ).rejects.toThrow(NotDecidedError);
  expect(await run.reviews()).toMatchObject([
    { payload: 'first?', processed: true, outcome: null },
    { payload: 'second?', status: 'WAITING' },
  ]);
});

it('a node that ended has executed what was approved, although a later one fails', async () => {
  const { options, reviews } = await scripted(service, () => approve());
  const graph = new StateGraph(Log)
    .addNode('mail', () => ({ log: [String(interrupt('mail?'))] }))
    .addNode('later', () => {
      throw new Error('The network is down');
    })
    .addEdge(START, 'mail')
    .addEdge('mail', 'later')
    .compile({ checkpointer: new MemorySaver() });
  await expect(runWithReviews(graph, {}, newThread(), options)).rejects.toThrow('network');
  expect(await reviews()).toMatchObject([{ nodeId: 'mail', outcome: 'EXECUTED' }]);
});

it('a node within a graph that throws has failed', async () => {
  const { options, reviews } = await scripted(service, () => approve());
  const inner = new StateGraph(Log)
    .addNode('good', () => ({ log: [String(interrupt('good?'))] }))
    .addNode('bad', () => {
      interrupt('bad?');
      throw new Error('The network is down');
    })
    .addEdge(START, 'good')
    .addEdge('good', 'bad')
    .compile();
  const graph = new StateGraph(Log)
    .addNode('inner', inner)
    .addEdge(START, 'inner')
    .compile({ checkpointer: new MemorySaver() });
  await expect(runWithReviews(graph, {}, newThread(), options)).rejects.toThrow('network');
  const outcomes = (await reviews()).map(({ nodeId, outcome }) => [nodeId, outcome]);
  expect(Object.fromEntries(outcomes)).toEqual({ good: 'EXECUTED', bad: 'FAILED' });
});

/** Two workers of one thread wait for the same two decisions, which are made together. */
async function race(decision: 'APPROVE' | 'REJECT') {
  let runs = 0;
  const { options, human } = await scripted(service, () => undefined);
  const graph = parallel({
    left: () => [interrupt('left?'), runs++],
    right: () => interrupt('right?'),
  });
  const thread = newThread();
  const waiting = new Set<string>();
  const ends: Promise<PromiseSettledResult<unknown>[]>[] = [];
  const start = (name: string) => {
    const worker = runWithReviews(graph, {}, thread, {
      ...options,
      onWaiting: (nodeExecId) => {
        waiting.add(`${name} ${nodeExecId}`);
        if (name === 'first' && waiting.size === 2) start('second');
        if (waiting.size < 4) return;
        const ids = new Set([...waiting].map((one) => one.split(' ')[1] as string));
        const decisions = [...ids].map((nodeExecId) => ({ nodeExecId, decision }));
        void human.decideReviews({ decisions });
      },
    });
    ends.push(Promise.allSettled([worker]));
  };
  start('first');
  await ends[0];
  const settled = (await Promise.all(ends)).flat();
  return { runs, asked: waiting.size, settled };
}

it('of two workers that resume at once exactly one succeeds, and the other gets an error', async () => {
  for (const decision of ['APPROVE', 'REJECT'] as const) {
    for (let round = 0; round < 5; round++) {
      const { runs, asked, settled } = await race(decision);
      const lost = settled.filter(({ status }) => status === 'rejected');
      expect(lost).toMatchObject([{ reason: { name: 'AlreadyResumedError' } }]);
      expect(runs).toBe(1);
      expect(asked).toBe(4);
    }
  }
});

it.each([
  ['APPROVE', 'consumeReview', '{"approved":true,"data":{"to":"ann"},"message":""}'],
  ['REJECT', 'setReviewProcessed', '{"approved":false,"data":null,"message":""}'],
] as const)(
  'continues if the response was lost while it claimed the decision: %s',
  async (decision, operation, answer) => {
    const proxy = await switchedProxy(service.url);
    const { holdpoint, human } = await clientsOf(service, { url: proxy.url });
    proxy.swallowAnswerTo = operation;
    const graph = parallel({ mail: () => interrupt({ to: 'ann' }) });
    const { log } = await runWithReviews(graph, {}, newThread(), {
      client: holdpoint,
      onWaiting: (nodeExecId) =>
        void human.decideReviews({ decisions: [{ nodeExecId, decision }] }),
    });
    expect(proxy.swallowAnswerTo).toBeNull();
    expect(log).toEqual([`mail: ${answer}`]);
  },
);

it('resumes no graph with an approval that was withdrawn, and goes on after another one', async () => {
  const proxy = await switchedProxy(service.url);
  const { holdpoint, human } = await clientsOf(service, { url: proxy.url });
  const approveOnce = async (nodeExecId: string) => {
    const [review] = await human.reviews([nodeExecId]);
    const { subjectDigest = '' } = review ?? {};
    await human.decideReviews({ decisions: [{ nodeExecId, decision: 'APPROVE', subjectDigest }] });
  };
  const withdraw = async (nodeExecId: string) => {
    const [review] = await human.reviews([nodeExecId]);
    await human.withdrawDecision({ nodeExecId, subjectDigest: review?.subjectDigest ?? '' });
  };
  const graph = parallel({ mail: () => interrupt({ to: 'ann' }) });
  const thread = newThread();
  const options = {
    client: holdpoint,
    onWaiting: (nodeExecId: string) => void approveOnce(nodeExecId),
  };
  const first = runWithReviews(graph, {}, thread, {
    ...options,
    onWaiting: (nodeExecId) => {
      proxy.beforeRequest = { text: 'consumeReview', run: () => withdraw(nodeExecId) };
      options.onWaiting(nodeExecId);
    },
  });
  await expect(first).rejects.toMatchObject({
    constructor: NotDecidedError,
    outcome: { status: 'withdrawn' },
  });
  const { log } = await runWithReviews(graph, {}, thread, options);
  expect(log).toEqual(['mail: {"approved":true,"data":{"to":"ann"},"message":""}']);
});

it.each(['approval', 'rejection'])(
  'claims nothing if an earlier %s was withdrawn while the last decision was waited for',
  async (earlier) => {
    const { holdpoint, human } = await clientsOf(service);
    const graph = parallel({
      one: () => interrupt({ to: 'ann' }),
      two: () => interrupt({ to: 'bob' }),
    });
    const thread = newThread();
    const decide = async (nodeExecId: string, decision: 'APPROVE' | 'REJECT' = 'APPROVE') => {
      const [review] = await human.reviews([nodeExecId]);
      const { subjectDigest = '' } = review ?? {};
      await human.decideReviews({ decisions: [{ nodeExecId, decision, subjectDigest }] });
      return subjectDigest;
    };
    const { promise: both, resolve } = Promise.withResolvers<string[]>();
    const ids: string[] = [];
    const { promise: isSeen, resolve: seen } = Promise.withResolvers<void>();
    const first = runWithReviews(graph, {}, thread, {
      client: {
        ...holdpoint,
        review: (step) => holdpoint.review(step).finally(seen),
      },
      onWaiting: (nodeExecId) => {
        if (ids.push(nodeExecId) === 2) resolve(ids.sort());
      },
    });
    // The others are claimed before it.
    const [other = '', last = ''] = await both;
    const subjectDigest = await decide(last, earlier === 'approval' ? 'APPROVE' : 'REJECT');
    await isSeen;
    await human.withdrawDecision({ nodeExecId: last, subjectDigest });
    await decide(other);
    await expect(first).rejects.toMatchObject({
      constructor: NotDecidedError,
      outcome: { status: 'withdrawn', nodeExecId: last },
    });
    expect(await human.reviews([other])).toMatchObject([{ status: 'APPROVED', processed: false }]);

    await decide(last);
    const { log } = await runWithReviews(graph, {}, thread, { client: holdpoint });
    expect(log.sort()).toEqual([
      'one: {"approved":true,"data":{"to":"ann"},"message":""}',
      'two: {"approved":true,"data":{"to":"bob"},"message":""}',
    ]);
  },
);

it('an edit of the wrong shape does not resume: the reviewer is asked again, and told why', async () => {
  const edits = ['yes', { to: 'bob', cc: 7 }, { to: 'bob', cc: 'eve' }];
  const { options, asked, reviews } = await scripted(service, () => approve(edits.shift()));
  const mail = z.object({ to: z.string(), cc: z.string() });
  const responseSchema = z.object({ approved: z.boolean(), data: mail.nullable() });
  let runs = 0;
  const graph = parallel({
    mail: () => {
      const answer = interrupt({ to: 'ann', cc: 'dan' }, { responseSchema });
      runs++;
      return answer;
    },
  });
  const { log } = await runWithReviews(graph, {}, newThread(), options);
  expect(log).toEqual(['mail: {"approved":true,"data":{"to":"bob","cc":"eve"}}']);
  expect(runs).toBe(1);
  expect(asked.map(({ instructions }) => instructions)).toEqual([
    null,
    'The last edit was refused: must stay an object, and became a string',
    expect.stringMatching(/^The last edit was refused: data /),
  ]);
  expect((await reviews()).map(({ outcome }) => outcome)).toEqual([
    'SKIPPED',
    'SKIPPED',
    'EXECUTED',
  ]);
});

it('an interrupt that no answer would fit is not requested at all', async () => {
  const { options, asked } = await scripted(service, () => approve());
  const graph = parallel({ count: () => interrupt('?', { responseSchema: z.number() }) });
  await expect(runWithReviews(graph, {}, newThread(), options)).rejects.toThrow(UnanswerableError);
  expect(asked).toEqual([]);

  const yesOrNo = parallel({ ok: () => interrupt('?', { responseSchema: z.boolean() }) });
  expect((await runWithReviews(yesOrNo, {}, newThread(), options)).log).toEqual(['ok: true']);
  expect(asked).toMatchObject([{ editable: false }]);

  const answer = ({ approved }: { approved: boolean }) => (approved ? 1 : 0);
  const { log } = await runWithReviews(graph, {}, newThread(), { ...options, answer });
  expect(log).toEqual(['count: 1']);
});

it('an edit must match a custom kind too, and cannot change it', async () => {
  const transfer = defineApprovalKind({
    name: 'transfer',
    schema: z.object({ to: z.string(), cents: z.int() }),
    present: ({ to, cents }) => ({ text: `${cents} to ${line(to)}`, yes: 'sent', no: 'not sent' }),
  });
  const request = transfer.request({ to: 'ann', cents: 1 });
  const edits = [
    { ...request.resumePayload, cents: 'all' },
    { ...request.resumePayload, approval_type: 'gift' },
    { ...request.resumePayload, cents: 2 },
  ];
  const { options, asked } = await scripted(service, () => approve(edits.shift()));
  const graph = parallel({ pay: () => interrupt(request) });
  const { log } = await runWithReviews(graph, {}, newThread(), { ...options, kinds: [transfer] });
  expect(log[0]).toContain('"cents":2');
  expect(asked[1]?.instructions).toMatch(/^The last edit was refused: cents .*\n\n1 to ann/s);
  expect(asked[2]?.instructions).toContain('approval_type must stay "transfer"');
});

it('a stopped thread continues where it stopped, and repeats no request', async () => {
  const { options, human } = await scripted(service, () => undefined);
  const graph = parallel({ mail: () => interrupt('?') });
  const thread = newThread();
  const ids = new Set<string>();
  const stop = new AbortController();
  const aborted = runWithReviews(
    graph,
    {},
    { ...thread, signal: stop.signal },
    {
      ...options,
      onWaiting: (nodeExecId) => {
        ids.add(nodeExecId);
        stop.abort(new Error('enough'));
      },
    },
  );
  await expect(aborted).rejects.toThrow('enough');
  const limited = runWithReviews(graph, {}, thread, {
    ...options,
    timeLimitMs: 1_000,
    onWaiting: (nodeExecId) => ids.add(nodeExecId),
  });
  await expect(limited).rejects.toMatchObject({
    name: 'NotDecidedError',
    outcome: { status: 'timeout' },
  });

  const [nodeExecId = '', ...others] = ids;
  expect(others).toEqual([]);
  await human.decideReviews({ decisions: [{ nodeExecId, decision: 'APPROVE' }] });
  const { log } = await runWithReviews(graph, { log: ['again'] }, thread, options);
  expect(log).toEqual(['mail: {"approved":true,"data":"?","message":""}']);
});

it('a stopped run resumes nothing, and an expired review is a rejection', async () => {
  const { options, human } = await scripted(service, () => undefined);
  let runs = 0;
  const graph = parallel({ mail: () => [interrupt('?'), ++runs] });
  const stopped = runWithReviews(graph, {}, newThread(), {
    ...options,
    execution: 'stopped',
    onWaiting: () => void human.cancelPendingReviews({ graphExecId: 'stopped' }),
  });
  await expect(stopped).rejects.toThrow(NotDecidedError);
  expect(runs).toBe(0);
  const expiresAt = () => new Date(Date.now() + 1_500);
  const { log } = await runWithReviews(graph, {}, newThread(), { ...options, expiresAt });
  expect(log[0]).toContain('"approved":false,"data":null,"message":"Nobody decided in time"');
});

it('asks again if an approval lapsed before the graph was resumed with it', async () => {
  const { options, asked, reviews, human, user } = await scripted(service, () => approve());
  const graph = parallel({ mail: () => interrupt({ to: 'ann' }) });
  const thread = newThread();
  let first = '';
  const crash = new AbortController();
  const early = runWithReviews(
    graph,
    {},
    { ...thread, signal: crash.signal },
    {
      ...options,
      onWaiting: (nodeExecId) => {
        first = nodeExecId;
        crash.abort(new Error('crashed'));
      },
    },
  );
  await expect(early).rejects.toThrow('crashed');
  await human.decideReviews({ decisions: [{ nodeExecId: first, decision: 'APPROVE' }] });
  await service.sql(
    `UPDATE "PendingReview" SET "voidedAt" = now() WHERE "userId" = $1 AND "nodeExecId" = $2`,
    [user, first],
  );
  const { log } = await runWithReviews(graph, {}, thread, options);
  expect(log).toEqual(['mail: {"approved":true,"data":{"to":"ann"},"message":""}']);
  expect(asked.map(({ nodeExecId }) => nodeExecId)).not.toContain(first);
  expect(await reviews()).toMatchObject([{ outcome: 'EXECUTED' }]);
});

it('a standing approval resumes without a reviewer', async () => {
  const { options, asked, human, agent } = await scripted(service, () => approve());
  await register(agent, 'standing');
  await human.createAutoApproval({
    graphExecId: 'standing',
    nodeId: 'mail',
    graphId: 'agent',
    graphVersion: 1,
  });
  const graph = parallel({ mail: () => interrupt({ to: 'ann' }) });
  const { log } = await runWithReviews(graph, {}, newThread(), {
    ...options,
    execution: 'standing',
  });
  expect(log[0]).toContain('"approved":true,"data":{"to":"ann"}');
  expect(asked).toEqual([]);
});

it('refuses a graph that cannot be resumed, or a value that is not JSON, before it requests anything', async () => {
  const { options, asked } = await scripted(service, () => approve());
  const bare = new StateGraph(Log)
    .addNode('one', () => ({}))
    .addEdge(START, 'one')
    .compile();
  await expect(runWithReviews(bare, {}, newThread(), options)).rejects.toThrow(
    'graph.checkpointer',
  );
  await expect(runWithReviews(parallel({ one: () => 1 }), {}, {}, options)).rejects.toThrow(
    'config.configurable.thread_id',
  );
  const graph = parallel({ mail: () => interrupt({ when: 1n }) });
  await expect(runWithReviews(graph, {}, newThread(), options)).rejects.toThrow();
  expect(asked).toEqual([]);
});

it('71. the reason of the rule that denies resumes the node, and what a rule allows needs nobody', async () => {
  const { holdpoint, user } = await clientsOf(service);
  const ops = service.as({ user, actor: 'ops', scopes: ['policy:manage'] });
  const rules = [
    rule('no-eve', 'payload.to == "eve"', 'DENY', { reason: 'Frozen' }),
    rule('others', 'payload.to != "eve"', 'ALLOW'),
  ];
  await mustSet(ops, { rules });
  const graph = parallel({
    one: () => interrupt({ to: 'ann' }),
    two: () => interrupt({ to: 'eve' }),
  });
  const { log } = await runWithReviews(graph, {}, newThread(), { client: holdpoint });
  expect(log.toSorted()).toEqual([
    'one: {"approved":true,"data":{"to":"ann"},"message":"Allowed by rule others"}',
    'two: {"approved":false,"data":null,"message":"Denied by rule no-eve: Frozen"}',
  ]);
});

it('73. an approval that the policy denies meanwhile does not resume the graph', async () => {
  const { holdpoint, human, user } = await clientsOf(service);
  const ops = service.as({ user, actor: 'ops', scopes: ['policy:manage'] });
  const graph = parallel({ mail: () => interrupt({ to: 'eve' }) });
  const thread = newThread();
  const onWaiting = async (nodeExecId: string) => {
    await mustSet(ops, { rules: [rule('no-eve', 'payload.to == "eve"', 'DENY')], mode: 'SHADOW' });
    await human.decideReviews({ decisions: [{ nodeExecId, decision: 'APPROVE' }] });
  };
  const consumeReview: typeof holdpoint.consumeReview = async (input, options) => {
    await mustSet(ops, {
      rules: [rule('no-eve', 'payload.to == "eve"', 'DENY')],
      basedOnVersion: 1,
    });
    return holdpoint.consumeReview(input, options);
  };
  const running = runWithReviews(graph, {}, thread, {
    client: { ...holdpoint, consumeReview },
    onWaiting: (id) => void onWaiting(id),
  });
  await expect(running).rejects.toMatchObject({
    constructor: NotDecidedError,
    message: expect.stringMatching(/is approved, but denied by rule no-eve$/),
    outcome: { status: 'void' },
  });
  expect((await graph.getState(thread)).values.log).toEqual([]);
});

it('reviews carry a headline, a risk and tags, made from the step and its payload', async () => {
  const { options, reviews } = await scripted(service, () => approve());
  const graph = parallel({ mail: () => interrupt({ to: 'ann' }) });
  await runWithReviews(graph, {}, newThread(), {
    ...options,
    headline: ({ node, payload }) => `${node} to ${(payload as { to: string }).to}`,
    risk: 'LOW',
    tags: () => ['mail'],
  });
  expect(await reviews()).toMatchObject([{ headline: 'mail to ann', risk: 'LOW', tags: ['mail'] }]);
});
