import type pg from 'pg';

/** The tables of workspaces: those whose primary key begins with the workspace. */
export async function workspaceTables(client: pg.ClientBase | pg.Pool): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS "name" FROM pg_index i
    JOIN pg_class c ON c.oid = i.indrelid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
    WHERE i.indisprimary AND a.attname = 'userId' AND c.relnamespace = 'public'::regnamespace
      AND NOT c.relispartition
    ORDER BY c.relname`,
  );
  return rows.map(({ name }) => name);
}
