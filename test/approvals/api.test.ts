import { expect, it, vi } from 'vitest';
import {
  createCodeApproval,
  createMemoryApproval,
  createPlanApproval,
} from '../../packages/client/src/approvals/index.ts';
import { approve, ask, decide, readOne, reject } from '../support/operations.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

const plan = createPlanApproval({
  executionPlan: { steps: [{ task_objective: 'Load', capability: 'archive' }, {}] },
  planFilePath: '/plans/1.json',
  pendingPlansDir: '/plans',
});
const memory = createMemoryApproval({
  content: 'Prefers mornings',
  operationType: 'update',
  userId: 'u1',
  existingMemory: 'Prefers evenings',
  stepObjective: 'Remember',
});
const code = createCodeApproval({
  code: 'print(1)',
  executionMode: 'write',
  safetyConcerns: ['prints'],
  notebookLink: 'https://notebooks.example/1',
  notebookPath: '/notebooks/1.ipynb',
  executionFolderPath: '/runs/1',
  stepObjective: 'Print',
});

const approvalDocument = `query ($id: ID!) { pendingReview(nodeExecId: $id) { approvalType payload approval {
  __typename
  ... on PlanApproval { steps { number objective capability } file directory }
  ... on MemoryApproval { operation content existing objective memoryUserId }
  ... on CodeApproval { code mode concerns reasoning objective notebookLink notebookPath folder }
} } }`;

type Shown = { approvalType: string | null; payload: unknown; approval: unknown };

async function shown(
  { agent }: { agent: TestClient },
  id: string,
  payload: unknown,
): Promise<Shown> {
  await ask(agent, id, { payload });
  const { pendingReview } = await agent.query<{ pendingReview: Shown }>(approvalDocument, { id });
  return pendingReview;
}

it('an approval of a plan, of memory or of code has a type of its own', async () => {
  const team = service.team();
  expect(await shown(team, 'plan', plan.resumePayload)).toEqual({
    approvalType: 'orchestrator_plan',
    payload: plan.resumePayload,
    approval: {
      __typename: 'PlanApproval',
      steps: [
        { number: 1, objective: 'Load', capability: 'archive' },
        { number: 2, objective: 'unknown', capability: 'unknown' },
      ],
      file: '/plans/1.json',
      directory: '/plans',
    },
  });
  expect(await shown(team, 'memory', memory.resumePayload)).toMatchObject({
    approvalType: 'memory_update',
    approval: {
      __typename: 'MemoryApproval',
      operation: 'update',
      content: 'Prefers mornings',
      existing: 'Prefers evenings',
      objective: 'Remember',
      memoryUserId: 'u1',
    },
  });
  expect(await shown(team, 'code', code.resumePayload)).toMatchObject({
    approvalType: 'python_executor',
    approval: {
      __typename: 'CodeApproval',
      code: 'print(1)',
      mode: 'write',
      concerns: ['prints'],
      reasoning: 'code needs approval for write mode',
      objective: 'Print',
      notebookLink: 'https://notebooks.example/1',
      notebookPath: '/notebooks/1.ipynb',
      folder: '/runs/1',
    },
  });
});

it('optional fields that an agent in another language leaves out are accepted', async () => {
  const team = service.team();
  const bare = { approval_type: 'python_executor', code: '', execution_mode: 'readonly' };
  expect((await shown(team, 'code', bare)).approval).toMatchObject({
    __typename: 'CodeApproval',
    concerns: [],
    objective: null,
  });
  const saved = { approval_type: 'memory_save', operation_type: 'save', content: 'a' };
  expect((await shown(team, 'memory', saved)).approval).toMatchObject({ existing: null });
});

