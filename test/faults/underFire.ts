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
import { teamsOf } from './load/signing.ts';
import { Subscriber } from './load/subscriber.ts';
import { makeWebhooks } from './load/webhooks.ts';
import { randomOf } from './random.ts';

/** If nothing arrives for this long, delivery is considered complete. */
const SETTLE_LIMIT_MS = 60_000;
const SETTLE_POLL_MS = 200;

export type Options = {
  seed: number;
  milliseconds: number;
  servers: number;
  /** Worker processes of each server. Defaults to 1. */
  workers?: number;
  /** A factor for the length of the pauses between faults. Defaults to 1. */
  pace?: number;
  load: LoadSize;
  /** Aborts the run. */
  signal?: AbortSignal;
  /** Receives progress messages. */
  say: (text: string) => void;
};

export type Outcome = {
  violations: Violation[];
  entries: readonly Entry[];
  database: DatabaseState;
  /** How often subscribers were disconnected and resumed. */
  resumed: number;
  /** The time from the last fault until everything was delivered. */
  settledMs: number;
  /** The folder of the history and of the servers' logs. */
  folder: string;
};

/** Runs load and faults for a while, lets everything recover, and checks the result. */
export async function runUnderFire(options: Options): Promise<Outcome> {
  const { seed, milliseconds, say, workers = 1 } = options;
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
      const server = await Server.open(
        `server-${n}`,
        postgres,
        join(folder, `server-${n}.log`),
        workers,
      );
      servers.push(server);
    }
    for (const { front } of servers)
      front.fallback = () => servers.find((each) => each.front.target)?.front.target ?? null;
    const urls = servers.map(({ url }) => url);
    const owners = Array.from({ length: options.load.teams }, (_, n) => `owner-${n}`);
    await makeTeams(postgres, owners, options.load.reviewers);
    const receivers = [
      await Receiver.open(history, random.fork()),
      await Receiver.open(history, random.fork()),
    ];
    for (const receiver of receivers) opened.push(() => receiver.close());
    const webhooks = await makeWebhooks(urls[0] as string, owners, receivers);

    say(
      `Seed ${seed}: ${servers.length} servers${workers > 1 ? ` of ${workers} workers` : ''}, ${owners.length} owners. Recorded in ${folder}`,
    );
    const load = new Load(options.load, history, random.fork(), urls);
    opened.push(() => load.stop());
    const subscribers = load.teams.flatMap(({ owner, longSession, agents }) =>
      [
        ...transports.map((transport) => ({ name: transport, transport })),
        { name: 'one session', transport: 'WebSocket' as const, graphExecId: longSession },
        { name: 'one agent', transport: 'SSE' as const, actor: agents[0]?.actor ?? '' },
      ].map(({ name, ...options }) => {
        const subscriber = new Subscriber({
          name: `${owner} ${name}`,
          owner,
          ...options,
          urls,
          history,
          random: random.fork(),
        });
        opened.push(() => subscriber.close());
        return subscriber;
      }),
    );
    const bed = { postgres, servers, receivers };
    const faults = new Faults(bed, history, random.fork(), { pace: options.pace ?? 1, workers });
    opened.push(() => faults.stop());
    await pause(milliseconds, undefined, { signal: options.signal });
    await faults.stop();
    await load.stop();
    say('The last fault is over. Waiting until everything has recovered and arrived');
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

/** Creates the teams that reviews ask for approvals. */
async function makeTeams(postgres: Postgres, owners: readonly string[], reviewers: number) {
  const client = await postgres.connect();
  for (const owner of owners) {
    for (const { teamId, actors } of teamsOf(reviewers)) {
      await client.query(
        `WITH team AS (INSERT INTO "Team" ("userId", "teamId", "name") VALUES ($1, $2, $2)),
          member AS (INSERT INTO "Member" ("userId", "actor") SELECT $1, unnest($3::text[]))
        SELECT 1`,
        [owner, teamId, actors],
      );
      await client.query(
        `INSERT INTO "TeamMember" ("userId", "teamId", "actor") SELECT $1, $2, unnest($3::text[])`,
        [owner, teamId, actors],
      );
    }
  }
  await client.end();
}

/**
 * Waits until everything is delivered. If something never arrives, the checker reports it.
 * @returns the time in milliseconds
 */
async function settle(
  client: pg.Client,
  subscribers: readonly Subscriber[],
  { entries }: History,
): Promise<number> {
  const start = Date.now();
  let come = 0;
  let lastAt = Date.now();
  while (Date.now() - lastAt < SETTLE_LIMIT_MS) {
    const { rows } = await client.query<{ pending: number }>(underWay, [
      subscribers.map(({ owner }) => owner),
      subscribers.map(({ graphExecId }) => graphExecId),
      subscribers.map(({ actor }) => actor),
      subscribers.map(({ cursor }) => cursor),
    ]);
    if (Number(rows[0]?.pending) === 0) break;
    if (entries.length > come) {
      come = entries.length;
      lastAt = Date.now();
    }
    await pause(SETTLE_POLL_MS);
  }
  return Date.now() - start;
}

/**
 * Counts what is still pending: messages, events for subscribers, and reviews and approvals that
 * are about to expire or lapse. $1 to $4 are the subscribers' owners, executions, agents and last
 * events.
 */
const underWay = `SELECT
  (SELECT count(*) FROM "WebhookDelivery" WHERE "status" <> 'DELIVERED')
  + (SELECT count(*) FROM "Webhook" w JOIN "OwnerCounter" c USING ("userId")
    WHERE w."cursor" < c."lastNumber")
  + (SELECT count(*) FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
      AS s("owner", "execution", "actor", "cursor")
    WHERE EXISTS (SELECT FROM "ReviewEvent" e
      WHERE e."userId" = s."owner" AND e."number" > s."cursor"
      AND (s."execution" IS NULL OR e."graphExecId" = s."execution")
      AND (s."actor" IS NULL OR e."requestedBy" = s."actor" OR s."actor" = ANY (e."consumers"))))
  + (SELECT count(*) FROM "PendingReview"
    WHERE "status" = 'WAITING' AND "expiresAt" < now() + interval '10 seconds'
      OR "status" = 'APPROVED' AND NOT "processed" AND "voidedAt" IS NULL
        AND "validUntil" < now() + interval '10 seconds')
  AS "pending"`;
