import { statement } from '../database/statement.ts';
import type { Manager, PeopleStore } from './changePeople.ts';

const release = statement(
  'releaseClaimsOf',
  `WITH claimed AS (
    SELECT "nodeExecId" FROM "PendingReview"
    WHERE "userId" = $1 AND "status" = 'WAITING' AND "claimedBy" = ANY ($2::text[])
      AND ($3::text IS NULL OR $3 = ANY ("approverTeams"))
    ORDER BY "nodeExecId" FOR UPDATE
  )
  UPDATE "PendingReview" r SET "claimedBy" = NULL, "claimedUntil" = NULL, "updatedAt" = now()
  FROM (SELECT set_config('holdpoint.actor', $4, true)) acting
  WHERE r."userId" = $1 AND r."nodeExecId" = ANY (ARRAY(SELECT "nodeExecId" FROM claimed))
    AND r."claimedBy" = ANY ($2::text[])
  RETURNING 1`,
);

/**
 * Ends the claims of actors that may no longer decide. It runs after the commit of the change,
 * because decisions lock a review before the version of people. A claim that is missed ends with
 * its time.
 * @param teamId only claims of reviews that this team may approve
 */
export async function releaseClaims(
  { database, notifyFeed }: PeopleStore,
  { userId, actor }: Manager,
  actors: readonly string[],
  teamId: string | null = null,
): Promise<void> {
  if (actors.length === 0) return;
  const released = await database.query(release, [userId, actors, teamId, actor]);
  if (released.length > 0) notifyFeed(userId);
}
