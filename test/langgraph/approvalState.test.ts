import {
  clearApprovalState,
  createCodeApproval,
  createPlanApproval,
  getApprovalResumeData,
} from '@holdpoint/client/approvals';
import { runWithReviews, UnanswerableError } from '@holdpoint/langgraph';
import { Annotation, interrupt, MemorySaver, START, StateGraph } from '@langchain/langgraph';
import { expect, it } from 'vitest';
import { testService } from '../support/testService.ts';
import { Log, newThread, parallel } from './graphs.ts';
import { approve, reject, scripted } from './scripted.ts';

const service = await testService();

const newest = <Value>() =>
  Annotation<Value | null>({ reducer: (_old, value) => value, default: () => null });

const State = Annotation.Root({
  ...Log.spec,
  approval_approved: newest<boolean>(),
  approved_payload: newest<Record<string, unknown>>(),
});

type Request = ReturnType<typeof createCodeApproval> | ReturnType<typeof createPlanApproval>;

/** A node that looks for a decision in the state before it asks for one. */
const step = (request: Request, key: string) => (state: typeof State.State) => {
  const { isResume, approved, payload } = getApprovalResumeData(
    state,
    request.resumePayload.approval_type,
  );
  if (!isResume) return interrupt(request);
  const done = approved ? JSON.stringify(payload[key]) : 'rejected';
  return { log: [`${key}: ${done}`], ...clearApprovalState() };
};

const plan = createPlanApproval({ executionPlan: { steps: [{ task_objective: 'Print' }] } });
const code = createCodeApproval({ code: 'print(1)', executionMode: 'write' });

const graph = new StateGraph(State)
  .addNode('plan', step(plan, 'execution_plan'))
  .addNode('run', step(code, 'code'))
  .addEdge(START, 'plan')
  .addEdge('plan', 'run')
  .compile({ checkpointer: new MemorySaver() });

it('approval_approved and approved_payload are set in the state, and the node runs again', async () => {
  const edited = { ...code.resumePayload, code: 'print(2)' };
  const { options, asked, reviews } = await scripted(service, ({ approvalType }) =>
    approvalType === 'python_executor' ? approve(edited) : approve(),
  );
  const state = await runWithReviews(graph, { log: [] }, newThread(), {
    ...options,
    answerIn: 'state',
  });
  expect(state).toEqual({
    log: ['execution_plan: {"steps":[{"task_objective":"Print"}]}', 'code: "print(2)"'],
    approval_approved: null,
    approved_payload: null,
  });
  expect(asked.map(({ approvalType }) => approvalType)).toEqual([
    'orchestrator_plan',
    'python_executor',
  ]);
  expect((await reviews()).map(({ outcome }) => outcome)).toEqual(['EXECUTED', 'EXECUTED']);
});

it('a rejection in the state is a rejection', async () => {
  const { options } = await scripted(service, () => reject());
  const { log } = await runWithReviews(graph, {}, newThread(), { ...options, answerIn: 'state' });
  expect(log).toEqual(['execution_plan: rejected', 'code: rejected']);
});

it('an answer to interrupt() can be returned as the patch of the state', async () => {
  const { options } = await scripted(service, () => approve());
  const patched = new StateGraph(State)
    .addNode('ask', () => interrupt(code))
    .addNode('run', step(code, 'code'))
    .addEdge(START, 'ask')
    .addEdge('ask', 'run')
    .compile({ checkpointer: new MemorySaver() });
  const { log } = await runWithReviews(patched, {}, newThread(), options);
  expect(log).toEqual(['code: "print(1)"']);
});

it('two interrupts at once do not fit into the state, so nothing is asked', async () => {
  const { options, asked } = await scripted(service, () => approve());
  const both = parallel({ one: () => interrupt(code), two: () => interrupt(plan) });
  await expect(
    runWithReviews(both, {}, newThread(), { ...options, answerIn: 'state' }),
  ).rejects.toThrow(UnanswerableError);
  expect(asked).toEqual([]);
});
