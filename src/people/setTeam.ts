import { z } from 'zod';
import { statement } from '../database/statement.ts';
import { checkInput, InvalidInputError, id } from '../input.ts';
import {
  type Change,
  changePeople,
  isOneself,
  type Manager,
  type PeopleStore,
} from './changePeople.ts';
import { actor, displayName, optional } from './fields.ts';
import { releaseClaims } from './releaseClaims.ts';
import { teamId } from './requirement.ts';

const MAX_TEAMS = 1_000;
const MAX_ACTORS = 10_000;
/** Of all teams of a workspace together, because they can be listed at once. */
const MAX_MEMBERSHIPS = 100_000;

const setTeamInput = z.object({
  teamId,
  name: displayName.refine((name) => name.trim() !== '', 'must not be blank'),
  idpGroup: optional(id),
  actors: z
    .array(actor)
    .max(MAX_ACTORS, {
      error: ({ input }) =>
        `must contain at most ${MAX_ACTORS} actors, not ${(input as unknown[]).length}`,
    })
    .transform((actors) => [...new Set(actors)]),
});

type Input = z.output<typeof setTeamInput>;

const createMembers = statement(
  'createMembers',
  `INSERT INTO "Member" ("userId", "actor")
  SELECT $1, "actor" FROM unnest($2::text[]) AS a("actor") ORDER BY "actor"
  ON CONFLICT DO NOTHING RETURNING "actor"`,
);

const readTeam = statement(
  'readTeam',
  `SELECT "name", "idpGroup",
    ARRAY(SELECT "actor" FROM "TeamMember" WHERE "userId" = $1 AND "teamId" = $2) AS "actors"
  FROM "Team" WHERE "userId" = $1 AND "teamId" = $2 FOR UPDATE`,
);

type Team = { name: string; idpGroup: string | null; actors: string[] };

const findAgents = statement(
  'findAgents',
  `SELECT "actor" FROM "Member"
  WHERE "userId" = $1 AND "actor" = ANY ($2::text[]) AND "kind" = 'AGENT'`,
);

const readGroups = statement(
  'readGroups',
  `SELECT "groups" FROM "Member" WHERE "userId" = $1 AND "actor" = $2`,
);

const writeTeam = statement(
  'writeTeam',
  `INSERT INTO "Team" ("userId", "teamId", "name", "idpGroup")
  SELECT $1, $2, $3, $4
  WHERE EXISTS (SELECT FROM "Team" WHERE "userId" = $1 AND "teamId" = $2)
    OR (SELECT count(*) FROM "Team" WHERE "userId" = $1) < ${MAX_TEAMS}
  ON CONFLICT ("userId", "teamId") DO UPDATE
    SET "name" = excluded."name", "idpGroup" = excluded."idpGroup"
  RETURNING 1`,
);

const removeActors = statement(
  'removeFromTeam',
  `DELETE FROM "TeamMember" WHERE "userId" = $1 AND "teamId" = $2 AND "actor" = ANY ($3::text[])`,
);

const addActors = statement(
  'addToTeam',
  `INSERT INTO "TeamMember" ("userId", "teamId", "actor")
  SELECT $1, $2, "actor" FROM unnest($3::text[]) AS a("actor")`,
);

const countMemberships = statement(
  'countMemberships',
  `SELECT count(*)::int AS "count" FROM "TeamMember" WHERE "userId" = $1`,
);

const refuse = (path: string, message: string): never => {
  throw new InvalidInputError([{ path: `input.${path}`, message }]);
};

/**
 * Creates or replaces a team, with its whole list. Actors that were unknown become members.
 * @throws InvalidInputError
 */
export async function setTeam(
  store: PeopleStore,
  manager: Manager,
  rawInput: unknown,
): Promise<void> {
  const input = checkInput(setTeamInput, rawInput);
  const { userId } = manager;
  const { teamId, name, idpGroup = null, actors } = input;
  const removed = await changePeople(store, manager, async (change) => {
    const [before] = await change.query<Team>(readTeam, [userId, teamId]);
    const created = await change.query<{ actor: string }>(createMembers, [userId, actors]);
    const listed = new Set(before?.actors);
    const wanted = new Set(actors);
    const added = actors.filter((actor) => !listed.has(actor));
    const removed = [...listed].filter((actor) => !wanted.has(actor));
    await refuseOwnGain(change, manager, input, before, added);
    await refuseAgents(change, userId, input, added);

    const isSame = before?.name === name && before.idpGroup === idpGroup;
    if (isSame && added.length + removed.length === 0) return [];
    const written = await change.query(writeTeam, [userId, teamId, name, idpGroup]);
    if (written.length === 0) {
      refuse('teamId', `must be one of at most ${MAX_TEAMS} teams; delete another one first`);
    }
    if (removed.length > 0) await change.query(removeActors, [userId, teamId, removed]);
    if (added.length > 0) await change.query(addActors, [userId, teamId, added]);
    const [all] = await change.query<{ count: number }>(countMemberships, [userId]);
    if (added.length > 0 && (all?.count ?? 0) > MAX_MEMBERSHIPS) {
      const message = `would give all teams together ${all?.count} places; at most ${MAX_MEMBERSHIPS} are possible`;
      refuse('actors', message);
    }
    await change.record('setTeam', teamId, {
      name,
      idpGroup,
      added,
      removed,
      ...(!before && { isNew: true }),
      ...(created.length > 0 && { newMembers: created.map(({ actor }) => actor) }),
    });
    return removed;
  });
  await releaseClaims(store, manager, removed, teamId);
}

/** @throws InvalidInputError if the manager would get into the team */
async function refuseOwnGain(
  change: Change,
  manager: Manager,
  { actors, idpGroup }: Input,
  before: Team | undefined,
  added: readonly string[],
): Promise<void> {
  const own = added.find((actor) => isOneself(manager, actor));
  if (own !== undefined) {
    const message = `must not add yourself (${own}); ask somebody else who manages people`;
    refuse(`actors.${actors.indexOf(own)}`, message);
  }
  const isNewGroup = idpGroup && idpGroup !== before?.idpGroup;
  if (!isNewGroup || manager.isCommandLine || before?.actors.includes(manager.actor)) return;
  const [member] = await change.query<{ groups: string[] }>(readGroups, [
    manager.userId,
    manager.actor,
  ]);
  if ([...manager.groups, ...(member?.groups ?? [])].includes(idpGroup)) {
    const message = `must not be ${idpGroup}, because you are in it and would add yourself`;
    refuse('idpGroup', message);
  }
}

/** @throws InvalidInputError: agents never decide */
async function refuseAgents(
  change: Change,
  userId: string,
  { actors }: Input,
  added: readonly string[],
): Promise<void> {
  const agents = await change.query<{ actor: string }>(findAgents, [userId, added]);
  if (agents.length === 0) return;
  throw new InvalidInputError(
    agents.map(({ actor }) => ({
      path: `input.actors.${actors.indexOf(actor)}`,
      message: `must not be ${actor}, which is an agent: agents never decide`,
    })),
  );
}
