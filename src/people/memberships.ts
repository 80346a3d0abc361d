import type { Queries } from '../database/connections.ts';
import type { Member, Team } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';

/** What everybody may know of a member. */
export type MemberRow = Omit<Member, 'issuer' | 'subject' | 'groups' | 'groupsAt'>;

const readMembers = statement(
  'readTeamMembers',
  `SELECT t."teamId", m."userId", m."actor", m."kind", m."displayName", m."email", m."createdAt",
    m."disabledAt"
  FROM unnest($2::text[]) t("teamId")
  CROSS JOIN LATERAL (
    SELECT "actor" FROM "TeamMember" WHERE "userId" = $1 AND "teamId" = t."teamId"
    ORDER BY "actor" LIMIT $3
  ) listed
  JOIN "Member" m ON m."userId" = $1 AND m."actor" = listed."actor"
  ORDER BY m."actor"`,
);

/**
 * Reads the members of teams, in one query.
 * @param first at most this many of each; null: all
 */
export async function readTeamMembers(
  database: Queries,
  userId: string,
  teamIds: readonly string[],
  first: number | null,
): Promise<Map<string, MemberRow[]>> {
  type Row = MemberRow & { teamId: string };
  const values = [userId, [...new Set(teamIds)], first];
  return Map.groupBy(await database.query<Row>(readMembers, values), ({ teamId }) => teamId);
}

const readTeams = statement(
  'readMemberTeams',
  `SELECT listed."actor", t."userId", t."teamId", t."name", t."idpGroup", t."createdAt"
  FROM "TeamMember" listed JOIN "Team" t ON t."userId" = $1 AND t."teamId" = listed."teamId"
  WHERE listed."userId" = $1 AND listed."actor" = ANY ($2::text[])
  ORDER BY t."teamId"`,
);

/** Reads the teams that list these actors, in one query. */
export async function readMemberTeams(
  database: Queries,
  userId: string,
  actors: readonly string[],
): Promise<Map<string, Team[]>> {
  type Row = Team & { actor: string };
  const values = [userId, [...new Set(actors)]];
  return Map.groupBy(await database.query<Row>(readTeams, values), ({ actor }) => actor);
}
