import { rm } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { readHistory } from './history.ts';
import { runUnderFire } from './underFire.ts';

/** Set `SEED` in the environment to repeat the faults. `npm run test:faults` runs longer. */
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));

it('every promise is kept while servers, PostgreSQL, the network and receivers fail', {
  timeout: 180_000,
}, async () => {
  const outcome = await runUnderFire({
    seed,
    milliseconds: 6_000,
    servers: 2,
    pace: 0.4,
    load: { teams: 2, agents: 5, reviewers: 2, managers: 1 },
    say: () => {},
  });
  const { violations, entries, database, folder } = outcome;
  expect(violations, `seed ${seed}, history in ${folder}`).toEqual([]);

  // Faults occurred, and work continued.
  const faults = entries.filter(({ type }) => type === 'fault');
  expect(faults.length).toBeGreaterThan(5);
  expect(database.events.length).toBeGreaterThan(20);
  const answered = entries.filter(
    (entry) => entry.type === 'operation' && entry.outcome === 'answered',
  );
  expect(answered.length).toBeGreaterThan(30);
  expect((await readHistory(`${folder}/history.jsonl`)).entries).toEqual(entries);
  await rm(folder, { recursive: true });
});
