import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { InvalidInputError } from '../input.ts';
import { assign } from './assign.ts';
import type { EscalationStep } from './escalation.ts';
import { type Requirement, totalCount } from './requirement.ts';

/** No requirements need more people than this. */
const ENOUGH = 100;

// The members of each team who may decide, as many as are needed to know that there are enough.
const readTeams = statement(
  'readPossibleApprovers',
  `SELECT t."teamId", t."idpGroup", ARRAY(
    SELECT m."actor" FROM "TeamMember" m
    LEFT JOIN "Member" p ON p."userId" = $1 AND p."actor" = m."actor"
    WHERE m."userId" = $1 AND m."teamId" = t."teamId" AND m."actor" <> ALL ($3::text[])
      AND p."disabledAt" IS NULL AND p."kind" IS DISTINCT FROM 'AGENT'
    LIMIT ${ENOUGH}
  ) AS "actors"
  FROM "Team" t WHERE t."userId" = $1 AND t."teamId" = ANY ($2::text[])`,
);

const readBarred = statement(
  'readBarredActors',
  `SELECT "actor" FROM "Member" WHERE "userId" = $1 AND "actor" = ANY ($2::text[])
    AND ("disabledAt" IS NOT NULL OR "kind" = 'AGENT')`,
);

type Team = { teamId: string; idpGroup: string | null; actors: string[] };

type Input = {
  approvalsRequired: Requirement[] | null;
  escalation: EscalationStep[] | null;
  consumers: readonly string[];
};

/**
 * Refuses requirements that name an unknown team, or that can never be met because too few people
 * can approve. Teams with a group of the identity provider are taken as large enough.
 * @param excluded actors that do not count on this review, besides the viewer and the consumers
 * @throws InvalidInputError
 */
export async function checkPossible(
  database: Queries,
  { userId, actor }: Viewer,
  { approvalsRequired, escalation, consumers }: Input,
  excluded: readonly string[] = [actor],
): Promise<void> {
  const requirements = approvalsRequired ?? [];
  const steps = escalation ?? [];
  const out = [...excluded, ...consumers];
  const teamIds = [
    ...requirements.flatMap(({ teamId }) => teamId ?? []),
    ...steps.flatMap((step) => step.teamIds),
  ];
  const named = requirements.flatMap(({ actors }) => actors ?? []);
  const [teams, barred] = await Promise.all([
    database.query<Team>(readTeams, [userId, teamIds, out]),
    database.query<{ actor: string }>(readBarred, [userId, named]),
  ]);
  const found = new Map(teams.map((team) => [team.teamId, team]));
  const unknownTeam = (path: string, teamId: string) =>
    found.has(teamId) ? [] : [{ path, message: `there is no team ${teamId}` }];
  const unknown = [
    ...requirements.flatMap(({ teamId }, at) =>
      teamId === null ? [] : unknownTeam(`input.approvalsRequired.${at}.teamId`, teamId),
    ),
    ...steps.flatMap(({ teamIds }, at) =>
      teamIds.flatMap((id, index) => unknownTeam(`input.escalation.${at}.teamIds.${index}`, id)),
    ),
  ];
  if (unknown.length > 0) throw new InvalidInputError(unknown);

  const cannot = new Set([...out, ...barred.map((row) => row.actor)]);
  /** Null: as many people as are needed. */
  const possible = requirements.map(({ teamId, actors }) => {
    if (actors !== null) return actors.filter((name) => !cannot.has(name));
    const team = teamId === null ? undefined : found.get(teamId);
    return team && team.idpGroup === null ? team.actors : null;
  });
  const tooFew = requirements.flatMap(({ teamId, count }, at) => {
    const people = possible[at];
    if (!people || people.length >= count) return [];
    const who = teamId === null ? 'these actors' : `team ${teamId}`;
    const message = `can never be met: ${count} approvals are required, and ${people.length} of ${who} may approve this review`;
    return [{ path: `input.approvalsRequired.${at}`, message }];
  });
  if (tooFew.length > 0) throw new InvalidInputError(tooFew);

  const closed = requirements.flatMap((requirement, at) => {
    const people = possible[at];
    return people ? [{ count: requirement.count, people }] : [];
  });
  const everybody = [...new Set(closed.flatMap(({ people }) => people))];
  const given = assign(
    closed.map(({ count }) => count),
    everybody.map((name) => closed.flatMap(({ people }, at) => (people.includes(name) ? at : []))),
  );
  const filled = given.reduce((sum, count) => sum + count, 0);
  const wanted = closed.reduce((sum, { count }) => sum + count, 0);
  if (filled < wanted) {
    const message = `can never be met together: ${totalCount(requirements)} approvals by different people are required, and too few people may give them`;
    throw new InvalidInputError([{ path: 'input.approvalsRequired', message }]);
  }
}
