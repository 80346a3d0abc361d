import { deleteTeam } from '../people/deleteTeam.ts';
import { setTeam } from '../people/setTeam.ts';
import { readCommandConfig, withDatabase } from './database.ts';
import { CommandError } from './errors.ts';
import type { ListOptions } from './member.ts';
import { changeAs, printRows } from './people.ts';
import { invocation, safeText } from './terminalText.ts';

export async function runListTeams({ workspace, json }: ListOptions): Promise<void> {
  const rows = await withDatabase(readCommandConfig(process.env), ({ prisma }) =>
    prisma.team.findMany({
      where: workspace === undefined ? {} : { userId: workspace },
      orderBy: [{ userId: 'asc' }, { teamId: 'asc' }],
      include: { members: { select: { actor: true }, orderBy: { actor: 'asc' } } },
    }),
  );
  const teams = rows.map(({ userId, members, ...team }) => ({
    workspace: userId,
    ...team,
    actors: members.map(({ actor }) => actor),
  }));
  printRows(teams, json, {
    columns: {
      TEAM: ({ teamId }) => teamId,
      WORKSPACE: ({ workspace }) => workspace,
      NAME: ({ name }) => name,
      GROUP: ({ idpGroup }) => idpGroup ?? '-',
      MEMBERS: ({ actors }) => actors.join(', ') || '-',
    },
    empty: `No teams. Create one with: ${invocation} team set --help`,
  });
}

/** The options are false for `--no-group` and `--no-member`. */
export type SetTeamOptions = {
  workspace: string;
  name?: string;
  group?: string | false;
  member?: string[] | false;
};

export async function runSetTeam(teamId: string, options: SetTeamOptions): Promise<void> {
  const { workspace, name, group, member } = options;
  await changeAs(workspace, async (store, manager) => {
    const before = await store.database.prisma.team.findUnique({
      where: { userId_teamId: { userId: workspace, teamId } },
      include: { members: { select: { actor: true } } },
    });
    const listed = before?.members.map(({ actor }) => actor) ?? [];
    await setTeam(store, manager, {
      teamId,
      name: name ?? before?.name ?? teamId,
      idpGroup: group === false ? null : (group ?? before?.idpGroup),
      actors: member === false ? [] : (member ?? listed),
    });
  });
  console.log(`Team ${safeText(teamId)} set`);
}

export async function runDeleteTeam(
  teamId: string,
  { workspace }: { workspace: string },
): Promise<void> {
  const count = await changeAs(workspace, (store, manager) =>
    deleteTeam(store, manager, { teamId }),
  );
  if (count === 0)
    throw new CommandError(`No team ${safeText(teamId)}. See: ${invocation} team list`);
  console.log(`Team ${safeText(teamId)} deleted`);
}
