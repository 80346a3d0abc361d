// `npm test`: runs every check and stops at the first failure.
// Arguments are passed to Vitest: npm test -- test/reviews

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PUBLIC_API = '../shared/check-api.mjs';
const filters = process.argv.slice(2);

const steps: [name: string, ...command: string[]][] = [
  ['Formatting and lint', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'],
  ['Types', 'node_modules/typescript/bin/tsc', '--project', '.'],
  ['Types of the page', 'node_modules/typescript/bin/tsc', '--project', 'src/page'],
  ['Generated files', 'scripts/generate.ts', '--check'],
  ...(existsSync(PUBLIC_API)
    ? [['Public API', PUBLIC_API, 'gate'] as [string, string, string]]
    : []),
  ['Tests', 'node_modules/vitest/vitest.mjs', 'run', ...filters],
];

for (const [name, ...command] of steps) {
  console.log(`\n${name}`);
  const { status } = spawnSync(process.execPath, [...process.execArgv, ...command], {
    stdio: 'inherit',
  });
  if (status !== 0) {
    console.error(`\n${name}: failed`);
    process.exit(status ?? 1);
  }
}
