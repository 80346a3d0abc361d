import { migrate } from '../../src/database/migrate.ts';

// A process that only migrates: says it is there, waits for the word, and prints what it applied.
process.stdout.write('ready\n');
process.stdin.once('data', async () => {
  const applied = await migrate(String(process.argv[2]));
  process.stdout.write(`${JSON.stringify(applied)}\n`, () => process.exit(0));
});
