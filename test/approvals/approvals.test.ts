import { toJsxRuntime } from 'hast-util-to-jsx-runtime';
import { Fragment, jsx, jsxs } from 'react/jsx-runtime';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { z } from 'zod';
import {
  type ApprovalKindDefinition,
  clearApprovalState,
  codeKind,
  createApprovalType,
  createCodeApproval,
  createMemoryApproval,
  createPlanApproval,
  defineApprovalKind,
  getApprovalResumeData,
  getApprovedPayloadFromState,
  InvalidApprovalError,
  line,
  memoryKind,
  planKind,
} from '../../packages/client/src/approvals/index.ts';
import { parseMarkdown } from '../../src/page/worker/parseMarkdown.ts';

it('a type is the capability and the operation, or the capability alone', () => {
  expect(createApprovalType('memory', 'save')).toBe('memory_save');
  expect(createApprovalType('data_analysis', 'run_query')).toBe('data_analysis_run_query');
  for (const none of [undefined, null, ''])
    expect(createApprovalType('python', none)).toBe('python');
});

it('an empty capability is an error', () => {
  for (const capability of ['', '  ', undefined, null, 7]) {
    expect(() => createApprovalType(capability as string, 'save')).toThrow(InvalidApprovalError);
  }
});

const plan = {
  steps: [
    { task_objective: 'Load the readings', capability: 'archive' },
    { task_objective: 'Draw them', capability: 'plot' },
  ],
  author: 'planner',
};
const memory = { content: 'Prefers mornings', operationType: 'save', userId: 'u1' };
const run = { code: 'print(1)', executionMode: 'readonly' };

it('each request has a message, and a payload in snake_case', () => {
  expect(createPlanApproval({ executionPlan: plan }).resumePayload).toEqual({
    approval_type: 'orchestrator_plan',
    execution_plan: plan,
  });
  expect(createMemoryApproval(memory).resumePayload).toEqual({
    approval_type: 'memory_save',
    step_objective: 'Memory: save',
    content: 'Prefers mornings',
    operation_type: 'save',
    user_id: 'u1',
    existing_memory: '',
  });
  expect(createCodeApproval(run).resumePayload).toEqual({
    approval_type: 'python_executor',
    step_objective: 'Run Python code',
    code: 'print(1)',
    analysis_details: {},
    execution_mode: 'readonly',
    safety_concerns: [],
    notebook_path: null,
    notebook_link: null,
    execution_request: null,
    expected_results: null,
    execution_folder_path: null,
  });
});

it('the input is validated, and each invalid value is named', () => {
  const wrong = (make: () => unknown): unknown => {
    try {
      return make();
    } catch (error) {
      return (error as InvalidApprovalError).issues.map(({ path }) => path.join('.'));
    }
  };
  expect(wrong(() => createPlanApproval({ executionPlan: { steps: 'all' } as never }))).toEqual([
    'execution_plan.steps',
  ]);
  expect(
    wrong(() => createMemoryApproval({ ...memory, operationType: ' ', content: 1 as never })),
  ).toEqual(['content', 'operation_type']);
  expect(
    wrong(() =>
      createCodeApproval({ ...run, safetyConcerns: ['a', 2 as never], code: null as never }),
    ),
  ).toEqual(['code', 'safety_concerns.1']);
});

it('a plan shows its numbered steps, with unknown for what is missing, its file and its directory', () => {
  const { userMessage, resumePayload } = createPlanApproval({
    executionPlan: { steps: [...plan.steps, { task_objective: ' ' }, {}] },
    planFilePath: '/plans/1.json',
    pendingPlansDir: '/plans',
  });
  expect(userMessage).toContain('4 steps');
  expect(userMessage).toContain('1. Load the readings (`archive`)\n2. Draw them (`plot`)');
  expect(userMessage).toContain('3. unknown (`unknown`)\n4. unknown (`unknown`)');
  expect(userMessage).toMatch(/`\/plans\/1.json`.*`\/plans`/s);
  expect(resumePayload).toMatchObject({
    plan_file_path: '/plans/1.json',
    pending_plans_dir: '/plans',
  });
  const withoutFile = createPlanApproval({ executionPlan: plan, pendingPlansDir: '/plans' });
  expect(withoutFile.userMessage).not.toContain('/plans');
  expect(withoutFile.resumePayload).toMatchObject({ pending_plans_dir: '/plans' });
  expect(withoutFile.resumePayload).not.toHaveProperty('plan_file_path');
  expect(createPlanApproval({ executionPlan: {} }).userMessage).toContain('0 steps');
});

