import { pino } from 'pino';
import { startEmbedded } from '../../src/database/embedded/embedded.ts';

/** Owns the data folder named, prints the database's address, and lives until it is killed. */
const dataDir = process.argv[2] ?? '';
try {
  const server = await startEmbedded({ dataDir, log: pino({ level: 'silent' }) });
  console.log(server.url);
} catch (error) {
  console.log(String(error));
  process.exit(1);
}
