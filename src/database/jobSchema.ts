import pg from 'pg';
import { applicationName } from './applicationName.ts';

/** The last of graphile-worker's own migrations, as of the version that is installed. */
export const JOB_SCHEMA_VERSION = 20;

/** Whether the job queue's tables are those of this version, or of a newer one. */
export async function hasJobSchema(connection: pg.ClientBase | pg.Pool): Promise<boolean> {
  const table = await connection.query(
    `SELECT to_regclass('graphile_worker.migrations') AS "table"`,
  );
  if (table.rows[0].table === null) return false;
  const newest = await connection.query('SELECT max(id) AS "id" FROM graphile_worker.migrations');
  return newest.rows[0].id >= JOB_SCHEMA_VERSION;
}

/**
 * Brings the tables of the job queue, in a schema of their own, to this version: graphile-worker's own migrations.
 * To be called under the lock of `migrate`.
 */
export async function migrateJobSchema(url: string): Promise<void> {
  const { Logger, runMigrations } = await import('graphile-worker');
  const pgPool = new pg.Pool({
    connectionString: url,
    max: 1,
    application_name: applicationName('migrate'),
  });
  pgPool.on('error', () => {});
  pgPool.on('connect', (client) => client.on('error', () => {}));
  try {
    await runMigrations({ pgPool, logger: new Logger(() => () => {}) });
  } finally {
    await pgPool.end();
  }
}
