import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { applicationName } from './applicationName.ts';
import { connectedProcesses } from './connectedProcesses.ts';
import { allowDistributedChanges, distributeNew, isOnCitus } from './distribute.ts';

/** The key of an advisory lock. Any number that is not used for another lock. */
const LOCK = 4_011_202_611;

/** The folder of the migrations, from src/database/ and from dist/src/database/ alike. */
const migrationsFolder = new URL(
  import.meta.url.includes('/dist/') ? '../../../prisma/migrations/' : '../../prisma/migrations/',
  import.meta.url,
);

/**
 * @property generation the schema generation that it begins; null if older processes keep working
 *   after it
 */
type Migration = { name: string; sql: string; generation: number | null };

/** Each command of a migration, which semicolons in comments, strings and functions do not end. */
const commands = /(?:--[^\n]*|'(?:''|[^'])*'|"[^"]*"|(\$\w*\$)[\s\S]*?\1|[^;'"])+/g;

/** PostgreSQL's codes for a table, schema, function, or type and other object that exists. */
const EXISTS = ['42P07', '42P06', '42723', '42710'];

/** A migration failed. It was rolled back, and so were all others of the same run. */
export class MigrationError extends Error {
  /** @param start where the command begins that failed */
  constructor({ name, sql }: Migration, start: number, cause: Error) {
    const { position, code = '' } = cause as pg.DatabaseError;
    const before = sql.slice(0, start + Number(position));
    const line = position ? ` at line ${before.split('\n').length}` : '';
    const advice = EXISTS.includes(code)
      ? "It is not Holdpoint's: give Holdpoint a database of its own. "
      : '';
    super(
      `Migration ${name} failed${line}: ${cause.message}. ${advice}The database was not changed.`,
      { cause },
    );
  }
}

/** The database has no tables of Holdpoint, and must not get any from this command. */
export class NoTablesError extends Error {
  constructor(url: string) {
    const { host, pathname } = new URL(url);
    super(
      `The database ${pathname.slice(1)} on ${host} has no tables of Holdpoint. Set DATABASE_URL to ` +
        'the database of the service. To create the tables: holdpoint migrate',
    );
  }
}

/** Processes of an older version are connected that would break after a pending migration. */
export class OlderProcessesError extends Error {
  constructor(migration: string, names: readonly string[]) {
    super(
      `Migration ${migration} cannot run while processes of an older version are connected: ${names.join(', ')}. ` +
        'Stop all of them, then start again. The database was not changed.',
    );
  }
}

/**
 * Applies all pending migrations in one transaction under an advisory lock: processes that start at
 * the same time migrate once, and a failure leaves the old schema. It uses the table of `prisma
 * migrate`, so the two can be mixed. Unknown migrations in the database are ignored: during a
 * rolling upgrade, newer processes may have applied them. A migration that begins with `--
 * generation: <number>` is not rolling: it does not run while processes of an older generation are
 * connected. On tables that are distributed with Citus, what is new is distributed too.
 * @param mayCreate whether to create the tables in a database that has none; true by default
 * @returns the names of the applied migrations
 * @throws MigrationError, OlderProcessesError, NoTablesError, NotDistributedError
 */
export async function migrate(
  url: string,
  { mayCreate = true, folder = migrationsFolder }: { mayCreate?: boolean; folder?: URL } = {},
): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client({
    connectionString: url,
    application_name: applicationName('migrate'),
  });
  client.on('error', () => {});
  await client.connect();
  try {
    const { length: missingCount } = await missing(client, migrations);
    if (missingCount === 0) return [];
    if (!mayCreate && missingCount === migrations.length) throw new NoTablesError(url);
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    await client.query(createTable);
    const isDistributed = await isOnCitus(client);
    if (isDistributed) await allowDistributedChanges(client);
    const pending = await missing(client, migrations);
    for (const migration of pending) {
      await refuseBesideOlder(client, migration);
      await apply(client, migration);
    }
    if (isDistributed) await distributeNew(client);
    await client.query('COMMIT');
    return pending.map(({ name }) => name);
  } finally {
    // Closing the connection rolls back an open transaction.
    await client.end();
  }
}

/** @returns the names of the pending migrations */
export async function missingMigrations(
  connection: pg.ClientBase | pg.Pool,
  folder: URL = migrationsFolder,
): Promise<string[]> {
  return (await missing(connection, await readMigrations(folder))).map(({ name }) => name);
}

async function readMigrations(folder: URL): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(new URL(`${name}/migration.sql`, folder), 'utf8');
      const [, generation] = /^-- generation: (\d+)\n/.exec(sql) ?? [];
      return { name, sql, generation: generation === undefined ? null : Number(generation) };
    }),
  );
}

/** @throws OlderProcessesError */
async function refuseBesideOlder(client: pg.Client, migration: Migration): Promise<void> {
  const { name, generation } = migration;
  if (generation === null) return;
  const older = await connectedProcesses(client, (its) => its < generation);
  if (older.length > 0) throw new OlderProcessesError(name, older);
}

async function missing(
  connection: pg.ClientBase | pg.Pool,
  migrations: Migration[],
): Promise<Migration[]> {
  const table = await connection.query(`SELECT to_regclass('_prisma_migrations') AS "table"`);
  if (table.rows[0].table === null) return migrations;
  const applied = await connection.query(
    `SELECT migration_name AS "name" FROM _prisma_migrations
    WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
  );
  const names = new Set(applied.rows.map(({ name }) => name));
  return migrations.filter(({ name }) => !names.has(name));
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const { name, sql } = migration;
  // One by one, because Citus cannot pass several commands on at once.
  for (const { 0: command, index } of sql.matchAll(commands)) {
    if (command.replace(/--.*/g, '').trim() === '') continue;
    await client.query(command).catch((error: Error) => {
      throw new MigrationError(migration, index, error);
    });
  }
  const checksum = createHash('sha256').update(sql).digest('hex');
  await client.query(
    `INSERT INTO _prisma_migrations
      (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
    VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
    [randomUUID(), checksum, name],
  );
}

/** The same as `prisma migrate` creates. */
const createTable = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;
