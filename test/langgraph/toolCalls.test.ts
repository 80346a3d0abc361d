import { runWithReviews, UnanswerableError } from '@holdpoint/langgraph';
import { AIMessage } from '@langchain/core/messages';
import { type Runnable, RunnablePassthrough } from '@langchain/core/runnables';
import { fakeModel } from '@langchain/core/testing';
import { tool } from '@langchain/core/tools';
import {
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import {
  type AgentMiddleware,
  createAgent,
  createMiddleware,
  humanInTheLoopMiddleware,
  type InterruptOnConfig,
} from 'langchain';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { testService } from '../support/testService.ts';
import { newThread, parallel } from './graphs.ts';
import { approve, reject, type Script, scripted } from './scripted.ts';

const service = await testService();

type Rules = Record<string, boolean | InterruptOnConfig>;

const calls = [
  { name: 'send', args: { to: 'ann' }, id: 'call-1' },
  { name: 'remove', args: { path: '/tmp/a' }, id: 'call-2' },
  { name: 'read', args: { path: '/tmp/b' }, id: 'call-3' },
];

/** LangChain's types do not compile with exactOptionalPropertyTypes. */
const reviewed = (interruptOn: Rules) =>
  humanInTheLoopMiddleware({ interruptOn } as never) as unknown as AgentMiddleware;

/** An agent whose model calls these tools in one message, and then says it is done. */
function agentOf(interruptOn: Rules = { send: true, remove: true }) {
  const ran: string[] = [];
  const tools = [
    tool(({ to }) => String(ran.push(`send ${to}`)), {
      name: 'send',
      schema: z.object({ to: z.string() }),
    }),
    ...['remove', 'read'].map((name) =>
      tool(({ path }) => String(ran.push(`${name} ${path}`)), {
        name,
        schema: z.object({ path: z.string() }),
      }),
    ),
  ];
  const agent = createAgent({
    model: fakeModel()
      .respondWithTools(calls)
      .respond(new AIMessage('done'))
      .respond(new AIMessage('done')),
    tools,
    middleware: [reviewed(interruptOn)],
    checkpointer: new MemorySaver(),
  });
  return { agent, ran };
}

const input = { messages: [{ role: 'user', content: 'Go' }] };

async function run(script: Script, interruptOn?: Rules) {
  const { agent, ran } = agentOf(interruptOn);
  const scriptedRun = await scripted(service, script, 2);
  const end = await runWithReviews(agent, input, newThread(), scriptedRun.options);
  return { ...scriptedRun, ran, end };
}

it('each call of a batch becomes a review, requested together, and all run once all are approved', async () => {
  const { asked, ran, end, reviews } = await run(() => approve());
  expect(ran.toSorted()).toEqual(['read /tmp/b', 'remove /tmp/a', 'send ann']);
  expect(asked.map(({ nodeId, payload }) => [nodeId, payload]).sort()).toEqual([
    ['remove', { name: 'remove', args: { path: '/tmp/a' } }],
    ['send', { name: 'send', args: { to: 'ann' } }],
  ]);
  expect(asked[0]?.instructions).toContain('requires approval');
  expect(end.messages.at(-1)?.content).toBe('done');
  expect((await reviews()).map(({ outcome }) => outcome)).toEqual(['EXECUTED', 'EXECUTED']);
});

it('a tool runs with the args that the reviewer edited', async () => {
  const { ran } = await run(({ nodeId }) =>
    approve(nodeId === 'send' ? { name: 'send', args: { to: 'bob' } } : undefined),
  );
  expect(ran).toContain('send bob');
  expect(ran).not.toContain('send ann');
});

it('after a rejection nothing in the batch runs, and the model gets an answer to each call', async () => {
  const { ran, end, reviews } = await run(({ nodeId }) =>
    nodeId === 'remove' ? reject('Keep it') : approve(),
  );
  expect(ran).toEqual([]);
  expect(end.messages.some(({ content }) => content === 'Keep it')).toBe(true);
  const outcomes = Object.fromEntries((await reviews()).map((review) => [review.nodeId, review]));
  expect(outcomes['remove']).toMatchObject({ status: 'REJECTED', outcome: null });
  expect(outcomes['send']).toMatchObject({
    status: 'APPROVED',
    outcome: 'SKIPPED',
    outcomeDetail: expect.stringContaining('Another tool call'),
  });
});

it('an edit that renames the tool, or is not a call, is refused', async () => {
  const edits: unknown[] = [
    { name: 'remove', args: { path: '/' } },
    { name: 'send', args: 'bob' },
    { to: 'bob' },
    { name: 'send', args: { to: 'eve' }, id: 'call-9' },
    { name: 'send', args: { to: 'bob' } },
  ];
  const { agent, ran } = agentOf({ send: true });
  const { options, asked } = await scripted(service, () => approve(edits.shift()));
  await runWithReviews(agent, input, newThread(), options);
  expect(ran.toSorted()).toEqual(['read /tmp/b', 'remove /tmp/a', 'send bob']);
  expect(asked).toHaveLength(5);
  expect(asked[1]?.instructions).toContain('the tool must stay send: only its args can be edited');
  expect(asked[4]?.instructions).toContain('must have a name and args, and nothing else');
});

it('decisions that the middleware does not allow are not offered, or nothing is requested', async () => {
  const fixed = { allowedDecisions: ['approve' as const, 'reject' as const] };
  const { asked } = await run(() => approve(), { send: fixed, remove: fixed });
  expect(asked.map(({ editable }) => editable)).toEqual([false, false]);

  const { agent, ran } = agentOf({ send: { allowedDecisions: ['approve'] } });
  const { options, asked: none } = await scripted(service, () => approve());
  await expect(runWithReviews(agent, input, newThread(), options)).rejects.toThrow(
    UnanswerableError,
  );
  expect([ran, none]).toEqual([[], []]);
});

it('edited args must match their schema, if there is one', async () => {
  const edits = [
    { name: 'send', args: { to: 7 } },
    { name: 'send', args: { to: 'bob' } },
  ];
  const { agent, ran } = agentOf({
    send: {
      allowedDecisions: ['approve', 'edit', 'reject'],
      argsSchema: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
    },
  });
  const { options, asked } = await scripted(service, () => approve(edits.shift()));
  await runWithReviews(agent, input, newThread(), options);
  expect(ran).toContain('send bob');
  expect(asked[1]?.instructions).toContain('args to ');
});

it('a description that is too long for instructions is left out', async () => {
  const long = '/tmp/'.padEnd(120_000, 'a');
  const ran: string[] = [];
  const write = tool(({ path }) => String(ran.push(path)), {
    name: 'write',
    schema: z.object({ path: z.string() }),
  });
  const agent = createAgent({
    model: fakeModel()
      .respondWithTools([{ name: 'write', args: { path: long }, id: 'call-1' }])
      .respond(new AIMessage('done')),
    tools: [write],
    middleware: [reviewed({ write: true })],
    checkpointer: new MemorySaver(),
  });
  const { options, asked } = await scripted(service, () => approve());
  await runWithReviews(agent, input, newThread(), options);
  expect(ran).toEqual([long]);
  expect(asked).toMatchObject([
    { instructions: null, payload: { name: 'write', args: { path: long } } },
  ]);
});

it.each([
  ['long', 'Look at this. '.repeat(7_142), 'The last edit was refused: the tool must stay send'],
  ['not well-formed', 'Cut in half: \ud83d, and NUL: \0.', 'Cut in half: \ufffd, and NUL: .'],
])('instructions that are %s do not stop the graph', async (_, description, expected) => {
  const edits = [{ name: 'remove', args: {} }, undefined];
  const { options, asked } = await scripted(service, () => approve(edits.shift()));
  const send = { name: 'send', args: { to: 'ann' } };
  const graph = parallel({
    agent: () =>
      interrupt({
        actionRequests: [{ ...send, description }],
        reviewConfigs: [{ actionName: 'send', allowedDecisions: ['approve', 'edit', 'reject'] }],
      }),
  });
  await runWithReviews(graph, {}, newThread(), options);
  expect(asked).toHaveLength(2);
  expect(asked[1]?.instructions).toContain(expected);
});

const replied = (allowedDecisions: string[], script: Script) =>
  scripted(service, script).then(async (run) => {
    const graph = parallel({
      agent: () =>
        interrupt({
          actionRequests: [{ name: 'send', args: { to: 'ann' } }],
          reviewConfigs: [{ actionName: 'send', allowedDecisions }],
        }),
    });
    const { log } = await runWithReviews(graph, {}, newThread(), run.options);
    const [{ type = '', message = '' } = {}] = JSON.parse(
      String(log).replace(/^agent: /, ''),
    ).decisions;
    return { ...run, type, message };
  });

it('84. changes that are asked for are a reply, if the node takes replies', async () => {
  const { type, message, asked, reviews, holdpoint } = await replied(
    ['approve', 'reject', 'respond'],
    () => ({
      decision: 'REQUEST_CHANGES',
      message: 'Not to all',
      comments: [{ text: 'Testers only', pointer: '/args/to' }],
    }),
  );
  expect(type).toBe('respond');
  expect(message.split('\n')).toEqual([
    'This call was not approved and has not run. The reviewer asks for changes:',
    'Not to all',
    'On /args/to: Testers only',
  ]);
  expect(asked[0]?.allowedDecisions).toContain('REQUEST_CHANGES');
  expect(await reviews()).toMatchObject([{ status: 'CHANGES_REQUESTED', outcome: null }]);
  const comments = await holdpoint.comments(asked[0]?.nodeExecId ?? '');
  expect(comments.at(-1)?.text).toMatch(/^Passed on to the model/);
});

it('83. changes are not offered if the node takes no replies', async () => {
  const { type, asked } = await replied(['approve', 'reject'], () => approve());
  expect(type).toBe('approve');
  expect(asked[0]?.allowedDecisions).toEqual(['APPROVE', 'REJECT']);
});

it('81. a tool that can only be responded to is a question', async () => {
  const { type, message, asked, reviews } = await replied(['respond'], () => ({
    decision: 'ANSWER',
    answer: 'ann@example.com',
  }));
  expect([type, message]).toEqual(['respond', 'ann@example.com']);
  expect(asked).toMatchObject([{ kind: 'QUESTION', headline: 'send', payload: { name: 'send' } }]);
  expect(await reviews()).toMatchObject([{ status: 'ANSWERED', processed: true }]);
});

it('a rejection is a reply where the node takes no rejection', async () => {
  const { type, message } = await replied(['approve', 'respond'], () => reject('Not today'));
  expect(type).toBe('respond');
  expect(message).toBe('The reviewer rejected this call, and it has not run. Not today');
});

it('84. of two workers one passes on what a reviewer wants changed', async () => {
  const thread = newThread();
  const { options } = await scripted(
    service,
    () => ({ decision: 'REQUEST_CHANGES', message: 'Less' }),
    2,
  );
  const saver = new MemorySaver();
  const ask = () =>
    interrupt({
      actionRequests: [{ name: 'send', args: {} }],
      reviewConfigs: [{ actionName: 'send', allowedDecisions: ['approve', 'respond'] }],
    });
  const graphs = [parallel({ agent: ask }, saver), parallel({ agent: ask }, saver)];
  await graphs[0]?.invoke({}, thread);
  const runs = graphs.map((graph) =>
    runWithReviews(graph, null, thread, options).then(
      () => 'resumed',
      (error: Error) => error.name,
    ),
  );
  expect((await Promise.all(runs)).sort()).toEqual(['AlreadyResumedError', 'resumed']);
});

const batch = (...names: string[]) => ({
  actionRequests: names.map((name) => ({ name, args: {} })),
  reviewConfigs: names.map((actionName) => ({
    actionName,
    allowedDecisions: ['approve', 'reject'],
  })),
});

const outcomesOf = async ({ reviews }: Pick<Awaited<ReturnType<typeof scripted>>, 'reviews'>) =>
  Object.fromEntries((await reviews()).map(({ nodeId, outcome }) => [nodeId, outcome]));

it('a node of its own making may run the approved half of a batch, so no outcome is reported', async () => {
  const script: Script = ({ nodeId }) => (nodeId === 'remove' ? reject() : approve());
  const run = await scripted(service, script, 2);
  const graph = parallel({ agent: () => interrupt(batch('send', 'remove')) });
  await runWithReviews(graph, {}, newThread(), run.options);
  expect(await outcomesOf(run)).toEqual({ send: null, remove: null });
});

it('a node of its own making that fails may have run some calls of a batch', async () => {
  const run = await scripted(service, () => approve(), 2);
  const graph = parallel({
    agent: () => {
      interrupt(batch('send', 'remove'));
      throw new Error('remove failed');
    },
  });
  await expect(runWithReviews(graph, {}, newThread(), run.options)).rejects.toThrow('remove');
  expect(await outcomesOf(run)).toEqual({ send: null, remove: null });
});

it('a node of its own making that was approved as a whole has executed it', async () => {
  const run = await scripted(service, () => approve(), 2);
  const graph = parallel({ agent: () => interrupt(batch('send', 'remove')) });
  await runWithReviews(graph, {}, newThread(), run.options);
  expect(await outcomesOf(run)).toEqual({ send: 'EXECUTED', remove: 'EXECUTED' });
});

/** An agent with one reviewed tool, whose model ends with this. */
function agentWith(send: () => string, ending: AIMessage | Error) {
  return createAgent({
    model: fakeModel().respondWithTools(calls.slice(0, 1)).respond(ending),
    tools: [tool(send, { name: 'send', schema: z.object({ to: z.string() }) })],
    middleware: [reviewed({ send: true })],
    checkpointer: new MemorySaver(),
  });
}

it('a tool that throws is reported as failed', async () => {
  const agent = agentWith(() => {
    throw new Error('The network is down');
  }, new AIMessage('done'));
  const run = await scripted(service, () => approve());
  await runWithReviews(agent, input, newThread(), run.options);
  expect(await run.reviews()).toMatchObject([
    { outcome: 'FAILED', outcomeDetail: expect.stringContaining('The network is down') },
  ]);
});

it('a tool that ran is reported as executed although the model fails afterwards', async () => {
  const agent = agentWith(() => 'sent', new Error('Too many requests'));
  const run = await scripted(service, () => approve());
  await expect(runWithReviews(agent, input, newThread(), run.options)).rejects.toThrow('Too many');
  expect(await outcomesOf(run)).toEqual({ send: 'EXECUTED' });
});

it('of two tools, only the one that throws has failed', async () => {
  const agent = createAgent({
    model: fakeModel().respondWithTools(calls.slice(0, 2)).respond(new AIMessage('done')),
    tools: [
      tool(() => 'sent', { name: 'send', schema: z.object({ to: z.string() }) }),
      tool(
        () => {
          throw new Error('The network is down');
        },
        { name: 'remove', schema: z.object({ path: z.string() }) },
      ),
    ],
    middleware: [reviewed({ send: true, remove: true })],
    checkpointer: new MemorySaver(),
  });
  const run = await scripted(service, () => approve(), 2);
  await runWithReviews(agent, input, newThread(), run.options);
  expect(await outcomesOf(run)).toEqual({ send: 'EXECUTED', remove: 'FAILED' });
});

it.each(['alone', 'within a graph'])(
  '%s, an agent reports which of its tools threw out of it',
  async (where) => {
    const checkpointer = new MemorySaver();
    const thread = newThread();
    /** As the graph ends with the first error, it waits for the result of the other tool. */
    async function otherToolEnded(): Promise<void> {
      for (;;) {
        for await (const { pendingWrites } of checkpointer.list(thread)) {
          if (JSON.stringify(pendingWrites).includes('"tool_call_id":"call-1"')) return;
        }
      }
    }
    const throwing = createMiddleware({
      name: 'throwing',
      async wrapToolCall(request, handler) {
        if (request.toolCall.name === 'send') return handler(request);
        await otherToolEnded();
        throw new Error('The network is down');
      },
    }) as unknown as AgentMiddleware;
    const agent = createAgent({
      model: fakeModel().respondWithTools(calls.slice(0, 2)),
      tools: ['send', 'remove'].map((name) =>
        tool(() => 'done', { name, schema: z.looseObject({}) }),
      ),
      middleware: [reviewed({ send: true, remove: true }), throwing],
      ...(where === 'alone' && { checkpointer }),
    });
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('agent', agent.graph)
      .addEdge(START, 'agent')
      .compile({ checkpointer });
    const run = await scripted(service, () => approve(), 2);
    const ended = runWithReviews(where === 'alone' ? agent : graph, input, thread, run.options);
    await expect(ended).rejects.toThrow('The network is down');
    const outcomes = (await run.reviews()).map((review) => [
      review.nodeId,
      review.outcome,
      review.outcomeDetail,
    ]);
    expect(outcomes.sort()).toEqual([
      ['remove', 'FAILED', 'The network is down'],
      ['send', 'EXECUTED', null],
    ]);
  },
);

const isOther = {
  onFailedAttempt: (error: unknown): void => {
    throw error;
  },
};
const wrapped: [string, (node: ToolNode) => Runnable][] = [
  ['alone', (node) => node],
  ['within a graph', (node) => node],
  ['with a configuration', (node) => node.withConfig({ tags: ['tools'] })],
  ['with retries', (node) => node.withRetry(isOther)],
  ['in a sequence', (node) => new RunnablePassthrough().pipe(node)],
];

it.each(wrapped)(
  'tools that ask at the same time in one run of a node are not answered, %s',
  async (where, wrap) => {
    const ran: unknown[] = [];
    const tools = ['send', 'remove'].map((name) =>
      tool(() => ran.push(interrupt({ name })), { name, schema: z.looseObject({}) }),
    );
    const inner = new StateGraph(MessagesAnnotation)
      .addNode('tools', wrap(new ToolNode(tools)))
      .addEdge(START, 'tools');
    const checkpointer = new MemorySaver();
    const graph =
      where !== 'within a graph'
        ? inner.compile({ checkpointer })
        : new StateGraph(MessagesAnnotation)
            .addNode('agent', inner.compile())
            .addEdge(START, 'agent')
            .compile({ checkpointer });
    const run = await scripted(service, () => approve());
    const act = (count: number) => {
      const messages = [new AIMessage({ content: '', tool_calls: calls.slice(0, count) })];
      return runWithReviews(graph, { messages }, newThread(), run.options);
    };
    await expect(act(2)).rejects.toThrow(UnanswerableError);
    expect([ran, run.asked]).toEqual([[], []]);
    await act(1);
    expect(ran).toMatchObject([{ approved: true, data: { name: 'send' } }]);
  },
);

it('an agent within a graph reports what its tools did', async () => {
  const agent = agentWith(() => 'sent', new AIMessage('done'));
  const graph = new StateGraph(MessagesAnnotation)
    .addNode('agent', agent.graph)
    .addEdge(START, 'agent')
    .compile({ checkpointer: new MemorySaver() });
  const run = await scripted(service, () => approve());
  await runWithReviews(graph, input, newThread(), run.options);
  expect(await outcomesOf(run)).toEqual({ send: 'EXECUTED' });
});

it('a tool runs with the args that were approved, if the agent revised its request elsewhere', async () => {
  const { agent, ran } = agentOf({ send: true });
  const { options, holdpoint, human } = await scripted(service, () => undefined);
  const onWaiting = async (nodeExecId: string) => {
    const [review] = await human.reviews([nodeExecId]);
    if (!review) throw new Error(`There is no review ${nodeExecId}`);
    const revised = await holdpoint.reviseReview({
      ...{ nodeExecId, basedOnDigest: review.payloadDigest },
      payload: { name: 'send', args: { to: 'bob' } },
    });
    const { subjectDigest } = revised.review;
    await human.decideReviews({
      decisions: [{ nodeExecId, decision: 'APPROVE', subjectDigest }],
    });
  };
  await runWithReviews(agent, input, newThread(), {
    ...options,
    onWaiting: (nodeExecId) => void onWaiting(nodeExecId),
  });
  expect(ran).toContain('send bob');
  expect(ran).not.toContain('send ann');
});
