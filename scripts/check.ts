// `npm test`: runs every check and stops at the first failure.
// Arguments are paths of tests: npm test -- test/reviews, npm test -- python/tests/test_gate.py

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const PUBLIC_API = '../shared/check-api.mjs';
const PYTHON = '.venv/bin/python';

type Step = { name: string; command: string[]; folder?: string };

/** A Node program, with the flags of this process. */
const node = (name: string, ...command: string[]): Step => ({
  name,
  command: [process.execPath, ...process.execArgv, ...command],
});

/** A Python module or script, in the folder of the Python client. */
const python = (name: string, ...command: string[]): Step => ({
  name: `${name} of the Python client`,
  command: [PYTHON, ...command],
  folder: 'python',
});

const filters = process.argv.slice(2);
const nodeFilters = filters.filter((filter) => !filter.startsWith('python/'));
const pythonFilters = filters.flatMap((filter) => /^python\/(.+)/.exec(filter)?.[1] ?? []);
const hasPython = existsSync(`python/${PYTHON}`);

const steps: Step[] = [
  node(
    'Formatting and lint',
    'node_modules/@biomejs/biome/bin/biome',
    'check',
    '--error-on-warnings',
  ),
  node('Types', 'node_modules/typescript/bin/tsc', '--project', '.'),
  node('Types of the page', 'node_modules/typescript/bin/tsc', '--project', 'src/page'),
  node('Generated files', 'scripts/generate.ts', '--check'),
];
if (existsSync(PUBLIC_API)) steps.push(node('Public API', PUBLIC_API, 'conversation'));
if (hasPython && (filters.length === 0 || pythonFilters.length > 0)) {
  steps.push(
    python('Format', '-m', 'ruff', 'format', '--quiet', '--check'),
    python('Lint', '-m', 'ruff', 'check', '--quiet'),
    python('Generated files', 'scripts/generate.py', '--check'),
    python('Types', '-m', 'mypy'),
    node('Types of the Python client, by Pyright', 'node_modules/pyright/index.js', '-p', 'python'),
    python('Tests', '-m', 'pytest', '--quiet', '-n', '2', ...pythonFilters),
  );
}
if (filters.length === 0 || nodeFilters.length > 0) {
  steps.push(node('Tests', 'node_modules/vitest/vitest.mjs', 'run', ...nodeFilters));
}

/** Processes that tests start load the compiled sources from here. */
const NODE_COMPILE_CACHE = resolve('node_modules/.cache/node');
const env = { ...process.env, NODE_COMPILE_CACHE };

for (const { name, command, folder } of steps) {
  console.log(`\n${name}`);
  const [program, ...args] = command as [string, ...string[]];
  const { status } = spawnSync(program, args, { stdio: 'inherit', cwd: folder, env });
  if (status !== 0) {
    console.error(`\n${name}: failed`);
    process.exit(status ?? 1);
  }
}
if (!hasPython) {
  console.log('Without Python 3.10 or newer, the tests of the Python client were left out');
}