it('a payload that does not match the kind that it names has no approval, but stays visible', async () => {
  const team = service.team();
  const misfits: [unknown, string | null][] = [
    [{ ...code.resumePayload, code: 7 }, 'python_executor'],
    [{ ...memory.resumePayload, operation_type: 'delete' }, 'memory_update'],
    [{ approval_type: 'orchestrator_plan' }, 'orchestrator_plan'],
    [{ approval_type: 'transfer', cents: 1 }, 'transfer'],
    [{ approval_type: 'memory_' }, 'memory_'],
    [{ approval_type: 7 }, null],
    [{ approval_type: ' ' }, null],
    [{ nested: { approval_type: 'python_executor' } }, null],
    [['approval_type'], null],
    ['approval_type', null],
    [null, null],
  ];
  for (const [at, [payload, approvalType]] of misfits.entries()) {
    expect(await shown(team, `misfit-${at}`, payload)).toEqual({
      approvalType,
      payload,
      approval: null,
    });
  }
});

it("instructions default to the approval's message", async () => {
  const { agent } = service.team();
  const instructionsOf = async (id: string, more: Record<string, unknown>) => {
    await ask(agent, id, more);
    return (await readOne(agent, id)).instructions;
  };
  for (const [id, { resumePayload, userMessage }] of Object.entries({ plan, memory, code })) {
    expect(await instructionsOf(id, { payload: resumePayload })).toBe(userMessage);
    expect(await instructionsOf(`${id} told`, { payload: resumePayload, instructions: 'x' })).toBe(
      'x',
    );
  }
  expect(await instructionsOf('misfit', { payload: { approval_type: 'memory_save' } })).toBeNull();
  expect(await instructionsOf('none', {})).toBeNull();
  const long = createCodeApproval({ code: 'a'.repeat(200_000), executionMode: 'write' });
  expect(await instructionsOf('too long', { payload: long.resumePayload })).toBeNull();
});

it('an edit that matches the kind is stored, with APPROVE and with REJECT', async () => {
  const { agent, reviewer } = service.team();
  for (const [id, decided] of [
    ['approved', approve],
    ['rejected', reject],
  ] as const) {
    await ask(agent, id, { payload: code.resumePayload });
    const edit = { ...code.resumePayload, code: 'print(2)', safety_concerns: null };
    expect(await decided(reviewer, id, { payload: edit })).toMatchObject({
      __typename: 'DecideReviewsPayload',
      reviews: [{ wasEdited: true, payload: edit, originalPayload: code.resumePayload }],
    });
  }
});

it('an edit that does not match the kind is refused with paths, and nothing in the batch is decided', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'other');
  await ask(agent, 'code', { payload: code.resumePayload });
  await ask(agent, 'plan', { payload: plan.resumePayload });
  await ask(agent, 'memory', { payload: memory.resumePayload });
  const answer = await decide(reviewer, [
    { nodeExecId: 'other', decision: 'APPROVE', payload: { any: 'edit' } },
    {
      nodeExecId: 'code',
      decision: 'APPROVE',
      payload: { ...code.resumePayload, code: null, safety_concerns: ['a', 1] },
    },
    {
      nodeExecId: 'plan',
      decision: 'REJECT',
      payload: { ...plan.resumePayload, execution_plan: { steps: [{ task_objective: 1 }] } },
    },
    {
      nodeExecId: 'memory',
      decision: 'APPROVE',
      payload: { ...memory.resumePayload, operation_type: 'delete' },
    },
  ]);
  expect(answer.__typename).toBe('InvalidInputError');
  expect(answer.issues.map(({ path }) => path)).toEqual([
    'input.decisions.1.payload.code',
    'input.decisions.1.payload.safety_concerns.1',
    'input.decisions.2.payload.execution_plan.steps.0.task_objective',
    'input.decisions.3.payload.approval_type',
  ]);
  for (const id of ['other', 'code', 'plan', 'memory']) {
    expect(await readOne(agent, id)).toMatchObject({ status: 'WAITING', wasEdited: null });
  }
});

