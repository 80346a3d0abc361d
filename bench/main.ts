// `npm run bench`: compares each operation with a minimal baseline on the same database.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { table } from '../src/cli/terminalText.ts';
import { type Bed, openBed } from './bed.ts';
import { measureBesideSearch } from './benchmarks/besideSearch.ts';
import { measureClient } from './benchmarks/client.ts';
import { measureConsume } from './benchmarks/consume.ts';
import { measureExpiry } from './benchmarks/expiry.ts';
import { measureFanOut } from './benchmarks/feedFanOut.ts';
import { measureLatency } from './benchmarks/feedLatency.ts';
import { measureSubscriberMemory } from './benchmarks/feedMemory.ts';
import { measureFeedWrites } from './benchmarks/feedWrites.ts';
import { measureMemory } from './benchmarks/memory.ts';
import { measureMetrics } from './benchmarks/metrics.ts';
import { measurePage } from './benchmarks/page.ts';
import { measurePolicy } from './benchmarks/policy.ts';
import { measurePython } from './benchmarks/python.ts';
import { measureScale } from './benchmarks/scale.ts';
import { measureSearch } from './benchmarks/search.ts';
import { measureDecide, measureRequest, measureSignOffs } from './benchmarks/write.ts';
import type { Effort } from './compare.ts';
import { installPeers } from './installPeers.ts';
import type { Result } from './result.ts';
import { EXECUTIONS, payloadOf } from './samples.ts';

/** The last four insert many rows, which would slow down the others. */
const benchmarks: Record<string, (bed: Bed, effort: Effort) => Promise<Result[]>> = {
  page: measurePage,
  request: measureRequest,
  policy: measurePolicy,
  decide: measureDecide,
  signoffs: measureSignOffs,
  consume: measureConsume,
  client: measureClient,
  python: measurePython,
  memory: measureMemory,
  metrics: measureMetrics,
  fanout: measureFanOut,
  latency: measureLatency,
  subscribers: measureSubscriberMemory,
  writes: measureFeedWrites,
  scale: measureScale,
  search: measureSearch,
  beside: measureBesideSearch,
  expiry: measureExpiry,
};

const help = `Usage: npm run bench -- [options]
  --only <name>     ${Object.keys(benchmarks).join(', ')}; repeatable
  --connections <n> concurrent pages and writes (default: 20; there are also targets for 64)
  --rounds <n>      rounds per server (default: 7)
  --seconds <n>     length of a round (default: 2)
  --reviews <n>     reviews to search in (default: 200000; the target is for 1000000)
  --profile <dir>   writes a CPU profile of Holdpoint to this folder`;

/** Returns the exit code: 1 if a target was missed or a benchmark failed, 2 for invalid usage. */
async function main(): Promise<number> {
  const options = readOptions();
  if (options === null) {
    console.error(help);
    return 2;
  }
  if (options.help) {
    console.log(help);
    return 0;
  }
  const { chosen, connections, effort, profile } = options;
  if (chosen.includes('page')) await installPeers();
  const bed = await openBed(connections, profile);
  const abandon = () => void bed.close().finally(() => process.exit(130));
  process.once('SIGINT', abandon).once('SIGTERM', abandon);

  const results: Result[] = [];
  const failed: string[] = [];
  try {
    console.log(conditions(connections, effort));
    for (const [name, measure] of Object.entries(benchmarks)) {
      if (!chosen.includes(name)) continue;
      console.log(`\nMeasuring ${name}…`);
      try {
        const measured = await measure(bed, effort);
        console.log(tableOf(measured));
        results.push(...measured);
      } catch (error) {
        console.error(error);
        failed.push(name); // run the other benchmarks anyway
      }
    }
  } finally {
    await bed.close();
  }
  console.log(`\n${tableOf(results)}`);
  if (failed.length > 0) console.error(`\nFailed: ${failed.join(', ')}`);
  return failed.length > 0 || results.some(({ met }) => met === false) ? 1 : 0;
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', multiple: true, default: Object.keys(benchmarks) },
        connections: { type: 'string', default: '20' },
        rounds: { type: 'string', default: '7' },
        seconds: { type: 'string', default: '2' },
        reviews: { type: 'string', default: '200000' },
        profile: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const { only: chosen, help, profile } = values;
    const connections = Number(values.connections);
    const effort = {
      rounds: Number(values.rounds),
      seconds: Number(values.seconds),
      reviews: Number(values.reviews),
    };
    const isValid =
      chosen.every((name) => Object.hasOwn(benchmarks, name)) &&
      Number.isInteger(connections) &&
      connections >= 1 &&
      Number.isInteger(effort.rounds) &&
      effort.rounds >= 1 &&
      effort.seconds > 0 &&
      Number.isInteger(effort.reviews) &&
      effort.reviews > 0;
    return isValid ? { chosen, connections, effort, help, profile } : null;
  } catch {
    return null; // unknown option
  }
}

const conditions = (connections: number, { rounds, seconds }: Effort): string =>
  [
    `The server, PostgreSQL and the load share ${availableParallelism()} cores: trust the ratios, not the rates.`,
    `${connections} keep-alive connections; medians of ${rounds} alternating rounds of about ${seconds} s.`,
    `Payloads of ${JSON.stringify(payloadOf(0)).length} bytes; ${EXECUTIONS} executions per owner; fsync is on.`,
    'Every answer is checked, and every write has exactly one row and one event.',
  ].join('\n');

const tableOf = (results: readonly Result[]): string =>
  table(
    ['benchmark', 'ours', 'baseline', 'ratio', 'rounds', 'target', 'met'],
    results.map(({ benchmark, ours, baseline, ratio, spread, target, met }) => [
      benchmark,
      ours,
      baseline,
      ratio,
      spread,
      target,
      met === null ? '' : met ? 'yes' : 'NO',
    ]),
  );

process.exitCode = await main();
