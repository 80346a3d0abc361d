import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { JWT_SECRET, testService } from '../support/testService.ts';
import { blocksIn, commandsIn } from './markdown.ts';

const DOCUMENT = 'docs/policy.md';
const SEPARATOR = '----- next command -----';

const service = await testService();

it('the commands of the policy guide work, one after the other', async () => {
  const [example] = blocksIn(await readFile(DOCUMENT, 'utf8')).filter(
    ({ language }) => language === 'yaml',
  );
  const folder = await mkdtemp(join(tmpdir(), 'holdpoint-policy-guide-'));
  try {
    const file = join(folder, 'policy.yaml');
    await writeFile(file, example?.code ?? '');
    const commands = await commandsIn(DOCUMENT);
    const script = ['set -euo pipefail', ...commands.map(({ code }) => code)]
      .join(`\necho '${SEPARATOR}'\n`)
      .replaceAll('policy.yaml', file);
    const { stdout } = await promisify(execFile)('bash', ['-c', script], {
      env: {
        ...process.env,
        DATABASE_URL: service.database.url,
        HOLDPOINT_JWT_SECRET: JWT_SECRET,
        HOLDPOINT_URL: service.url,
      },
    });
    const printed = stdout.split(`${SEPARATOR}\n`).slice(1);
    commands.forEach(({ code, answer }, at) => {
      if (answer) expect(printed[at], code).toBe(answer.code);
    });
    expect(stdout).toContain('Saved as version 1, SHADOW.');
    expect(stdout).toContain('Saved as version 2, ENFORCED.');
    expect(stdout).toContain('Saved as version 3, SHADOW.');
    expect(stdout).toContain('Saved as version 4, OFF.');
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);
