import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import scenarios from '../vectors/scenarios.json' with { type: 'json' };

// One list of what both clients promise under faults. Each names the test of either suite.

it.each(scenarios)('both clients are tested when $scenario', async ({ typescript, python }) => {
  const [file = '', title = ''] = typescript;
  expect(await readFile(file, 'utf8')).toContain(title);
  const [pythonFile = '', name = ''] = python;
  expect(await readFile(pythonFile, 'utf8')).toMatch(new RegExp(`def ${name}\\(`));
});
