import { migrate } from '../database/migrate.ts';
import { readCommandConfig, withDatabaseUrl } from './commandDatabase.ts';

/** Brings the database to the newest schema, and says what that took. */
export async function runMigrate(): Promise<void> {
  const applied = await withDatabaseUrl(readCommandConfig(process.env), (url) => migrate(url));
  for (const name of applied) console.log(`Applied ${name}`);
  console.log(applied.length > 0 ? 'The database is up to date' : 'The database was up to date');
}
