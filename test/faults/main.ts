// `npm run test:faults`: agents and reviewers work while servers, PostgreSQL, the network and
// receivers fail. Then the checker verifies that every promise was kept.
import { parseArgs } from 'node:util';
import { check, type Violation } from './checker/check.ts';
import { readHistory } from './history.ts';
import { reportOf } from './report.ts';
import { runUnderFire } from './underFire.ts';

const help = `Usage: npm run test:faults -- [options]
  --minutes <n>     duration (default: 10)
  --seed <n>        seed for faults and load (default: random, printed on failure)
  --servers <n>     number of services (default: 3)
  --workers <n>     worker processes of each service (default: 1)
  --check <file>    only checks the history.jsonl of an earlier run`;

/** Violations that are listed for each promise. */
const MAX_LISTED = 10;
const MINUTE_MS = 60_000;
const MAX_SEED = 2 ** 31;
const size = { teams: 3, agents: 6, reviewers: 4, managers: 2 };

/** Returns the exit code: 1 if a promise was broken, 2 for invalid usage. */
async function main(): Promise<number> {
  const options = readOptions();
  if (options === null || options.help) {
    console[options ? 'log' : 'error'](help);
    return options ? 0 : 2;
  }
  if (options.file !== undefined) {
    const { entries, database } = await readHistory(options.file);
    return printResult(check(entries, database));
  }
  const { seed, minutes, servers, workers } = options;
  const abandoned = new AbortController();
  process.once('SIGINT', () => abandoned.abort()).once('SIGTERM', () => abandoned.abort());
  const outcome = await runUnderFire({
    signal: abandoned.signal,
    seed,
    servers,
    workers,
    milliseconds: minutes * MINUTE_MS,
    load: size,
    say: (text) => console.log(text),
  });
  console.log(`\n${reportOf(outcome)}\n`);
  const code = printResult(outcome.violations);
  if (code !== 0)
    console.log(`To repeat: npm run test:faults -- --seed ${seed} --minutes ${minutes}`);
  return code;
}

function printResult(violations: readonly Violation[]): number {
  if (violations.length === 0) {
    console.log('All promises were kept.');
    return 0;
  }
  for (const [promise, cases] of Map.groupBy(violations, (violation) => violation.promise)) {
    console.log(`BROKEN: ${promise} (${cases.length} cases)`);
    for (const { what } of cases.slice(0, MAX_LISTED)) console.log(`  ${what}`);
    if (cases.length > MAX_LISTED) console.log('  …');
  }
  return 1;
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        minutes: { type: 'string', default: '10' },
        seed: { type: 'string', default: String(Math.floor(Math.random() * MAX_SEED)) },
        servers: { type: 'string', default: '3' },
        workers: { type: 'string', default: '1' },
        check: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const { check: file, help } = values;
    const [seed, minutes, servers, workers] = [
      values.seed,
      values.minutes,
      values.servers,
      values.workers,
    ].map(Number) as [number, number, number, number];
    const isValid =
      Number.isInteger(seed) &&
      minutes > 0 &&
      [servers, workers].every((count) => Number.isInteger(count) && count >= 1);
    return isValid ? { seed, minutes, servers, workers, file, help } : null;
  } catch {
    return null; // unknown option
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if ((error as Error).name !== 'AbortError') throw error;
  process.exitCode = 130;
}
