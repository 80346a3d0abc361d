// `npm run bench`: what our own part costs, each operation against the least that could do the same on the same rows.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { table } from '../src/cli/terminalText.ts';
import { type Bed, openBed } from './bed.ts';
import type { Effort } from './compare.ts';
import { CONNECTIONS } from './connection.ts';
import { installPeers } from './installPeers.ts';
import type { Result } from './result.ts';
import { EXECUTIONS, payloadOf } from './samples.ts';
import { measureClient } from './works/client.ts';
import { measureConsume } from './works/consume.ts';
import { measureExpiry } from './works/expiry.ts';
import { measureFanOut } from './works/feedFanOut.ts';
import { measureLatency } from './works/feedLatency.ts';
import { measureSubscriberMemory } from './works/feedMemory.ts';
import { measureFeedWrites } from './works/feedWrites.ts';
import { measureMemory } from './works/memory.ts';
import { measureMetrics } from './works/metrics.ts';
import { measurePage } from './works/page.ts';
import { measureScale } from './works/scale.ts';
import { measureDecide, measureRequest } from './works/write.ts';

/** In this order: the million rows of the last two would slow down what counts rows. */
const works: Record<string, (bed: Bed, effort: Effort) => Promise<Result[]>> = {
  page: measurePage,
  request: measureRequest,
  decide: measureDecide,
  consume: measureConsume,
  client: measureClient,
  memory: measureMemory,
  metrics: measureMetrics,
  fanout: measureFanOut,
  latency: measureLatency,
  subscribers: measureSubscriberMemory,
  writes: measureFeedWrites,
  scale: measureScale,
  expiry: measureExpiry,
};

const help = `Usage: npm run bench -- [options]
  --only <work>     ${Object.keys(works).join(', ')}; may be given several times
  --rounds <n>      how often each server is measured (7)
  --seconds <n>     how long each time (2)
  --profile <dir>   leaves a CPU profile of our server there`;

/** Returns the exit code: 1 if a target was missed or a work failed, 2 for bad usage. */
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
  const { chosen, effort, profile } = options;
  if (chosen.includes('page')) await installPeers();
  const bed = await openBed(profile);
  const abandon = () => void bed.close().finally(() => process.exit(130));
  process.once('SIGINT', abandon).once('SIGTERM', abandon);

  const results: Result[] = [];
  const failed: string[] = [];
  try {
    console.log(conditions(effort));
    for (const [name, measure] of Object.entries(works)) {
      if (!chosen.includes(name)) continue;
      console.log(`\nMeasuring ${name}…`);
      try {
        const measured = await measure(bed, effort);
        console.log(tableOf(measured));
        results.push(...measured);
      } catch (error) {
        console.error(error);
        failed.push(name); // the others are still worth measuring
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
        only: { type: 'string', multiple: true, default: Object.keys(works) },
        rounds: { type: 'string', default: '7' },
        seconds: { type: 'string', default: '2' },
        profile: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const { only: chosen, help, profile } = values;
    const effort = { rounds: Number(values.rounds), seconds: Number(values.seconds) };
    const areRight =
      chosen.every((name) => Object.hasOwn(works, name)) &&
      Number.isInteger(effort.rounds) &&
      effort.rounds >= 1 &&
      effort.seconds > 0;
    return areRight ? { chosen, effort, help, profile } : null;
  } catch {
    return null; // an option that there is not
  }
}

const conditions = ({ rounds, seconds }: Effort): string =>
  [
    `The server under test, PostgreSQL and the load share ${availableParallelism()} cores: trust the ratios, not the rates.`,
    `${CONNECTIONS} connections, kept alive; medians of ${rounds} rounds of about ${seconds} s, ours and floor by turns.`,
    `Payloads of ${JSON.stringify(payloadOf(0)).length} bytes; ${EXECUTIONS} executions an owner; fsync is on. Every answer is checked,`,
    'and after each round of writes there is one row and one event for each.',
  ].join('\n');

const tableOf = (results: readonly Result[]): string =>
  table(
    ['work', 'ours', 'floor', 'ratio', 'rounds', 'target', 'met'],
    results.map(({ work, ours, floor, ratio, spread, target, met }) => [
      work,
      ours,
      floor,
      ratio,
      spread,
      target,
      met === null ? '' : met ? 'yes' : 'NO',
    ]),
  );

process.exitCode = await main();
