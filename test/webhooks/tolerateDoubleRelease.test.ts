import pg from 'pg';
import { expect, it } from 'vitest';
import { tolerateDoubleRelease } from '../../src/webhooks/tolerateDoubleRelease.ts';
import { testDatabase } from '../support/testDatabase.ts';

const database = await testDatabase();

/** What a caller gets that gives its connection back twice, whether it got one or not. */
const connectAndReleaseTwice = (pool: pg.Pool) =>
  new Promise<Error | undefined>((resolve, reject) => {
    try {
      pool.connect((error, _client, release) => {
        release();
        release();
        resolve(error);
      });
    } catch (error) {
      reject(error);
    }
  });

it('a connection may be given back twice, also where a closed pool gave none', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  tolerateDoubleRelease(pool);
  expect(await connectAndReleaseTwice(pool)).toBeUndefined();
  await pool.end();
  expect(await connectAndReleaseTwice(pool)).toBeInstanceOf(Error);
});
