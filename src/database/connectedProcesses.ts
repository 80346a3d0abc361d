import type pg from 'pg';
import { generationOf } from './applicationName.ts';

/**
 * The connections of Holdpoint's processes to this database, except for this one.
 * @param isWanted whether to return those of a process, by its schema generation
 * @returns such as `2 × "holdpoint/3 feed"`
 */
export async function connectedProcesses(
  client: pg.ClientBase,
  isWanted: (generation: number) => boolean = () => true,
): Promise<string[]> {
  const { rows } = await client.query<{ name: string; count: number }>(
    `SELECT application_name AS "name", count(*)::int AS "count" FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    GROUP BY 1 ORDER BY 1`,
  );
  return rows
    .filter(({ name }) => {
      const generation = generationOf(name);
      return generation !== null && isWanted(generation);
    })
    .map(({ name, count }) => `${count} × "${name}"`);
}
