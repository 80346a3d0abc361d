import {
  Annotation,
  Command,
  GraphInterrupt,
  type Interrupt,
  interrupt,
  MemorySaver,
  START,
  StateGraph,
} from '@langchain/langgraph';
import { expect, it } from 'vitest';
import {
  createCodeApproval,
  createMemoryApproval,
  handleServiceWithInterrupts,
  InvalidApprovalError,
} from '../../packages/client/src/approvals/index.ts';

const State = Annotation.Root({
  log: Annotation<string[]>({ reducer: (left, right) => left.concat(right), default: () => [] }),
});

const requests = {
  code: createCodeApproval({ code: 'print(1)', executionMode: 'write' }),
  memory: createMemoryApproval({ content: 'a', operationType: 'save', userId: 'u' }),
};

/** A service with two parallel nodes, the second of which asks twice. */
function service() {
  const ask = (name: string, value: unknown) => `${name}: ${JSON.stringify(interrupt(value))}`;
  return new StateGraph(State)
    .addNode('code', () => ({ log: [ask('code', requests.code)] }))
    .addNode('memory', () => ({
      log: [ask('memory', requests.memory), ask('again', requests.memory)],
    }))
    .addEdge(START, 'code')
    .addEdge(START, 'memory')
    .compile();
}

type Called = { invoke(request: unknown, config?: unknown): Promise<unknown> };

/** A graph whose only node calls the service. */
const outer = (inner: Called) =>
  new StateGraph(State)
    .addNode('capability', async (_state, config) => {
      const result = await handleServiceWithInterrupts(inner, { log: ['asked'] }, config);
      return { log: (result as { log: string[] } | null)?.log ?? ['nothing'] };
    })
    .addEdge(START, 'capability')
    .compile({ checkpointer: new MemorySaver() });

const resumed = (resume: Record<string, unknown>) => new Command<unknown, never, never>({ resume });

type Ended = { log: string[]; __interrupt__?: Interrupt[] };

it('a result passes through, null included', async () => {
  for (const result of [null, undefined, 0, '', { a: 1 }, []]) {
    expect(await handleServiceWithInterrupts({ invoke: async () => result }, {})).toBe(result);
  }
  const config = { configurable: { thread_id: 'null' } };
  expect(await outer({ invoke: async () => null }).invoke({}, config)).toEqual({
    log: ['nothing'],
  });
});

it('every interrupt of the inner graph is raised in the outer graph, and answered there by its id', async () => {
  const graph = outer(service());
  const config = { configurable: { thread_id: 'two' } };
  const first = (await graph.invoke({}, config)) as Ended;
  const interrupts = first.__interrupt__ ?? [];
  expect(interrupts.map(({ value }) => value)).toEqual([requests.code, requests.memory]);
  const ids = interrupts.map(({ id }) => id ?? '');
  expect(new Set(ids).size).toBe(2);

  const resume = { [ids[0] ?? '']: 'yes', [ids[1] ?? '']: 'no' };
  const second = (await graph.invoke(resumed(resume), config)) as Ended;
  expect(second.__interrupt__?.map(({ value }) => value)).toEqual([requests.memory]);

  const last = resumed({ [second.__interrupt__?.[0]?.id ?? '']: 'never' });
  expect(await graph.invoke(last, config)).toEqual({
    log: ['asked', 'code: "yes"', 'memory: "no"', 'again: "never"'],
  });
});

it('interrupts also pass through two nested services', async () => {
  const middle = new StateGraph(State)
    .addNode('middle', async (_state, config) => {
      const { log } = await handleServiceWithInterrupts(service(), { log: ['in'] }, config);
      return { log };
    })
    .addEdge(START, 'middle')
    .compile();
  const graph = outer(middle as never);
  const config = { configurable: { thread_id: 'three' } };
  let state = (await graph.invoke({}, config)) as Ended;
  expect(state.__interrupt__?.map(({ value }) => value)).toEqual([requests.code, requests.memory]);
  for (let round = 0; state.__interrupt__ && round < 3; round++) {
    const resume = Object.fromEntries(state.__interrupt__.map(({ id }) => [id, round]));
    state = (await graph.invoke(resumed(resume), config)) as Ended;
  }
  expect(state.log).toEqual(['asked', 'in', 'code: 0', 'memory: 0', 'again: 1']);
});

it('interrupts that a service returns in its result are raised too', async () => {
  const __interrupt__ = [
    { id: 'a', value: requests.code },
    { id: 'b', value: requests.memory },
  ];
  const graph = outer({ invoke: async () => ({ log: [], __interrupt__ }) });
  const state = await graph.invoke({}, { configurable: { thread_id: 'answered' } });
  expect((state as Ended).__interrupt__).toEqual(__interrupt__);
});

it('an interrupt with a malformed value is an error that says so', async () => {
  for (const [value, what] of [
    [undefined, 'undefined'],
    ['Go on?', 'text'],
    [[requests.code], 'an array'],
    [null, 'null'],
  ] as const) {
    const thrown = { invoke: () => Promise.reject(new GraphInterrupt([{ id: 'a', value }])) };
    const answered = {
      invoke: async () => ({ __interrupt__: [{ value: requests.code }, { value }] }),
    };
    await expect(handleServiceWithInterrupts(thrown, {})).rejects.toThrow(
      `Interrupt 1 of the service is malformed: its value must be an object, not ${what}`,
    );
    await expect(handleServiceWithInterrupts(answered, {})).rejects.toThrow(/^Interrupt 2 /);
  }
  for (const interrupts of [[], undefined]) {
    const empty = { invoke: () => Promise.reject(new GraphInterrupt(interrupts)) };
    await expect(handleServiceWithInterrupts(empty, {})).rejects.toThrow(InvalidApprovalError);
  }
  const notAList = { invoke: async () => ({ __interrupt__: 'no' }) };
  await expect(handleServiceWithInterrupts(notAList, {})).rejects.toThrow(InvalidApprovalError);
});

it('any other error passes unchanged', async () => {
  const errors = [new TypeError('bad'), 'text', null, { name: 'GraphInterrupt', interrupts: [] }];
  for (const error of errors) {
    const caught = await handleServiceWithInterrupts(
      { invoke: () => Promise.reject(error) },
      {},
    ).catch((reason: unknown) => ({ reason }));
    expect(caught).toEqual({ reason: error });
    expect((caught as { reason: unknown }).reason).toBe(error);
  }
});
