import type { Database } from './database.ts';
import { statement } from './statement.ts';

const read = statement(
  'readDistribution',
  `SELECT relkind = 'p' AS "isPartitioned",
    EXISTS (SELECT FROM pg_proc WHERE proname = 'inWorkspace') AS "isOnCitus"
  FROM pg_class WHERE oid = '"PendingReview"'::regclass`,
);

/**
 * Looks whether the tables of workspaces are split by workspace, into shards of Citus or into
 * partitions. Then each statement is about one workspace, so that it needs one of them only; and on
 * Citus it runs where the workspace is.
 */
export async function fitToTables(database: Database): Promise<{ isOnCitus: boolean }> {
  type Row = { isPartitioned: boolean; isOnCitus: boolean };
  const [row] = await database.query<Row>(read, []);
  const isOnCitus = row?.isOnCitus ?? false;
  if (isOnCitus || row?.isPartitioned) database.keepWorkspacesApart();
  if (isOnCitus) database.useInWorkspace();
  return { isOnCitus };
}
