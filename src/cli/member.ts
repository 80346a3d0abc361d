import type { MemberKind } from '../database/generated/prisma/enums.ts';
import { setMember, unlinkMember } from '../people/setMember.ts';
import { readCommandConfig, withDatabase } from './database.ts';
import { changeAs, printRows } from './people.ts';
import { invocation, safeText, toSecond } from './terminalText.ts';

export type ListOptions = { workspace?: string; json?: boolean };

export async function runListMembers({ workspace, json }: ListOptions): Promise<void> {
  const rows = await withDatabase(readCommandConfig(process.env), ({ prisma }) =>
    prisma.member.findMany({
      where: workspace === undefined ? {} : { userId: workspace },
      orderBy: [{ userId: 'asc' }, { actor: 'asc' }],
      omit: { groupsAt: true },
      include: { teams: { select: { teamId: true }, orderBy: { teamId: 'asc' } } },
    }),
  );
  const members = rows.map(({ userId, teams, ...member }) => ({
    workspace: userId,
    ...member,
    teams: teams.map(({ teamId }) => teamId),
  }));
  printRows(members, json, {
    columns: {
      ACTOR: ({ actor }) => actor,
      WORKSPACE: ({ workspace }) => workspace,
      KIND: ({ kind }) => kind.toLowerCase(),
      NAME: ({ displayName }) => displayName ?? '-',
      EMAIL: ({ email }) => email ?? '-',
      TEAMS: ({ teams }) => teams.join(',') || '-',
      IDENTITY: ({ subject }) => subject ?? '-',
      STATE: ({ disabledAt }) => (disabledAt ? `disabled ${toSecond(disabledAt)}` : 'enabled'),
    },
    empty: `No members. They are created by signing in, or with: ${invocation} member set --help`,
  });
}

export type SetMemberOptions = {
  workspace: string;
  kind?: 'person' | 'agent';
  name?: string;
  email?: string;
};

export async function runSetMember(actor: string, options: SetMemberOptions): Promise<void> {
  const { workspace, name: displayName, email } = options;
  const kind = options.kind?.toUpperCase() as MemberKind | undefined;
  await changeAs(workspace, (store, manager) =>
    setMember(store, manager, { actor, kind, displayName, email }),
  );
  console.log(`Member ${safeText(actor)} set`);
}

/** Disables or enables a member. Repeating it succeeds. */
export async function runDisableMember(
  actor: string,
  { workspace }: { workspace: string },
  disabled: boolean,
): Promise<void> {
  await changeAs(workspace, (store, manager) => setMember(store, manager, { actor, disabled }));
  console.log(`Member ${safeText(actor)} ${disabled ? 'disabled' : 'enabled'}`);
}

export async function runLinkMember(
  actor: string,
  { workspace }: { workspace: string },
): Promise<void> {
  await changeAs(workspace, (store, manager) => unlinkMember(store, manager, { actor }));
  console.log(`The next identity that signs in as ${safeText(actor)} is linked`);
}

export type ListChangesOptions = { workspace: string; first: number; json?: boolean };

export async function runListChanges(options: ListChangesOptions): Promise<void> {
  const { workspace, first, json } = options;
  const rows = await withDatabase(readCommandConfig(process.env), ({ prisma }) =>
    prisma.peopleChange.findMany({
      where: { userId: workspace },
      orderBy: { number: 'desc' },
      take: first,
    }),
  );
  const changes = rows.map(({ userId, number, ...change }) => ({ workspace: userId, ...change }));
  printRows(changes, json, {
    columns: {
      AT: ({ at }) => toSecond(at),
      BY: ({ actor }) => actor,
      CHANGE: ({ change }) => change,
      SUBJECT: ({ subject }) => subject,
      DETAIL: ({ detail }) => JSON.stringify(detail),
    },
    empty: 'No changes.',
  });
}
