import {
  createCodeApproval,
  createPlanApproval,
  getApprovalResumeData,
  type PlanApprovalInput,
} from '@holdpoint/client/approvals';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import {
  Annotation,
  type BaseCheckpointSaver,
  Command,
  END,
  interrupt,
  START,
  StateGraph,
} from '@langchain/langgraph';
import { runPython } from './runPython.ts';

type Plan = PlanApprovalInput['executionPlan'];

const State = Annotation.Root({
  task: Annotation<string>,
  plan: Annotation<Plan>,
  code: Annotation<string>,
  result: Annotation<string>,
});

/**
 * An agent that plans, asks, writes code, asks, and runs the code. The model is called in separate
 * nodes, because an interrupted node runs again from its beginning when it is resumed, and the
 * model might then answer something else.
 */
export function buildGraph(model: BaseChatModel, checkpointer: BaseCheckpointSaver) {
  async function makePlan({ task }: typeof State.State) {
    const { text } = await model.invoke(`Make a plan, as JSON, for: ${task}`);
    return { plan: JSON.parse(text) as Plan };
  }

  function approvePlan({ plan }: typeof State.State) {
    const answer = interrupt(createPlanApproval({ executionPlan: plan }));
    const { approved, payload } = getApprovalResumeData(answer, 'orchestrator_plan');
    if (!approved) return stop('The plan was rejected.');
    return new Command({ update: { plan: payload['execution_plan'] as Plan }, goto: 'writeCode' });
  }

  async function writeCode({ plan }: typeof State.State) {
    const { text } = await model.invoke(`Write Python for this plan: ${JSON.stringify(plan)}`);
    return { code: text };
  }

  function approveCode({ task, code }: typeof State.State) {
    const request = createCodeApproval({
      code,
      executionMode: 'readonly',
      safetyConcerns: concernsAbout(code),
      stepObjective: task,
    });
    const { approved, payload } = getApprovalResumeData(interrupt(request), 'python_executor');
    if (!approved) return stop('The code was rejected.');
    return new Command({ update: { code: payload['code'] as string }, goto: 'runCode' });
  }

  async function runCode({ code }: typeof State.State) {
    return { result: await runPython(code) };
  }

  return new StateGraph(State)
    .addNode('makePlan', makePlan)
    .addNode('approvePlan', approvePlan, { ends: ['writeCode', END] })
    .addNode('writeCode', writeCode)
    .addNode('approveCode', approveCode, { ends: ['runCode', END] })
    .addNode('runCode', runCode)
    .addEdge(START, 'makePlan')
    .addEdge('makePlan', 'approvePlan')
    .addEdge('writeCode', 'approveCode')
    .addEdge('runCode', END)
    .compile({ checkpointer });
}

const stop = (result: string) => new Command({ update: { result }, goto: END });

/** A real agent would look more closely. */
const concernsAbout = (code: string): string[] =>
  ['open(', 'import os', 'import subprocess', 'import socket']
    .filter((sign) => code.includes(sign))
    .map((sign) => `Contains ${sign}`);
