import { statement } from '../database/statement.ts';
import type { Manager, PeopleStore } from './changePeople.ts';

const voidUnconsumed = statement(
  'voidApprovalsOf',
  `WITH locked AS (
    SELECT "nodeExecId" FROM "PendingReview"
    WHERE "userId" = $1 AND "status" = 'APPROVED' AND NOT "processed" AND "voidedAt" IS NULL
      AND ("requestedBy" = $2 OR ("decidedBy" = $2 AND "decisionSource" <> 'POLICY') OR jsonb_path_exists("votes",
        '$[*] ? (@.decision == "APPROVE" && @.endedBy == null
          && (@.actor == $actor || @.onBehalfOf == $actor))',
        jsonb_build_object('actor', $2::text)))
    ORDER BY "nodeExecId" FOR UPDATE
  )
  UPDATE "PendingReview" r SET "voidedAt" = now(), "updatedAt" = now()
  FROM (SELECT set_config('holdpoint.actor', $3, true)) acting
  WHERE r."userId" = $1 AND r."nodeExecId" = ANY (ARRAY(SELECT "nodeExecId" FROM locked))
  RETURNING 1`,
);

const revokeStanding = statement(
  'revokeStandingApprovalsOf',
  `UPDATE "AutoApproval" SET "revokedAt" = now(), "revokedBy" = $3
  WHERE "userId" = $1 AND "createdBy" = $2 AND "revokedAt" IS NULL`,
);

/**
 * Voids the approvals that an actor asked for or gave and that nobody has consumed, and revokes its
 * standing approvals. It runs after the actor was disabled, so that it gives no new ones.
 */
export async function voidApprovals(
  { database, notifyFeed }: PeopleStore,
  { userId, actor: manager }: Manager,
  actor: string,
): Promise<void> {
  await database.query(revokeStanding, [userId, actor, manager]);
  const voided = await database.query(voidUnconsumed, [userId, actor, manager]);
  if (voided.length > 0) notifyFeed(userId);
}
