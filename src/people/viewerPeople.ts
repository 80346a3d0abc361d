import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import { may, type Viewer } from '../identity/viewer.ts';
import {
  type Ballot,
  canMeet,
  isExcluded,
  isParty,
  requirementsOf,
  stepsTaken,
  votesOf,
} from './ballot.ts';
import { GROUP_HOURS } from './readPeople.ts';
import { namesOf } from './vote.ts';

/** Who the viewer can decide as. */
export type ViewerPeople = {
  /** An agent, or a disabled member, may decide nothing. */
  isBarred: boolean;
  /** The viewer's own name first, then those of the people who delegate to the viewer. */
  roles: { actor: string; teams: ReadonlySet<string> }[];
};

const read = statement(
  'readViewerPeople',
  `WITH role AS (
    SELECT $2::text AS "actor", $3::text[] AS "groups", true AS "isViewer"
    UNION SELECT d."from", CASE WHEN m."groupsAt" > now() - interval '${GROUP_HOURS} hours'
      THEN m."groups" ELSE '{}' END, false
    FROM "Delegation" d LEFT JOIN "Member" m ON m."userId" = $1 AND m."actor" = d."from"
    WHERE d."userId" = $1 AND d."to" = $2 AND d."revokedAt" IS NULL
      AND d."startsAt" <= clock_timestamp() AND d."until" > clock_timestamp()
      AND m."disabledAt" IS NULL AND m."kind" IS DISTINCT FROM 'AGENT'
  )
  SELECT role."actor",
    EXISTS (SELECT FROM "Member" m WHERE m."userId" = $1 AND m."actor" = $2
      AND (m."disabledAt" IS NOT NULL OR m."kind" = 'AGENT')) AS "isBarred",
    ARRAY(
      SELECT "teamId" FROM "TeamMember" WHERE "userId" = $1 AND "actor" = role."actor"
      UNION SELECT "teamId" FROM "Team" WHERE "userId" = $1 AND "idpGroup" = ANY (role."groups"
        || CASE WHEN role."isViewer" THEN (SELECT "groups" FROM "Member" WHERE "userId" = $1
          AND "actor" = $2 AND "groupsAt" > now() - interval '${GROUP_HOURS} hours') END)
    ) AS "teams"
  FROM role ORDER BY role."isViewer" DESC`,
);

/** Reads in one query who the viewer can decide as. */
export async function readViewerPeople(
  database: Queries,
  { userId, actor, groups }: Viewer,
): Promise<ViewerPeople> {
  type Row = { actor: string; isBarred: boolean; teams: string[] };
  const rows = await database.query<Row>(read, [userId, actor, groups]);
  return {
    isBarred: rows[0]?.isBarred ?? false,
    roles: rows.map(({ actor, teams }) => ({ actor, teams: new Set(teams) })),
  };
}

/** Why the viewer may not decide a review now. */
export type MayNotDecide =
  | 'NOT_WAITING'
  | 'MISSING_SCOPE'
  | 'OWN_REQUEST'
  | 'NOT_ELIGIBLE'
  | 'ALREADY_VOTED'
  | 'CLAIMED_BY_ANOTHER';

/** Why the viewer may not approve the review now. Null if they may. */
export function mayNotDecide(
  viewer: Viewer,
  people: ViewerPeople,
  review: Ballot & { status: string; claimedBy: string | null; claimedUntil: Date | null },
  now: Date = new Date(),
): MayNotDecide | null {
  if (review.status !== 'WAITING') return 'NOT_WAITING';
  if (!may(viewer, 'review:decide')) return 'MISSING_SCOPE';
  if (isParty(review, viewer.actor)) return 'OWN_REQUEST';
  if (people.isBarred) return 'NOT_ELIGIBLE';
  if (review.approvalsRequired !== null) {
    const roles = rolesFor(viewer, people, review);
    if (roles.length === 0) return 'NOT_ELIGIBLE';
    if (unusedRoles(viewer, roles, review).length === 0) return 'ALREADY_VOTED';
  }
  const isClaimed = review.claimedUntil !== null && review.claimedUntil > now;
  return isClaimed && review.claimedBy !== viewer.actor ? 'CLAIMED_BY_ANOTHER' : null;
}

/**
 * @returns the actors in whose place the viewer may approve the review now, the viewer's own name
 *   first. One of others is passed as `onBehalfOf`.
 */
export function mayDecideAs(
  viewer: Viewer,
  people: ViewerPeople,
  review: Parameters<typeof mayNotDecide>[2],
): string[] {
  const reason = mayNotDecide(viewer, people, review);
  if (reason !== null && reason !== 'CLAIMED_BY_ANOTHER') return [];
  if (review.approvalsRequired === null) return [viewer.actor];
  return unusedRoles(viewer, rolesFor(viewer, people, review), review);
}

/** Those that the viewer can decide as whose approval is asked for. */
function rolesFor(viewer: Viewer, people: ViewerPeople, review: Ballot): string[] {
  const requirements = requirementsOf(review);
  const steps = stepsTaken(review);
  return people.roles.flatMap(({ actor, teams }) => {
    if (isExcluded(review, actor) || isExcluded(review, viewer.actor)) return [];
    const isAsked = requirements.some((requirement) =>
      canMeet(requirement, steps, actor, (teamId) => teams.has(teamId)),
    );
    return isAsked ? [actor] : [];
  });
}

/** Those that have not voted yet. A vote for somebody else uses up the viewer's own name too. */
function unusedRoles(viewer: Viewer, roles: readonly string[], review: Ballot): string[] {
  const used = new Set(votesOf(review).flatMap((vote) => (vote.endedBy ? [] : namesOf(vote))));
  return used.has(viewer.actor) ? [] : roles.filter((actor) => !used.has(actor));
}
