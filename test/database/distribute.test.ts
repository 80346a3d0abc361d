import { expect, it } from 'vitest';
import { distribute } from '../../src/database/distribute.ts';
import { runHoldpoint } from '../cli/runProgram.ts';
import { testDatabase } from '../support/testDatabase.ts';

const { url, sql } = await testDatabase();

it('a database without Citus cannot be distributed, and stays as it is', async () => {
  await expect(distribute(url)).rejects.toThrow(
    'The database does not have the extension citus. Create it on all nodes and add the workers, then try again. Nothing was changed.',
  );
  const { exitCode, stdout, stderr } = await runHoldpoint(['migrate', '--distribute'], {
    DATABASE_URL: url,
  });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: 'The database is up to date.\n' });
  expect(stderr).toMatch(/^The database does not have the extension citus\. .*\n$/);
  const functions = await sql(`SELECT 1 FROM pg_proc WHERE proname = 'inWorkspace'`);
  expect(functions).toEqual([]);
});

it('nor can the embedded database', async () => {
  const { exitCode, stderr } = await runHoldpoint(['migrate', '--distribute'], {});
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr:
      'Only a PostgreSQL with Citus can be distributed. Set DATABASE_URL to its coordinator.\n',
  });
});