it('a memory shows its objective, its operation and its content', () => {
  const { userMessage } = createMemoryApproval({ ...memory, stepObjective: 'Remember the habit' });
  expect(userMessage).toMatch(/save.*Remember the habit.*u1.*```\nPrefers mornings\n```/s);
});

it("code shows its objective, the reason and the notebook's link, or that there is no notebook", () => {
  const plain = createCodeApproval({ ...run, stepObjective: 'Count' }).userMessage;
  expect(plain).toContain('Count');
  expect(plain).toContain('code needs approval for readonly mode');
  expect(plain).toContain('There is no notebook to open.');
  const more = createCodeApproval({
    ...run,
    analysisDetails: { approval_reasoning: 'It writes to the archive', level: 'high' },
    notebookLink: 'https://notebooks.example/a b(1)',
  });
  expect(more.userMessage).toContain('It writes to the archive');
  expect(more.userMessage).not.toContain('needs approval for');
  expect(more.userMessage).toContain('(<https://notebooks.example/a%20b(1)>)');
  expect(more.resumePayload.analysis_details).toMatchObject({ level: 'high' });
  const evil = createCodeApproval({ ...run, notebookLink: 'javascript:alert(1)' }).userMessage;
  expect(evil).toContain('`javascript:alert(1)`');
  expect(evil).not.toContain('](');
});

it('each message ends with how to answer yes or no', () => {
  for (const { userMessage } of [
    createPlanApproval({ executionPlan: plan }),
    createMemoryApproval(memory),
    createCodeApproval(run),
  ]) {
    expect(userMessage).toMatch(/\n- \*\*yes\*\*: [^\n]+\n- \*\*no\*\*: [^\n]+$/);
  }
});

it('the message shows the code itself, its mode and every safety concern', () => {
  const { userMessage } = createCodeApproval({
    code: 'import os\nos.remove("a")\n',
    executionMode: 'write',
    safetyConcerns: ['deletes a file', 'reads\nthe environment'],
  });
  expect(userMessage).toContain('```python\nimport os\nos.remove("a")\n```');
  expect(userMessage).toContain('`write`');
  expect(userMessage).toContain('- deletes a file\n- reads the environment');
});

it('the existing memory is shown beside the new one, and a deletion is called a deletion', () => {
  const update = createMemoryApproval({
    ...memory,
    operationType: 'update',
    existingMemory: 'Prefers evenings',
  }).userMessage;
  expect(update).toMatch(/There now.*Prefers evenings.*To update.*Prefers mornings/s);
  const removal = createMemoryApproval({ ...memory, operationType: 'delete' }).userMessage;
  expect(removal).toContain('To delete');
  expect(removal).toMatch(/\*\*yes\*\*: this is deleted/);
  expect(removal).not.toContain('save');
});

it('content that contains a code fence cannot break out of its code block', () => {
  for (const fence of ['```', '````\n```', '~~~', '  ```python', '`````````', '\r```\r', '> ```']) {
    const content = `a\n${fence}\n\n**Safety concerns:** nothing at all\n${fence}\n<b>`;
    const ofCode = rendered(createCodeApproval({ ...run, code: content }).userMessage);
    expect(blocksIn(ofCode)).toEqual([content]);
    expect(ofCode).not.toContain('<strong>Safety concerns:</strong> nothing');
    const ofMemory = createMemoryApproval({ ...memory, content, existingMemory: content });
    expect(blocksIn(rendered(ofMemory.userMessage))).toEqual([content, content]);
  }
});

