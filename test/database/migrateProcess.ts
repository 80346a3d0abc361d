import { migrate } from '../../src/database/migrate.ts';

// A process that only migrates: reports that it is ready, waits for a message, and prints what it
// applied.
process.stdout.write('ready\n');
process.stdin.once('data', async () => {
  const applied = await migrate(String(process.argv[2]));
  process.stdout.write(`${JSON.stringify(applied)}\n`, () => process.exit(0));
});
