import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import { serviceActor } from '../identity/viewer.ts';
import { BATCH } from './expireReviews.ts';
import { hasStatus } from './review.ts';

// Takes one step of each review that is due: more people may decide it. Of several processes that
// run it at the same time, one takes the step, because it moves the next one's time. Rows that are
// locked are skipped: somebody is deciding them. If not, the next run finds them.
const escalate = statement(
  'escalateReviews',
  `WITH due AS (
    SELECT "nodeExecId" FROM "PendingReview"
    WHERE "userId" = $1 AND "status" = 'WAITING' AND "nextEscalationAt" <= now()
    ORDER BY "nextEscalationAt" LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
  )
  UPDATE "PendingReview" r SET
    "escalationsDone" = r."escalationsDone" + 1, "escalatedAt" = now(), "updatedAt" = now(),
    "nextEscalationAt" = r."createdAt"
      + (r."escalation" -> (r."escalationsDone" + 1) ->> 'afterMs')::float8 * interval '1 ms',
    "approverTeams" = r."approverTeams" || ARRAY(SELECT jsonb_array_elements_text(
      r."escalation" -> r."escalationsDone" -> 'teamIds')),
    "approverActors" = r."approverActors" || ARRAY(SELECT jsonb_array_elements_text(
      r."escalation" -> r."escalationsDone" -> 'actors'))
  FROM due, (SELECT set_config('holdpoint.actor', '${serviceActor}', true)) acting
  WHERE r."userId" = $1 AND r."nodeExecId" = due."nodeExecId" AND ${hasStatus('r', 'WAITING')}
  RETURNING 1`,
);

/**
 * Takes the escalation steps of one batch of a workspace's reviews that are due.
 * @returns how many steps were taken
 */
export async function escalateReviews(database: Queries, userId: string): Promise<number> {
  const { length } = await database.query(escalate, [userId]);
  return length;
}
