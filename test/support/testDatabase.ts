import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, inject } from 'vitest';
import { onShards } from './citus.ts';
import { partition } from './partitions.ts';
import { watchPartitions } from './touchedPartitions.ts';
import { urlOfDatabase } from './urlOfDatabase.ts';

/** PostgreSQL's code for what Citus refuses. */
const NOT_SUPPORTED = '0A000';
/** How long closed connections may take to disappear from the server. */
const GOODBYE_MS = 3_000;

export type TestDatabase = {
  url: string;
  /** Runs SQL directly. Columns of type json and bigint are returned as text. */
  sql<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** A pool for tests that need several connections at once. */
  pool: pg.Pool;
  /**
   * Registers work to do before the database is dropped, such as closing connections. Runs in
   * reverse order.
   */
  beforeDrop(step: () => Promise<unknown>): void;
};

/**
 * Creates a database for this test file. It is dropped at the end of the file, which fails if a
 * connection is still open. Call it at the top of the file: `const database = await
 * testDatabase()`. With TEST_PARTITIONED=1 the tables are partitioned by workspace, and the end of the
 * file fails if a statement of the service was about several.
 * @param options `empty`: without Holdpoint's tables
 */
export async function testDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const isPartitioned = !empty && process.env['TEST_PARTITIONED'] === '1';
  const postgres = inject('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = empty ? 'template1' : postgres.template;
  const servers = empty || postgres.nodes.length === 0 ? [postgres.url] : postgres.nodes;
  for (const server of servers) {
    // Copying files takes a fraction of the time of writing every page to the log.
    const create = `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`;
    await onServer((admin) => admin.query(create), server);
  }

  const url = urlOfDatabase(postgres.url, name);
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'test',
    types: {
      getTypeParser: ((oid: number, format?: 'text') =>
        oid === pg.types.builtins.JSON
          ? (text: string) => text
          : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  });
  if (isPartitioned) await partition(url);
  const watch = isPartitioned ? watchPartitions(name) : null;
  const steps: (() => Promise<unknown>)[] = [() => pool.end()];
  afterAll(async () => {
    for (const step of steps.reverse()) await step();
    await onServer(async (admin) => {
      const left = await connectionsOf(admin, name);
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      for (const server of servers.slice(1)) {
        await onServer((node) => node.query(`DROP DATABASE ${name} WITH (FORCE)`), server);
      }
      if (left.length > 0) throw new Error(`Connections were left open: ${left.join(', ')}`);
    });
    watch?.check();
  });

  return {
    url,
    pool,
    async sql<Row>(text: string, values: unknown[] = []) {
      const { rows } = await pool.query(text, values).catch((error: pg.DatabaseError) => {
        const isChange = /^\s*(?:UPDATE|DELETE)/.test(text);
        if (servers.length === 1 || error.code !== NOT_SUPPORTED || !isChange) throw error;
        return onShards(
          servers.map((server) => urlOfDatabase(server, name)),
          text,
          values,
        );
      });
      return rows as Row[];
    },
    beforeDrop: (step) => steps.push(step),
  };
}

async function onServer<Result>(
  work: (admin: pg.Client) => Promise<Result>,
  url = inject('postgres').url,
): Promise<Result> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

async function connectionsOf(admin: pg.Client, database: string): Promise<string[]> {
  const deadline = Date.now() + GOODBYE_MS;
  for (;;) {
    const { rows } = await admin.query(
      `SELECT application_name || ': ' || query AS "connection" FROM pg_stat_activity
      WHERE datname = $1 AND backend_type = 'client backend'
        AND application_name NOT LIKE 'citus%'`,
      [database],
    );
    if (rows.length === 0 || Date.now() > deadline) return rows.map(({ connection }) => connection);
    await pause(20);
  }
}
