// `npm run test:faults`: agents and reviewers work while servers, PostgreSQL, the network and
// receivers fail. Then the checker proves that every promise was kept.
import { parseArgs } from 'node:util';
import { check, type Violation } from './checker/check.ts';
import { readHistory } from './history.ts';
import { reportOf } from './report.ts';
import { runUnderFire } from './underFire.ts';

const help = `Usage: npm run test:faults -- [options]
  --minutes <n>     how long (10)
  --seed <n>        which faults and what is asked (random, and printed)
  --servers <n>     how many processes on the one database (3)
  --check <file>    run nothing: check the history.jsonl of an earlier run again`;

/** How many cases of each broken promise are listed. */
const MAX_TOLD = 10;
const MINUTE_MS = 60_000;
const MAX_SEED = 2 ** 31;
const size = { teams: 3, agents: 6, reviewers: 4, managers: 2 };

/** Returns the exit code: 1 if a promise was broken, 2 for bad usage. */
async function main(): Promise<number> {
  const options = readOptions();
  if (options === null || options.help) {
    console[options ? 'log' : 'error'](help);
    return options ? 0 : 2;
  }
  if (options.file !== undefined) {
    const { entries, database } = await readHistory(options.file);
    return tell(check(entries, database));
  }
  const { seed, minutes, servers } = options;
  const abandoned = new AbortController();
  process.once('SIGINT', () => abandoned.abort()).once('SIGTERM', () => abandoned.abort());
  const outcome = await runUnderFire({
    signal: abandoned.signal,
    seed,
    servers,
    milliseconds: minutes * MINUTE_MS,
    load: size,
    say: (text) => console.log(text),
  });
  console.log(`\n${reportOf(outcome)}\n`);
  const code = tell(outcome.violations);
  if (code !== 0) console.log(`Again: npm run test:faults -- --seed ${seed} --minutes ${minutes}`);
  return code;
}

function tell(violations: readonly Violation[]): number {
  if (violations.length === 0) {
    console.log('Every promise was kept.');
    return 0;
  }
  for (const [promise, cases] of Map.groupBy(violations, (violation) => violation.promise)) {
    console.log(`BROKEN ${promise}, in ${cases.length} cases:`);
    for (const { what } of cases.slice(0, MAX_TOLD)) console.log(`  ${what}`);
    if (cases.length > MAX_TOLD) console.log('  …');
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
        check: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const [seed, minutes, servers] = [values.seed, values.minutes, values.servers].map(Number) as [
      number,
      number,
      number,
    ];
    const areRight =
      Number.isInteger(seed) && minutes > 0 && Number.isInteger(servers) && servers >= 1;
    return areRight ? { seed, minutes, servers, file: values.check, help: values.help } : null;
  } catch {
    return null; // an option that there is not
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if ((error as Error).name !== 'AbortError') throw error;
  process.exitCode = 130;
}
