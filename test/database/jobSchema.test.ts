import { expect, it } from 'vitest';
import { hasJobSchema, JOB_SCHEMA_VERSION } from '../../src/database/jobSchema.ts';
import { migrate } from '../../src/database/migrate.ts';
import { testDatabase } from '../support/testDatabase.ts';

const database = await testDatabase({ empty: true });

it('the job queue is migrated with the rest, to the version that is installed', async () => {
  expect(await hasJobSchema(database.pool)).toBe(false);
  await migrate(database.url);
  expect(await hasJobSchema(database.pool)).toBe(true);
  const [newest] = await database.sql<{ id: number }>(
    'SELECT max(id) AS "id" FROM graphile_worker.migrations',
  );
  expect(newest?.id).toBe(JOB_SCHEMA_VERSION);
});

it('where only the job queue is missing, it is made, and nothing else is done', async () => {
  await database.sql('DROP SCHEMA graphile_worker CASCADE');
  expect(await migrate(database.url)).toEqual([]);
  expect(await hasJobSchema(database.pool)).toBe(true);
});
