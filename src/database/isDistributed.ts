import type { Queries } from './connections.ts';
import { statement } from './statement.ts';

const read = statement(
  'readIsDistributed',
  `SELECT relkind = 'p' OR EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') AS "isDistributed"
  FROM pg_class WHERE oid = '"PendingReview"'::regclass`,
);

/**
 * Whether the tables of workspaces are split by workspace, into the shards of Citus or into
 * partitions. A statement must then be about one workspace, so that it needs one of them only.
 */
export async function isDistributed(database: Queries): Promise<boolean> {
  const [row] = await database.query<{ isDistributed: boolean }>(read, []);
  return row?.isDistributed ?? false;
}
