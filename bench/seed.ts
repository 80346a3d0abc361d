import type { Queries } from '../src/database/connections.ts';
import { statement } from '../src/database/statement.ts';
import { digestOf, idOf } from './requests.ts';
import {
  askIdOf,
  EXECUTIONS,
  executionOf,
  GRAPH_ID,
  GRAPH_VERSION,
  nodeOf,
  payloadOf,
} from './samples.ts';

/** Rows per statement. The trigger keeps all of them in memory. */
const BATCH = 10_000;

const executions = statement(
  'seedExecutions',
  `INSERT INTO "GraphExecution" ("userId", "graphExecId", "graphId", "graphVersion", "status")
  SELECT owner, execution, $3, $4::int, 'RUNNING'
  FROM unnest($1::text[]) owner, unnest($2::text[]) execution ON CONFLICT DO NOTHING`,
);

const reviews = statement(
  'seedReviews',
  `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion",
    "nodeId", "payload", "payloadDigest", "askId", "requestedBy", "createdAt")
  SELECT "userId", "nodeExecId", "graphExecId", $8, $9::int, "nodeId", "payload", "digest", "askId", 'agent',
    now() + "position" * interval '1 millisecond'
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[])
    WITH ORDINALITY
    AS s("userId", "nodeExecId", "graphExecId", "nodeId", "payload", "digest", "askId", "position")`,
);

/** Inserts the running executions of each owner. */
export async function seedExecutions(database: Queries, userIds: readonly string[]): Promise<void> {
  const ids = Array.from({ length: EXECUTIONS }, (_, number) => executionOf(number));
  await database.query(executions, [userIds, ids, GRAPH_ID, GRAPH_VERSION]);
}

/** Inserts `count` WAITING reviews, spread evenly over the owners. */
export async function seedReviews(
  database: Queries,
  userIds: readonly string[],
  prefix: string,
  count: number,
): Promise<void> {
  for (let start = 0; start < count; start += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, count - start) }, (_, at) => start + at);
    const owners = numbers.map((number) => userIds[number % userIds.length]);
    const ids = numbers.map((number) => idOf(prefix, number));
    await database.query(reviews, [
      owners,
      ids,
      numbers.map(executionOf),
      numbers.map(nodeOf),
      numbers.map((number) => JSON.stringify(payloadOf(number))),
      numbers.map(digestOf),
      numbers.map(askIdOf),
      GRAPH_ID,
      GRAPH_VERSION,
    ]);
  }
}

/** A workspace's people. */
export type Company = { readonly members: number; readonly teams: number; readonly groups: number };

/**
 * Inserts members of each owner, spread over teams. The reviewer is in the first team: by a group
 * of the identity provider, one of as many, or without any on its list.
 */
export async function seedPeople(
  database: Queries,
  userIds: readonly string[],
  { members, teams, groups }: Company,
): Promise<void> {
  for (const userId of userIds) {
    for (const text of [
      `INSERT INTO "Member" ("userId", "actor", "groups", "groupsAt")
      SELECT $1, coalesce(nullif('member-' || n, 'member-0'), 'reviewer'), CASE WHEN n = 0 THEN
        ARRAY(SELECT 'group-' || g FROM generate_series(0, $4::int - 1) g) ELSE '{}' END, now()
      FROM generate_series(0, $2::int - 1) n WHERE $3::int > 0 ON CONFLICT DO NOTHING`,
      `INSERT INTO "Team" ("userId", "teamId", "name", "idpGroup")
      SELECT $1, 'team-' || n, 'Team ' || n, CASE WHEN $4::int > 0 THEN 'group-' || n END
      FROM generate_series(0, $3::int - 1) n WHERE $2::int > 0 ON CONFLICT DO NOTHING`,
      `INSERT INTO "TeamMember" ("userId", "teamId", "actor")
      SELECT $1, 'team-' || n % $3::int, coalesce(nullif('member-' || n, 'member-0'), 'reviewer')
      FROM generate_series(least($4::int, 1), $2::int - 1) n ON CONFLICT DO NOTHING`,
    ]) {
      const values = [userId, members, teams, groups];
      await database.query(statement(`seedPeople${text.length}`, text), values);
    }
  }
}
