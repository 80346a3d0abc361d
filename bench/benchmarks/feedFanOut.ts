import type { Bed } from '../bed.ts';
import { type Effort, median } from '../compare.ts';
import { Connection } from '../connection.ts';
import { cpuSecondsOf, pinToFirstCore } from '../cores.ts';
import { now } from '../now.ts';
import { openSubscribers, type Subscribers } from '../openSubscribers.ts';
import type { Result } from '../result.ts';
import { type Server, startServer } from '../startServer.ts';
import { maxResult, openFeeds, openWriter, subscriptionsOf } from './feed.ts';

const SIZES = [10, 100, 1_000, 3_000, 10_000];
/** The longest time as a multiple of the baseline's, by number of subscribers. */
const MAX_RATIOS: Record<number, number> = { 100: 1.6, 3000: 1.5, 10000: 1.5 };
/** The size that the target for CPU applies to. */
const PROMISED_SIZE = 3_000;
const MAX_CPU_MICROSECONDS = 25;
/** Events per round, enough to measure CPU time with a resolution of 10 ms. */
const eventsOf = (size: number) => (size <= 100 ? 60 : size <= 1_000 ? 20 : 5);

type Contestant = { server: Server; subscribers: Subscribers; send(): Promise<number> };
type Round = { milliseconds: number[]; cpuSeconds: number };

/**
 * Time from a commit in another process until the last subscriber of the owner has the event. The
 * server runs on one core, the subscribers on the others. The baseline broadcasts the same text.
 */
export async function measureFanOut(bed: Bed, { rounds }: Effort): Promise<Result[]> {
  const [owner] = await openFeeds(bed, 'watched', 1);
  if (!owner) return [];
  const writer = openWriter(bed, 1);
  const baselineServer = await startServer({ command: ['servers/fanOutBaseline.ts'], env: {} });
  const connection = await Connection.open(new URL(baselineServer.url));
  const contestants: Contestant[] = [];
  const contestant = (server: Server, send: () => Promise<number>) => {
    pinToFirstCore(server.pid);
    contestants.push({ server, subscribers: openSubscribers(), send });
  };
  let text = '';
  let newest = 1;
  const writeNext = async () => {
    await writer.write(owner.userId, 'fan', ++newest);
    const committed = now();
    writer.notifier.notify(owner.userId);
    return committed;
  };
  try {
    contestant(await bed.freshServer(), writeNext);
    contestant(baselineServer, () => postTo(connection, baselineServer.url, text));

    const results: Result[] = [];
    let open = 0;
    for (const size of SIZES.filter((each) => each <= maxSockets())) {
      for (const { server, subscribers } of contestants) {
        await subscribers.open(subscriptionsOf(server.url, [owner], size - open, newest));
      }
      open = size;
      const [ours, baseline] = contestants as [Contestant, Contestant];
      text = await warmUp(ours);
      await warmUp(baseline);
      const taken: [Round[], Round[]] = [[], []];
      for (let round = 0; round < rounds; round++) {
        taken[0].push(await measure(ours, eventsOf(size)));
        taken[1].push(await measure(baseline, eventsOf(size)));
      }
      results.push(...resultsOf(size, ...taken));
    }
    return results;
  } finally {
    connection.close();
    for (const { subscribers } of contestants) await subscribers.close();
    await baselineServer.stop();
    await writer.close();
  }
}

async function postTo(connection: Connection, url: string, text: string): Promise<number> {
  const start = now();
  const head = `POST / HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Length: ${Buffer.byteLength(text)}`;
  await connection.send(`${head}\r\n\r\n${text}`);
  return start;
}

/** Returns the text that a subscriber receives. */
async function warmUp({ send, subscribers }: Contestant): Promise<string> {
  let text = '';
  for (let event = 0; event < 20; event++) {
    await send();
    ({ text } = await subscribers.collect(1));
  }
  return text;
}

async function measure({ server, subscribers, send }: Contestant, events: number): Promise<Round> {
  const before = cpuSecondsOf(server.pid);
  const milliseconds: number[] = [];
  for (let event = 0; event < events; event++) {
    const start = await send();
    const { times } = await subscribers.collect(1);
    milliseconds.push(times.reduce((last, time) => Math.max(last, time), 0) - start);
  }
  return { milliseconds, cpuSeconds: cpuSecondsOf(server.pid) - before };
}

function resultsOf(size: number, ours: Round[], baseline: Round[]): Result[] {
  const maxRatio = MAX_RATIOS[size];
  const timeOf = (all: Round[]) => median(all.flatMap(({ milliseconds }) => milliseconds));
  const cpuOf = (all: Round[]) =>
    (all.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) * 1e6) /
    (all.length * eventsOf(size) * size);
  const ratios = ours.map((round, at) => timeOf([round]) / timeOf([baseline[at] as Round]));
  const ratio = timeOf(ours) / timeOf(baseline);
  const ofSize = `${size.toLocaleString('en')} subscribers`;
  return [
    maxResult(`one event to ${ofSize}`, timeOf(ours), null, 'ms', {
      baseline: `${timeOf(baseline).toFixed(1)} ms`,
      ratio: ratio.toFixed(2),
      spread: `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
      ...(maxRatio && { target: `≤ ${maxRatio}`, met: ratio <= maxRatio }),
    }),
    maxResult(
      `server CPU per delivery, ${ofSize}`,
      cpuOf(ours),
      size === PROMISED_SIZE ? MAX_CPU_MICROSECONDS : null,
      'µs',
      {
        baseline: `${cpuOf(baseline).toFixed(1)} µs`,
        ratio: (cpuOf(ours) / cpuOf(baseline)).toFixed(2),
      },
    ),
  ];
}

/** The limit on open files, minus a reserve for other files. */
function maxSockets(): number {
  const { userLimits } = process.report.getReport() as {
    userLimits?: { open_files?: { hard: number | string } };
  };
  const most = userLimits?.open_files?.hard ?? 'unlimited';
  return most === 'unlimited' ? Number.POSITIVE_INFINITY : Number(most) - 100;
}
