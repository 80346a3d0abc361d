import { pino } from 'pino';
import { startEmbedded } from '../../src/database/embedded/embedded.ts';

/** Owns the given data folder, prints the database's URL, and runs until it is killed. */
const dataDir = process.argv[2] ?? '';
try {
  const server = await startEmbedded({ dataDir, log: pino({ level: 'silent' }) });
  console.log(server.url);
} catch (error) {
  console.log(String(error));
  process.exit(1);
}
