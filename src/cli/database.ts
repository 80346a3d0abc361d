import pino from 'pino';
import { type Config, readConfig } from '../config.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { distribute as distributeTables, NotDistributedError } from '../database/distribute.ts';
import { joinEmbedded } from '../database/embedded/embedded.ts';
import { fitToTables } from '../database/fitToTables.ts';
import { migrate } from '../database/migrate.ts';

/** Commands sign no tokens, so they work without the secret that the service needs. */
const PLACEHOLDER = 'commands do not sign tokens with this secret';

/** The environment, as the commands read it. @throws ConfigError */
export const readCommandConfig = (env: NodeJS.ProcessEnv): Config =>
  readConfig({ ...env, HOLDPOINT_JWT_SECRET: env['HOLDPOINT_JWT_SECRET'] || PLACEHOLDER });

/** Applies the missing migrations and prints their names. */
export async function runMigrate({ distribute = false }: { distribute?: boolean }): Promise<void> {
  const config = readCommandConfig(process.env);
  if (distribute && config.databaseUrl === null) {
    throw new NotDistributedError(
      'Only a PostgreSQL with Citus can be distributed. Set DATABASE_URL to its coordinator.',
    );
  }
  const applied = await withDatabaseUrl(config, { mayCreate: true }, (url) => migrate(url));
  for (const name of applied) console.log(`Applied ${name}`);
  if (applied.length === 0) console.log('The database is up to date.');
  if (!distribute) return;
  const tables = await distributeTables(config.databaseUrl ?? '');
  if (tables.length === 0) console.log('The tables are distributed already.');
  else console.log(`Distributed ${tables.length} tables by workspace.`);
}

/**
 * Runs `work` on the migrated database, whether a service is running on it or not. It creates no
 * database: with a mistyped folder or URL, no service would know of the work.
 */
export function withDatabase<Result>(
  config: Config,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  return withDatabaseUrl(config, { mayCreate: false }, async (url) => {
    await migrate(url, { mayCreate: false });
    const database = openDatabase(url);
    try {
      await fitToTables(database);
      return await work(database);
    } finally {
      await database.close();
    }
  });
}

/** With DATABASE_URL, or else with the embedded database. */
export async function withDatabaseUrl<Result>(
  config: Config,
  { mayCreate }: { mayCreate: boolean },
  work: (url: string) => Promise<Result>,
): Promise<Result> {
  if (config.databaseUrl !== null) return work(config.databaseUrl);
  // The output of a command is for people: log only problems, unless LOG_LEVEL asks for more.
  const level = process.env['LOG_LEVEL'] ? config.logLevel : 'warn';
  const log = pino({ level }, pino.destination({ dest: 2, sync: true }));
  const server = await joinEmbedded({ dataDir: config.dataDir, mayCreate, log });
  try {
    return await work(server.url);
  } finally {
    await server.stop();
  }
}
