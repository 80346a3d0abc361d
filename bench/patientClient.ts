import pg from 'pg';
import type { Bed } from './bed.ts';

/** A connection without the statement timeout of the service, which a million rows would exceed. */
export async function patientClient({ database }: Bed): Promise<pg.Client> {
  const { connectionString } = database.pool.options as pg.PoolConfig;
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}

/** Brings the tables to rest after many rows were written, so that no autovacuum disturbs the measurement. */
export async function vacuum(bed: Bed, table = ''): Promise<void> {
  const client = await patientClient(bed);
  try {
    await client.query(`VACUUM ANALYZE ${table}`);
  } finally {
    await client.end();
  }
}
