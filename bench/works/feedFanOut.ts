import type { Bed } from '../bed.ts';
import { type Effort, median } from '../compare.ts';
import { Connection } from '../connection.ts';
import { cpuSecondsOf, useFirstCore } from '../cores.ts';
import { now } from '../now.ts';
import { openSubscribers, type Subscribers } from '../openSubscribers.ts';
import type { Result } from '../result.ts';
import { type Server, startServer } from '../startServer.ts';
import { mostResult, openFeeds, openWriter, subscriptionsOf } from './feed.ts';

const SIZES = [10, 100, 1_000, 3_000, 10_000];
/** The promises are about this many. */
const PROMISED_SIZE = 3_000;
const MOST_RATIO = 1.5;
const MOST_CPU_MICROSECONDS = 25;
/** In a round; so many that the CPU of a few subscribers can be read off a clock of 10 ms. */
const eventsOf = (size: number) => (size <= 100 ? 60 : size <= 1_000 ? 20 : 5);

type Contestant = { server: Server; subscribers: Subscribers; send(): Promise<number> };
type Round = { milliseconds: number[]; cpuSeconds: number };

/**
 * One event to all subscribers of one owner and document, the server on one core and they on the others: from its commit in
 * another process to the last of them. The floor is told over HTTP to send a text of the same length.
 */
export async function measureFanOut(bed: Bed, { rounds }: Effort): Promise<Result[]> {
  const [owner] = await openFeeds(bed, 'watched', 1);
  if (!owner) return [];
  const writer = openWriter(bed, 1);
  const floorServer = await startServer({ command: ['servers/fanOutFloor.ts'], env: {} });
  const connection = await Connection.open(new URL(floorServer.url));
  const contestants: Contestant[] = [];
  const contestant = (server: Server, send: () => Promise<number>) => {
    useFirstCore(server.pid);
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
    contestant(floorServer, () => postTo(connection, floorServer.url, text));

    const results: Result[] = [];
    let open = 0;
    for (const size of SIZES.filter((each) => each <= mostSockets())) {
      for (const { server, subscribers } of contestants) {
        await subscribers.open(subscriptionsOf(server.url, [owner], size - open, newest));
      }
      open = size;
      const [ours, floor] = contestants as [Contestant, Contestant];
      text = await warmUp(ours);
      await warmUp(floor);
      const taken: [Round[], Round[]] = [[], []];
      for (let round = 0; round < rounds; round++) {
        taken[0].push(await measure(ours, eventsOf(size)));
        taken[1].push(await measure(floor, eventsOf(size)));
      }
      results.push(...resultsOf(size, ...taken));
    }
    return results;
  } finally {
    connection.close();
    for (const { subscribers } of contestants) await subscribers.close();
    await floorServer.stop();
    await writer.close();
  }
}

async function postTo(connection: Connection, url: string, text: string): Promise<number> {
  const start = now();
  const head = `POST / HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Length: ${Buffer.byteLength(text)}`;
  await connection.send(`${head}\r\n\r\n${text}`);
  return start;
}

/** @returns the text that a subscriber gets */
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

function resultsOf(size: number, ours: Round[], floor: Round[]): Result[] {
  const promised = size === PROMISED_SIZE;
  const timeOf = (all: Round[]) => median(all.flatMap(({ milliseconds }) => milliseconds));
  const cpuOf = (all: Round[]) =>
    (all.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) * 1e6) /
    (all.length * eventsOf(size) * size);
  const ratios = ours.map((round, at) => timeOf([round]) / timeOf([floor[at] as Round]));
  const ratio = timeOf(ours) / timeOf(floor);
  const ofSize = `${size.toLocaleString('en')} subscribers`;
  return [
    mostResult(`one event to ${ofSize}`, timeOf(ours), null, 'ms', {
      floor: `${timeOf(floor).toFixed(1)} ms`,
      ratio: ratio.toFixed(2),
      spread: `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
      ...(promised && { target: `≤ ${MOST_RATIO}`, met: ratio <= MOST_RATIO }),
    }),
    mostResult(
      `server CPU for a delivery, ${ofSize}`,
      cpuOf(ours),
      promised ? MOST_CPU_MICROSECONDS : null,
      'µs',
      { floor: `${cpuOf(floor).toFixed(1)} µs`, ratio: (cpuOf(ours) / cpuOf(floor)).toFixed(2) },
    ),
  ];
}

/** How many sockets a process may hold, but for some that it needs itself. */
function mostSockets(): number {
  const { userLimits } = process.report.getReport() as {
    userLimits?: { open_files?: { hard: number | string } };
  };
  const most = userLimits?.open_files?.hard ?? 'unlimited';
  return most === 'unlimited' ? Number.POSITIVE_INFINITY : Number(most) - 100;
}
