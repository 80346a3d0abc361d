import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';

it('@holdpoint/client/approvals runs without Node.js and without LangGraph', async () => {
  const bundle = await rolldown({
    input: 'packages/client/src/approvals/index.ts',
    platform: 'browser',
    // A module that cannot be bundled is an error.
    external: [],
    onLog: (_level, log) => {
      throw new Error(log.message);
    },
  });
  const { output } = await bundle.generate({ format: 'iife', name: 'approvals', minify: true });
  expect(output).toHaveLength(1);
  const [{ code }] = output;
  expect(code).not.toMatch(/["'`]node:|process\.env|\brequire\(/);
  const run = new Function(`${code}; return approvals;`);
  expect(run().createApprovalType('memory', 'save')).toBe('memory_save');
  expect(run().createCodeApproval({ code: 'a', executionMode: 'write' }).userMessage).toContain(
    'a',
  );
});
