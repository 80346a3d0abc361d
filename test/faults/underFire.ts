import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { transports } from '../feed/promises/follower.ts';
import { Faults } from './bed/faults.ts';
import { Postgres } from './bed/postgres.ts';
import { Receiver } from './bed/receiver.ts';
import { Server } from './bed/server.ts';
import { check, type Violation } from './checker/check.ts';
import { type DatabaseState, readDatabaseState } from './databaseState.ts';
import { type Entry, History } from './history.ts';
import { Load, type LoadSize } from './load/load.ts';
import { Subscriber } from './load/subscriber.ts';
import { makeWebhooks } from './load/webhooks.ts';
import { randomOf } from './random.ts';

/** Where so long nothing more has come, nothing more comes. */
const SETTLE_LIMIT_MS = 60_000;
const SETTLE_POLL_MS = 200;
/** Expiry may take this long, once nothing is in its way. */
const EXPIRY_MS = 2_000;

export type Options = {
  seed: number;
  milliseconds: number;
  servers: number;
  /** How long the pauses between faults are, as a share of the usual ones. */
  pace?: number;
  load: LoadSize;
  /** Ends it early, in vain. */
  signal?: AbortSignal;
  /** Told what happens meanwhile. */
  say: (text: string) => void;
};

export type Outcome = {
  violations: Violation[];
  entries: readonly Entry[];
  database: DatabaseState;
  /** How often subscribers were cut off, or went away, and resumed. */
  resumed: number;
  /** How long it took after the last fault until everything had come. */
  settledMs: number;
  /** Where everything is noted: the history, and what the servers said. */
  folder: string;
};

/** Runs the load and the faults for a while, lets everything become well again, and checks what is left. */
export async function runUnderFire(options: Options): Promise<Outcome> {
  const { seed, milliseconds, say } = options;
  const random = randomOf(seed);
  const folder = await mkdtemp(join(tmpdir(), `holdpoint-faults-${seed}-`));
  const history = new History(join(folder, 'history.jsonl'));
  const opened: (() => unknown)[] = [];
  try {
    const postgres = await Postgres.open();
    opened.push(() => postgres.close());
    const servers: Server[] = [];
    opened.push(() => Promise.all(servers.map((server) => server.close())));
    for (let n = 0; n < options.servers; n++) {
      const server = await Server.open(`server-${n}`, postgres, join(folder, `server-${n}.log`));
      servers.push(server);
    }
    for (const { front } of servers)
      front.fallback = () => servers.find((each) => each.front.target)?.front.target ?? null;
    const urls = servers.map(({ url }) => url);
    const owners = Array.from({ length: options.load.teams }, (_, n) => `owner-${n}`);
    const receivers = [
      await Receiver.open(history, random.fork()),
      await Receiver.open(history, random.fork()),
    ];
    for (const receiver of receivers) opened.push(() => receiver.close());
    const webhooks = await makeWebhooks(urls[0] as string, owners, receivers);

    say(
      `Seed ${seed}: ${servers.length} servers, ${owners.length} owners. Everything is noted in ${folder}`,
    );
    const load = new Load(options.load, history, random.fork(), urls);
    opened.push(() => load.stop());
    const subscribers = load.teams.flatMap(({ owner, longSession }) =>
      [...transports, 'one session' as const].map((name) => {
        const isOne = name === 'one session';
        const subscriber = new Subscriber({
          name: `${owner} ${name}`,
          owner,
          transport: isOne ? 'WebSocket' : name,
          ...(isOne && { graphExecId: longSession }),
          urls,
          history,
          random: random.fork(),
        });
        opened.push(() => subscriber.close());
        return subscriber;
      }),
    );
    const bed = { postgres, servers, receivers };
    const faults = new Faults(bed, history, random.fork(), options.pace ?? 1);
    opened.push(() => faults.stop());
    await pause(milliseconds, undefined, { signal: options.signal });
    await faults.stop();
    await load.stop();
    say('The last fault is over, and the last answer has come; waiting until everything is well');
    await Promise.all(servers.map((server) => server.ready()));

    const client = await postgres.connect();
    opened.push(() => client.end());
    const settledMs = await settle(client, subscribers, history);
    const database = await readDatabaseState(client, webhooks);
    await history.close(database);
    const violations = check(history.entries, database);
    const promise = 'errors are honest' as const;
    for (const what of servers.flatMap(({ ownEnds }) => ownEnds))
      violations.push({ promise, what });
    for (const what of subscribers.flatMap(({ refusals }) => refusals))
      violations.push({ promise, what });
    const resumed = subscribers.reduce((sum, subscriber) => sum + subscriber.resumed, 0);
    return { violations, entries: history.entries, database, resumed, settledMs, folder };
  } finally {
    for (const close of opened.toReversed()) {
      await Promise.resolve()
        .then(close)
        .catch((error: Error) => say(`Closing failed: ${error.message}`));
    }
  }
}

/**
 * Waits until nothing is on its way any more. What has not come by then does not come: the checker says what.
 * @returns how long it took, in milliseconds
 */
async function settle(
  client: pg.Client,
  subscribers: readonly Subscriber[],
  { entries }: History,
): Promise<number> {
  const start = Date.now();
  await pause(EXPIRY_MS);
  let come = 0;
  let lastAt = Date.now();
  while (Date.now() - lastAt < SETTLE_LIMIT_MS) {
    const { rows } = await client.query<{ pending: number }>(
      `SELECT (SELECT count(*) FROM "WebhookDelivery" WHERE "status" <> 'DELIVERED')
        + (SELECT count(*) FROM "Webhook" w JOIN "OwnerCounter" c USING ("userId")
          WHERE w."cursor" < c."lastNumber") AS "pending"`,
    );
    const heads = await client.query<{ userId: string; graphExecId: string; last: number }>(
      `SELECT "userId", coalesce("graphExecId", '') AS "graphExecId", max("number")::int AS "last"
      FROM "ReviewEvent" GROUP BY GROUPING SETS (("userId"), ("userId", "graphExecId"))`,
    );
    const behind = subscribers.some(({ owner, graphExecId, cursor }) => {
      const head = heads.rows.find(
        (row) => row.userId === owner && row.graphExecId === (graphExecId ?? ''),
      );
      return cursor < (head?.last ?? 0);
    });
    if (Number(rows[0]?.pending) === 0 && !behind) break;
    if (entries.length > come) {
      come = entries.length;
      lastAt = Date.now();
    }
    await pause(SETTLE_POLL_MS);
  }
  return Date.now() - start;
}
