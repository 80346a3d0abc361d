import {
  approve,
  ask,
  cancel,
  deleteReview,
  reject,
  setProcessed,
} from '../../support/operations.ts';
import type { Team, TestService } from '../../support/testService.ts';
import type { Item } from './follower.ts';

/** The events of a workspace in the database, which every subscriber must get. */
export const historyOf = (sql: TestService['sql'], user: string): Promise<Item[]> =>
  sql<Item>(
    `SELECT "number"::text AS "cursor", "kind"::text AS "kind", "nodeExecId"
    FROM "ReviewEvent" WHERE "userId" = $1 ORDER BY "number"`,
    [user],
  );

/**
 * Creates events of every kind, UPDATED by plain SQL.
 * @returns the whole history: 14 events per round
 */
export async function makeHistory(
  { sql }: TestService,
  { user, agent, reviewer }: Team,
  rounds: number,
): Promise<Item[]> {
  for (let round = 0; round < rounds; round++) {
    const graphExecId = `exec-${round}`;
    const id = (name: string) => `${name}-${round}`;
    for (const name of ['a', 'b', 'c', 'd', 'e']) await ask(agent, id(name), { graphExecId });
    await deleteReview(agent, id('e'));
    await approve(reviewer, id('a'), { payload: { edited: round } });
    await reject(reviewer, id('b'));
    await setProcessed(agent, id('a'));
    await sql(
      `UPDATE "PendingReview" SET "instructions" = 'by hand'
      WHERE "userId" = $1 AND "nodeExecId" = $2`,
      [user, id('c')],
    );
    await approve(reviewer, id('d'));
    // Rejects pending reviews, and voids unconsumed approvals.
    await cancel(reviewer, graphExecId);
  }
  return historyOf(sql, user);
}

/** Inserts WAITING reviews with plain SQL, without a notification. */
export const insertReviews = (
  sql: TestService['sql'],
  user: string,
  ids: readonly string[],
  { payloadCharacters = 2, graphExecId = 'exec' } = {},
) =>
  sql(
    `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId",
      "graphVersion", "nodeId", "payload", "requestedBy")
    SELECT $1, id, $3, 'g', 1, id, text, 'sql'
    FROM unnest($2::text[]) AS ids(id), (SELECT to_json(repeat('x', $4::int)) AS text) one`,
    [user, ids, graphExecId, payloadCharacters - 2],
  );
