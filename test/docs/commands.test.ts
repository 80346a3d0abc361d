import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { JWT_SECRET, testService } from '../support/testService.ts';
import { type Block, commandsIn } from './markdown.ts';

const SEPARATOR = '----- next command -----';
const INSTANT = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

const service = await testService();

/**
 * Runs all commands of a document in one shell, as a reader would, and returns what each printed.
 */
async function run(commands: string[]): Promise<string[]> {
  const script = ['set -euo pipefail', ...commands].join(`\necho '${SEPARATOR}'\n`);
  const { stdout } = await promisify(execFile)(
    'bash',
    ['-c', script.replaceAll('http://127.0.0.1:4000', service.url)],
    {
      env: {
        ...process.env,
        DATABASE_URL: service.database.url,
        HOLDPOINT_JWT_SECRET: JWT_SECRET,
      },
    },
  );
  return stdout.split(`${SEPARATOR}\n`).slice(1);
}

it('every command of the API guide prints the response shown below it', async () => {
  const commands = await commandsIn('docs/api.md');
  const printed = await run(commands.map(({ code }) => code));
  const shown = commands.filter(({ answer }) => answer !== null);
  expect(shown.length).toBeGreaterThan(10);
  commands.forEach(({ code, answer }, at) => {
    if (answer) expectAnswer(printed[at] ?? '', answer, code);
  });
}, 60_000);

function expectAnswer(printed: string, { language, code }: Block, command: string): void {
  if (language === 'json') {
    expect(JSON.parse(printed), command).toEqual(pattern(JSON.parse(code)));
  } else {
    expect(printed.trim(), command).toBe(code.trim());
  }
}

/**
 * A matcher for the response shown: `…` stands for any ending, and a timestamp for any timestamp.
 */
function pattern(shown: unknown): unknown {
  if (typeof shown === 'string') {
    if (INSTANT.test(shown)) return expect.stringMatching(INSTANT);
    return shown.endsWith('…') ? expect.stringContaining(shown.slice(0, -1)) : shown;
  }
  if (Array.isArray(shown)) return shown.map(pattern);
  if (shown === null || typeof shown !== 'object') return shown;
  return Object.fromEntries(Object.entries(shown).map(([key, value]) => [key, pattern(value)]));
}
