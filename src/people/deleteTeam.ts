import { z } from 'zod';
import { statement } from '../database/statement.ts';
import { checkInput } from '../input.ts';
import { changePeople, type Manager, type PeopleStore } from './changePeople.ts';
import { TeamInUseError } from './errors.ts';
import { teamId } from './requirement.ts';

/** How many reviews an error names. */
const MAX_NAMED = 100;

const deleteTeamInput = z.object({ teamId });

const removeTeam = statement(
  'deleteTeam',
  `DELETE FROM "Team" WHERE "userId" = $1 AND "teamId" = $2 RETURNING "name", "idpGroup"`,
);

const removeMembers = statement(
  'deleteTeamMembers',
  `DELETE FROM "TeamMember" WHERE "userId" = $1 AND "teamId" = $2 RETURNING "actor"`,
);

const findReviews = statement(
  'findReviewsOfTeam',
  `SELECT "nodeExecId" FROM "PendingReview"
  WHERE "userId" = $1 AND "status" = 'WAITING' AND ($2 = ANY ("approverTeams")
    OR jsonb_path_exists("escalation", '$[*].teamIds[*] ? (@ == $team)',
      jsonb_build_object('team', $2::text)))
  ORDER BY "createdAt", "nodeExecId" LIMIT ${MAX_NAMED}`,
);

// Saving a policy takes the same lock as changes of people, so the version that is found is the
// newest one until the commit.
const findRules = statement(
  'findRulesOfTeam',
  `SELECT rule ->> 'ruleId' AS "ruleId"
  FROM (
    SELECT "rules" FROM "Policy" WHERE "userId" = $1 ORDER BY "version" DESC LIMIT 1
  ) newest, jsonb_array_elements(newest."rules") WITH ORDINALITY AS listed(rule, place)
  WHERE rule -> 'approvalsRequired' @> jsonb_build_array(jsonb_build_object('teamId', $2::text))
    OR rule -> 'escalation' @> jsonb_build_array(
      jsonb_build_object('teamIds', jsonb_build_array($2::text)))
  ORDER BY place`,
);

/**
 * Deletes a team. The reviews are looked for after the team's row is locked, so that a request
 * which locks it too is either found or finds no team.
 * @returns 1, or 0 if there is no such team
 * @throws InvalidInputError, TeamInUseError
 */
export function deleteTeam(
  store: PeopleStore,
  manager: Manager,
  rawInput: unknown,
): Promise<number> {
  const { teamId } = checkInput(deleteTeamInput, rawInput);
  const key = [manager.userId, teamId];
  return changePeople(store, manager, async (change) => {
    const [team] = await change.query<{ name: string; idpGroup: string | null }>(removeTeam, key);
    if (!team) return 0;
    const reviews = await change.query<{ nodeExecId: string }>(findReviews, key);
    const rules = await change.query<{ ruleId: string }>(findRules, key);
    if (reviews.length + rules.length > 0) {
      const nodeExecIds = reviews.map(({ nodeExecId }) => nodeExecId);
      const ruleIds = rules.map(({ ruleId }) => ruleId);
      throw new TeamInUseError(teamId, nodeExecIds, ruleIds);
    }
    const removed = await change.query<{ actor: string }>(removeMembers, key);
    await change.record('deleteTeam', teamId, {
      ...team,
      removed: removed.map(({ actor }) => actor).sort(),
    });
    return 1;
  });
}
