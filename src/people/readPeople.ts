import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';

/** How long a membership by group counts after the identity provider has told it, in hours. */
export const GROUP_HOURS = 24;

/** What a tally needs to know about people, all read at one moment. */
export type People = {
  /** Raised with every change of the workspace's members, teams and delegations. */
  version: string;
  now: Date;
  /** Actors that may not decide: agents, and members that are disabled. */
  barred: ReadonlySet<string>;
  /** The group of each team that was asked for. Null: the team has none. */
  teams: ReadonlyMap<string, string | null>;
  /** The teams that list an actor. */
  listedIn: ReadonlyMap<string, ReadonlySet<string>>;
  /** The groups that an actor had at the last sign-in, while they count. */
  groups: ReadonlyMap<string, { names: ReadonlySet<string>; until: Date }>;
  /** Who delegates to the viewer at this moment, and until when. */
  delegations: ReadonlyMap<string, Date>;
};

// Of an actor's groups, only those of the teams are read: there may be a thousand.
const read = statement(
  'readPeople',
  `WITH team AS (
    SELECT "teamId", "idpGroup" FROM "Team" WHERE "userId" = $1 AND "teamId" = ANY ($3::text[])
  )
  SELECT (SELECT "version" FROM "PeopleVersion" WHERE "userId" = $1)::text AS "version",
    clock_timestamp() AS "now",
    (SELECT json_object_agg("teamId", "idpGroup") FROM team) AS "teams",
    (SELECT json_agg(json_build_array(m."actor", m."teamId")) FROM "TeamMember" m
      WHERE m."userId" = $1 AND m."actor" = ANY ($2::text[]) AND m."teamId" = ANY ($3::text[])
    ) AS "listed",
    (SELECT json_agg(json_build_object(
        'actor', m."actor", 'isBarred', m."disabledAt" IS NOT NULL OR m."kind" = 'AGENT',
        'groups', ARRAY(SELECT "idpGroup" FROM team WHERE "idpGroup" = ANY (m."groups")),
        'groupsUntil', m."groupsAt" + interval '${GROUP_HOURS} hours'))
      FROM "Member" m WHERE m."userId" = $1 AND m."actor" = ANY ($2::text[])) AS "members",
    (SELECT json_object_agg(d."from", d."until") FROM (
      SELECT "from", max("until") AS "until" FROM "Delegation"
      WHERE "userId" = $1 AND "to" = $4 AND "revokedAt" IS NULL
        AND "startsAt" <= clock_timestamp() AND "until" > clock_timestamp()
      GROUP BY "from") d) AS "delegations"`,
);

// Where nobody has ever been in a team or asked for. Decisions lock the row.
const insertVersion = statement(
  'createPeopleVersion',
  `INSERT INTO "PeopleVersion" ("userId") VALUES ($1) ON CONFLICT DO NOTHING`,
);

async function createVersion(database: Queries, userId: string): Promise<string> {
  await database.query(insertVersion, [userId]);
  return '0';
}

type Row = {
  version: string | null;
  now: Date;
  teams: Record<string, string | null> | null;
  listed: [actor: string, teamId: string][] | null;
  members:
    | { actor: string; isBarred: boolean; groups: string[]; groupsUntil: string | null }[]
    | null;
  delegations: Record<string, string> | null;
};

/**
 * Reads what is to be known about these actors and teams, in one query.
 * @param viewer whose delegations to read
 */
export async function readPeople(
  database: Queries,
  { userId, actor }: Pick<Viewer, 'userId' | 'actor'>,
  actors: readonly string[],
  teamIds: readonly string[],
): Promise<People> {
  const [row] = await database.query<Row>(read, [userId, actors, teamIds, actor]);
  const { now, teams, listed, members, delegations } = row as Row;
  const listedIn = new Map<string, Set<string>>();
  for (const [name, teamId] of listed ?? []) {
    listedIn.set(name, (listedIn.get(name) ?? new Set()).add(teamId));
  }
  const groups = new Map<string, { names: Set<string>; until: Date }>();
  for (const member of members ?? []) {
    if (member.groupsUntil === null || member.groups.length === 0) continue;
    const until = new Date(member.groupsUntil);
    if (until > now) groups.set(member.actor, { names: new Set(member.groups), until });
  }
  return {
    version: row?.version ?? (await createVersion(database, userId)),
    now,
    barred: new Set((members ?? []).flatMap(({ actor, isBarred }) => (isBarred ? actor : []))),
    teams: new Map(Object.entries(teams ?? {})),
    listedIn,
    groups,
    delegations: new Map(
      Object.entries(delegations ?? {}).map(([from, until]) => [from, new Date(until)]),
    ),
  };
}
