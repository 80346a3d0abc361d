import pg from 'pg';
import type { Bed } from './bed.ts';

/** A connection without the service's statement timeout, for statements on a million rows. */
export async function clientWithoutTimeout({ database }: Bed): Promise<pg.Client> {
  const { connectionString } = database.pool.options as pg.PoolConfig;
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}

/** Vacuums after bulk writes, so that autovacuum does not disturb the measurement. */
export async function vacuum(bed: Bed, table = ''): Promise<void> {
  const client = await clientWithoutTimeout(bed);
  try {
    await client.query(`VACUUM ANALYZE ${table}`);
  } finally {
    await client.end();
  }
}
