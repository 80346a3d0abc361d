import { setTimeout as pause } from 'node:timers/promises';
import type { History } from '../history.ts';
import { pickWeighted, type Random } from '../random.ts';
import type { Postgres } from './postgres.ts';
import { type Mood, moods, type Receiver } from './receiver.ts';
import type { Server } from './server.ts';

export type Bed = {
  postgres: Postgres;
  servers: readonly Server[];
  receivers: readonly Receiver[];
};

type Fault = (bed: Bed, random: Random) => Promise<string>;

/** The share of connections to affect: some or all. */
const shareOf = (random: Random): number => (random.chance(0.2) ? 1 : random.next());

const network: Record<string, Fault> = {
  async 'clients cut off'({ servers }, random) {
    const { front, name } = random.pick(servers);
    front.cut(random, shareOf(random));
    return name;
  },
  async 'answers to clients lost'({ servers }, random) {
    const { front, name } = random.pick(servers);
    front.swallowAnswers(random, shareOf(random));
    return name;
  },
  async 'clients stalled'({ servers }, random) {
    const { front, name } = random.pick(servers);
    front.stall();
    await pause(random.int(200, 2_000));
    if (random.chance(0.5)) front.cut(random, 1);
    front.resume();
    return name;
  },
  async 'database connections cut'({ servers }, random) {
    const { back, name } = random.pick(servers);
    back.cut(random, shareOf(random));
    return name;
  },
  async 'answers of the database lost'({ servers }, random) {
    const { back, name } = random.pick(servers);
    back.swallowAnswers(random, shareOf(random));
    return name;
  },
  async 'database stalled'({ servers }, random) {
    const { back, name } = random.pick(servers);
    back.stall();
    await pause(random.int(200, 2_000));
    if (random.chance(0.5)) back.cut(random, 1);
    back.resume();
    return name;
  },
};

/** Connections that stop answering without being closed. They are abandoned only after a while. */
const silence: Record<string, Fault> = {
  async 'database fell silent'({ servers }, random) {
    const { back, name } = random.pick(servers);
    back.stall();
    back.forgetStalled();
    return name;
  },
  async 'database fell silent for a while'({ servers }, random) {
    const { back, name } = random.pick(servers);
    back.stall();
    const heal = back.forgetStalled();
    await pause(random.int(3_000, 12_000));
    heal();
    return name;
  },
};

const processes: Record<string, Fault> = {
  async 'server killed with -9'({ servers }, random) {
    const server = random.pick(servers);
    server.kill();
    return server.name;
  },
  async 'server ended and started'({ servers }, random) {
    const server = random.pick(servers);
    await server.terminate();
    return server.name;
  },
};

const workers: Record<string, Fault> = {
  async 'worker killed with -9'({ servers }, random) {
    const server = random.pick(servers);
    server.killWorker(random);
    return server.name;
  },
};

const database: Record<string, Fault> = {
  async 'PostgreSQL restarted, fast'({ postgres }, random) {
    await postgres.restart('fast', random.int(0, 1_500));
    return 'PostgreSQL';
  },
  async 'PostgreSQL restarted, immediate'({ postgres }, random) {
    await postgres.restart('immediate', random.int(0, 1_500));
    return 'PostgreSQL';
  },
  async 'PostgreSQL crashed by a killed backend'({ postgres }) {
    await postgres.crashBackend();
    return 'PostgreSQL';
  },
  async 'PostgreSQL ended all connections'({ postgres }) {
    await postgres.endConnections();
    return 'PostgreSQL';
  },
};

const receiving: Record<string, Fault> = Object.fromEntries(
  moods
    .filter((mood) => mood !== 'well')
    .map((mood: Mood): [string, Fault] => [
      `receiver ${mood === '500' ? 'answers 500' : mood === 'down' ? 'is down' : mood}`,
      async ({ receivers }, random) => {
        const at = random.int(0, receivers.length - 1);
        await receivers[at]?.become(mood);
        await pause(random.int(300, 4_000));
        await receivers[at]?.become('well');
        return `receiver-${at}`;
      },
    ]),
);

type Lane = { faults: Record<string, Fault>; pauseMs: [from: number, to: number] };

/**
 * Lanes of faults that run concurrently, so that one fault meets the aftermath of another.
 * `pauseMs` is the pause after each, in milliseconds.
 */
const lanes: Lane[] = [
  { faults: network, pauseMs: [200, 3_000] },
  { faults: silence, pauseMs: [20_000, 60_000] },
  { faults: processes, pauseMs: [3_000, 9_000] },
  { faults: database, pauseMs: [4_000, 12_000] },
  { faults: receiving, pauseMs: [200, 3_000] },
];
/** Only if the servers have several workers. */
const workersLane: Lane = { faults: workers, pauseMs: [4_000, 12_000] };

/**
 * Causes faults until it is stopped. The seed determines which ones, and the pauses; when exactly
 * they strike depends on the machine.
 */
export class Faults {
  readonly #bed: Bed;
  readonly #history: History;
  readonly #stop = new AbortController();
  readonly #running: Promise<unknown>;

  /** @param pace a factor for the length of the pauses */
  constructor(
    bed: Bed,
    history: History,
    random: Random,
    { pace, workers }: { pace: number; workers: number },
  ) {
    this.#bed = bed;
    this.#history = history;
    this.#running = Promise.all(
      (workers > 1 ? [...lanes, workersLane] : lanes).map(({ faults, pauseMs: [from, to] }) =>
        this.#keepOn(faults, [from * pace, to * pace], random.fork()),
      ),
    );
  }

  /** Resolves when the last fault is over and everything that can be repaired works again. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #keepOn(
    faults: Record<string, Fault>,
    [from, to]: [number, number],
    random: Random,
  ): Promise<void> {
    const { signal } = this.#stop;
    const weights = Object.fromEntries(Object.keys(faults).map((kind) => [kind, 1]));
    while (true) {
      await pause(random.int(from, to), undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      const kind = pickWeighted(random, weights);
      const at = Date.now();
      // The database may already be down.
      const target = await (faults[kind] as Fault)(this.#bed, random).catch((error: Error) => {
        if (kind.includes('restarted')) throw error;
        return 'not possible at that moment';
      });
      this.#history.append({ type: 'fault', kind, target, at, until: Date.now() });
    }
  }
}