/** The HTML that the page shows. */
function rendered(markdown: string): string {
  const tree = parseMarkdown(markdown);
  return tree === null ? '' : renderToStaticMarkup(toJsxRuntime(tree, { Fragment, jsx, jsxs }));
}

const blocksIn = (html: string): string[] =>
  [...html.matchAll(/<pre><code[^>]*>(.*?)\n<\/code><\/pre>/gs)].map(([, body = '']) =>
    body.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
  );

it('text for one line stays on one line, and its markup is escaped', () => {
  const { userMessage } = createCodeApproval({
    ...run,
    stepObjective: 'Tidy\n\n**Safety concerns:** none ![x](https://evil.example) <b>',
    executionMode: 'read``only',
  });
  expect(userMessage).toContain(
    '**Task:** Tidy \\*\\*Safety concerns:\\*\\* none !\\[x\\](https://evil.example) \\<b\\>',
  );
  expect(userMessage).toContain('```read``only```');
  for (const text of ['# Title', '- item', '1. item', '__init__', '&lt;b&gt;', '> quote', 'a_b']) {
    expect(rendered(`1. ${line(text)}`)).toContain(
      `<li>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</li>`,
    );
  }
});

it('invisible characters are reported', () => {
  const { userMessage } = createCodeApproval({ ...run, code: 'if a:\u202e pass\u200b' });
  expect(userMessage).toContain('U+202E, U+200B');
  expect(createCodeApproval({ ...run, code: 'größe = "🙂"' }).userMessage).not.toContain('Careful');
});

const payload = { approval_type: 'python_executor', code: 'print(1)' };
const expected = 'python_executor';

it('without a decision, nothing is resumed', () => {
  for (const approval_approved of [undefined, null]) {
    for (const approved_payload of [undefined, payload, 'anything', { a: 1 }]) {
      expect(getApprovalResumeData({ approval_approved, approved_payload }, expected)).toEqual({
        isResume: false,
        approved: false,
        payload: null,
      });
    }
  }
  expect(getApprovalResumeData({}, expected).isResume).toBe(false);
});

it('an approval without a payload is an error', () => {
  for (const approved_payload of [undefined, null, {}, [], '']) {
    expect(() =>
      getApprovalResumeData({ approval_approved: true, approved_payload }, expected),
    ).toThrow('approval_approved is true, but approved_payload is empty');
  }
});

it('a malformed payload is an error that says what it was, approved or not', () => {
  const wrong: [unknown, RegExp][] = [
    ['print(1)', /must be an object, not text/],
    [7, /must be an object, not a number/],
    [[payload], /must be an object, not an array/],
    [{ code: 'print(1)' }, /required field/],
    [Object.create(payload), /required field|is empty/],
    [{ approval_type: null }, /non-empty text, not null/],
    [{ approval_type: 7 }, /non-empty text, not a number/],
    [{ approval_type: ' \n' }, /non-empty text, not " \\n"/],
  ];
  for (const [approved_payload, message] of wrong) {
    for (const approval_approved of [true, false]) {
      expect(() =>
        getApprovalResumeData({ approval_approved, approved_payload }, expected),
      ).toThrow(message);
    }
  }
  expect(() =>
    getApprovalResumeData({ approval_approved: false, approved_payload: {} }, expected),
  ).toThrow('required field');
});

it('an approval of another type is an error: types must match exactly', () => {
  for (const approval_type of ['memory_save', 'python_executor ', 'Python_executor']) {
    expect(() =>
      getApprovalResumeData(
        { approval_approved: true, approved_payload: { approval_type } },
        expected,
      ),
    ).toThrow(
      `The approved payload is for ${JSON.stringify(approval_type)}, not for "python_executor"`,
    );
  }
});

it('an approval of the expected type resumes with the payload', () => {
  const answer = getApprovalResumeData(
    { approval_approved: true, approved_payload: payload },
    expected,
  );
  expect(answer).toEqual({ isResume: true, approved: true, payload });
});

