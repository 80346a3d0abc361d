import pg from 'pg';
import { workspaceTables } from '../../src/database/workspaceTables.ts';

const PARTITIONS = 4;

/**
 * Splits each table of workspaces into four partitions by a hash of the workspace, with the same
 * columns, constraints, indexes, triggers and rows. So a statement that names one workspace in each
 * table touches one partition of each, as it would touch one shard of a distributed database.
 */
export async function partition(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const tables = await workspaceTables(client);
  // Functions and triggers depend on the type of a table's rows, so they go with the table.
  const functions = await definitions(
    client,
    `SELECT pg_get_functiondef(oid) AS "sql" FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'`,
  );
  const triggers = await definitions(
    client,
    `SELECT pg_get_triggerdef(t.oid) AS "sql" FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND c.relname = ANY ($1)`,
    [tables],
  );
  await client.query('BEGIN');
  await client.query('SET LOCAL check_function_bodies = off');
  for (const table of tables) await partitionTable(client, table);
  for (const sql of [...functions, ...triggers]) await client.query(sql);
  await client.query('COMMIT');
  // A statement that is planned for any workspace would lock all partitions.
  await client.query(`DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET plan_cache_mode = force_custom_plan', current_database());
  END $$`);
  await client.end();
}

async function partitionTable(client: pg.ClientBase, table: string): Promise<void> {
  const whole = `${table} whole`;
  await client.query(`ALTER TABLE "${table}" RENAME TO "${whole}"`);
  await client.query(
    `CREATE TABLE "${table}" (LIKE "${whole}" INCLUDING ALL) PARTITION BY HASH ("userId")`,
  );
  for (let remainder = 0; remainder < PARTITIONS; remainder++) {
    await client.query(
      `CREATE TABLE "${table} ${remainder}" PARTITION OF "${table}"
      FOR VALUES WITH (MODULUS ${PARTITIONS}, REMAINDER ${remainder})`,
    );
  }
  const columns = await definitions(
    client,
    `SELECT quote_ident(attname) AS "sql" FROM pg_attribute
    WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    [`"${table}"`],
  );
  await client.query(
    `INSERT INTO "${table}" (${columns.join()}) OVERRIDING SYSTEM VALUE
    SELECT ${columns.join()} FROM "${whole}"`,
  );
  await client.query(`DROP TABLE "${whole}" CASCADE`);
}

async function definitions(
  client: pg.ClientBase,
  query: string,
  values: unknown[] = [],
): Promise<string[]> {
  const { rows } = await client.query<{ sql: string }>(query, values);
  return rows.map(({ sql }) => sql);
}