it('an edit cannot change or remove the kind', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'code', { payload: code.resumePayload });
  const { approval_type: _, ...untyped } = code.resumePayload;
  const edits: [unknown, string][] = [
    [{ ...code.resumePayload, approval_type: 'memory_save' }, '.approval_type'],
    [memory.resumePayload, '.approval_type'],
    [untyped, '.approval_type'],
    [null, ''],
    ['print(2)', ''],
    [[code.resumePayload], ''],
  ];
  for (const [payload, path] of edits) {
    expect(await approve(reviewer, 'code', { payload })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: `input.decisions.0.payload${path}` }],
    });
  }
  expect(await approve(reviewer, 'code')).toMatchObject({ reviews: [{ wasEdited: false }] });
});

it('a payload of an unknown kind can be edited freely', async () => {
  const { agent, reviewer } = service.team();
  const payloads = [
    { approval_type: 'transfer', cents: 1 },
    { approval_type: 'python_executor', misfit: true },
    { a: 1 },
  ];
  for (const [at, payload] of payloads.entries()) {
    await ask(agent, `step-${at}`, { payload });
    expect(await approve(reviewer, `step-${at}`, { payload: { approval_type: 1 } })).toMatchObject({
      reviews: [{ wasEdited: true, payload: { approval_type: 1 } }],
    });
  }
});

it('other errors take precedence, and a repeated edit is idempotent', async () => {
  const { agent, reviewer } = service.team();
  const edit = { ...code.resumePayload, code: 'print(2)' };
  await ask(agent, 'fixed', { payload: code.resumePayload, editable: false });
  expect(await approve(reviewer, 'fixed', { payload: { code: 1 } })).toMatchObject({
    __typename: 'ReviewNotEditableError',
  });
  await ask(agent, 'code', { payload: code.resumePayload });
  const decision = { nodeExecId: 'code', decision: 'APPROVE', payload: { code: 1 } };
  const missing = { nodeExecId: 'missing', decision: 'APPROVE' };
  expect(await decide(reviewer, [decision, missing])).toMatchObject({
    __typename: 'NotFoundError',
    ids: ['missing'],
  });
  for (let repeat = 0; repeat < 2; repeat++) {
    expect(await approve(reviewer, 'code', { payload: edit })).toMatchObject({
      __typename: 'DecideReviewsPayload',
      reviews: [{ payload: edit }],
    });
  }
  expect(await approve(reviewer, 'code', { payload: { code: 1 } })).toMatchObject({
    __typename: 'ReviewConflictError',
  });
});

it('the payload cannot be swapped while an edit is being validated', async () => {
  const transfer = { approval_type: 'transfer', cents: 1 };
  const edit = { ...transfer, cents: 2 };

  /**
   * A decision about a transfer and an update that turns the payload into code wait for the row
   * lock, in this order.
   */
  async function race(): Promise<string> {
    const { user, agent, reviewer } = service.team();
    await ask(agent, 'step', { payload: transfer });
    const holder = await service.database.pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM "PendingReview" WHERE "userId" = $1 FOR UPDATE', [user]);
    const deciding = approve(reviewer, 'step', { payload: edit });
    await untilBlocked(1);
    const changing = service.sql('UPDATE "PendingReview" SET "payload" = $2 WHERE "userId" = $1', [
      user,
      JSON.stringify(code.resumePayload),
    ]);
    await untilBlocked(2);
    await holder.query('COMMIT');
    holder.release();
    await changing;
    const answer = await deciding;
    // The edit never replaces the code, whichever comes first.
    expect((await readOne(agent, 'step')).payload).toEqual(code.resumePayload);
    return answer.__typename;
  }

  // In most rounds the update comes after the decision has read the transfer, whose kind is
  // unknown and can be edited freely.
  let answer = '';
  for (let at = 0; at < 20 && answer !== 'InvalidInputError'; at++) answer = await race();
  expect(answer).toBe('InvalidInputError');
});

const untilBlocked = (count: number) =>
  vi.waitFor(async () => {
    const waiting = await service.sql(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    expect(waiting).toHaveLength(count);
  });