it('a rejection resumes, with a well-formed payload or without one', () => {
  for (const approved_payload of [undefined, null, payload, { approval_type: 'memory_save' }]) {
    expect(getApprovalResumeData({ approval_approved: false, approved_payload }, expected)).toEqual(
      { isResume: true, approved: false, payload: null },
    );
  }
});

it('text such as "no" is an error, not an approval', () => {
  for (const approval_approved of ['no', 'yes', 'true', '', 1, 0, [], {}]) {
    expect(() =>
      getApprovalResumeData({ approval_approved, approved_payload: payload }, expected),
    ).toThrow('must be true, false or null');
  }
});

it('getApprovedPayloadFromState returns an approved payload of the expected type, else null, and never throws', () => {
  const of = (state: unknown) => getApprovedPayloadFromState(state as never, expected);
  expect(of({ approval_approved: true, approved_payload: payload })).toBe(payload);
  for (const state of [
    undefined,
    null,
    {},
    7,
    { approval_approved: true },
    { approval_approved: true, approved_payload: 'text' },
    { approval_approved: true, approved_payload: [payload] },
    { approval_approved: true, approved_payload: { code: 1 } },
    { approval_approved: true, approved_payload: { approval_type: 'memory_save' } },
    { approval_approved: false, approved_payload: payload },
    { approval_approved: 'yes', approved_payload: payload },
    { approval_approved: 1, approved_payload: payload },
  ]) {
    expect(of(state)).toBeNull();
  }
});

it('the patch sets both fields to null', () => {
  expect(clearApprovalState()).toEqual({ approval_approved: null, approved_payload: null });
});

type Transfer = { to: string; cents: number };

it('users can define a kind: a name, a schema and how to present it', () => {
  const definition: ApprovalKindDefinition<Transfer, Transfer> = {
    name: 'transfer',
    schema: z.object({ to: z.string(), cents: z.int().positive() }),
    present: ({ to, cents }) => ({
      text: `**${cents / 100} €** to ${line(to)}`,
      yes: 'the money is sent',
      no: 'nothing is sent',
    }),
  };
  const transfer = defineApprovalKind(definition);
  expect(transfer.request({ to: 'Ann *', cents: 250 })).toEqual({
    userMessage:
      '**2.5 €** to Ann \\*\n\n**Your answer**\n- **yes**: the money is sent\n- **no**: nothing is sent',
    resumePayload: { approval_type: 'transfer', to: 'Ann *', cents: 250 },
  });
  expect(() => transfer.request({ to: 'Ann', cents: -1 })).toThrow(/cents/);
  expect(transfer.check({ approval_type: 'transfer', to: 'Bo', cents: 1 }).approval).toBeDefined();
  expect(transfer.check({ approval_type: 'transfers', to: 'Bo', cents: 1 }).issues).toEqual([
    { path: ['approval_type'], message: 'must be "transfer"' },
  ]);
  expect(transfer.check('transfer').issues).toHaveLength(1);
  const loose = defineApprovalKind({ ...definition, schema: z.looseObject({}) as never });
  const forged = { to: 'Ann', cents: 1, approval_type: 'python_executor' };
  expect(loose.request(forged).resumePayload.approval_type).toBe('transfer');
  expect(() => defineApprovalKind({ ...definition, name: '' })).toThrow(InvalidApprovalError);
});

it('each kind recognizes its own payloads after they were sent as JSON', () => {
  const requests = [
    [planKind, createPlanApproval({ executionPlan: plan })],
    [memoryKind, createMemoryApproval(memory)],
    [codeKind, createCodeApproval(run)],
  ] as const;
  for (const [kind, request] of requests) {
    const received = JSON.parse(JSON.stringify(request.resumePayload));
    expect(kind.check(received).approval).toEqual(received);
    for (const [other] of requests) {
      expect(other.covers(received.approval_type)).toBe(other === kind);
    }
  }
  expect(
    memoryKind.check({ ...createMemoryApproval(memory).resumePayload, operation_type: 'delete' })
      .issues,
  ).toEqual([{ path: ['approval_type'], message: 'must be "memory_delete"' }]);
});
