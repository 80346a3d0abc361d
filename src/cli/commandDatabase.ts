import { existsSync } from 'node:fs';
import pino from 'pino';
import { type Config, readConfig } from '../config.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { joinEmbedded } from '../database/embedded/embedded.ts';
import { migrate } from '../database/migrate.ts';

/** The commands sign no tokens, so they do not ask for the secret that the service needs. */
const PLACEHOLDER = 'no command signs with this secret';

/** The environment as the short commands read it. @throws ConfigError */
export const readCommandConfig = (env: NodeJS.ProcessEnv): Config =>
  readConfig({ ...env, HOLDPOINT_JWT_SECRET: env['HOLDPOINT_JWT_SECRET'] || PLACEHOLDER });

/**
 * Runs `work` on the database at DATABASE_URL, or on the embedded one, whether a service runs on it or
 * not. What people read of a command is its output, so the log says only what goes wrong, unless LOG_LEVEL asks for more.
 */
export async function withDatabaseUrl<Result>(
  config: Config,
  work: (url: string) => Promise<Result>,
): Promise<Result> {
  if (config.databaseUrl !== null) return work(config.databaseUrl);
  const level = process.env['LOG_LEVEL'] ? config.logLevel : 'warn';
  const log = pino({ level }, pino.destination({ dest: 2, sync: true }));
  const isNew = !existsSync(config.dataDir);
  const server = await joinEmbedded({ dataDir: config.dataDir, log });
  // In a folder that was named by mistake, an empty list would look like an answer.
  if (isNew) console.error(`Made a new database in ${server.dataDir}`);
  try {
    return await work(server.url);
  } finally {
    await server.stop();
  }
}

/** As withDatabaseUrl, with the newest schema and a client. */
export async function withDatabase<Result>(
  config: Config,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  return withDatabaseUrl(config, async (url) => {
    await migrate(url);
    const database = openDatabase(url);
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  });
}
