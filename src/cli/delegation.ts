import { commandLine } from '../people/changePeople.ts';
import { createDelegation, isActive, recently, revokeDelegation } from '../people/delegations.ts';
import { readCommandConfig, withDatabase } from './database.ts';
import { CommandError } from './errors.ts';
import type { ListOptions } from './member.ts';
import { changeAs, printRows, withPeople } from './people.ts';
import { invocation, safeText, toSecond } from './terminalText.ts';

export async function runListDelegations({ workspace, json }: ListOptions): Promise<void> {
  const rows = await withDatabase(readCommandConfig(process.env), ({ prisma }) =>
    prisma.delegation.findMany({
      where: {
        ...(workspace !== undefined && { userId: workspace }),
        until: { gt: recently() },
      },
      orderBy: [{ userId: 'asc' }, { until: 'desc' }, { id: 'asc' }],
    }),
  );
  const delegations = rows.map((row) => {
    const { userId, ...delegation } = row;
    return { workspace: userId, ...delegation, active: isActive(row) };
  });
  printRows(delegations, json, {
    columns: {
      ID: ({ id }) => id,
      WORKSPACE: ({ workspace }) => workspace,
      FROM: ({ from }) => from,
      TO: ({ to }) => to,
      STARTS: ({ startsAt }) => toSecond(startsAt),
      UNTIL: ({ until }) => toSecond(until),
      REASON: ({ reason }) => reason ?? '-',
      STATE: ({ active, revokedAt, startsAt }) =>
        revokedAt ? 'revoked' : active ? 'active' : startsAt > new Date() ? 'later' : 'ended',
    },
    empty: `No delegations. Create one with: ${invocation} delegation create --help`,
  });
}

export type CreateDelegationOptions = {
  workspace: string;
  from: string;
  to: string;
  /** In milliseconds. */
  for: number;
  reason?: string;
};

export async function runCreateDelegation(options: CreateDelegationOptions): Promise<void> {
  const { workspace, from, to, for: time, reason } = options;
  const until = new Date(Date.now() + time);
  const { id } = await changeAs(workspace, (store, manager) =>
    createDelegation(store, manager, { from, to, until, reason }),
  );
  const [principal, delegate] = [safeText(from), safeText(to)];
  console.error(`${delegate} decides in place of ${principal} until ${toSecond(until)}:`);
  console.log(id);
}

/** Revokes a delegation. Repeating it succeeds. */
export async function runRevokeDelegation(delegationId: string): Promise<void> {
  const id = safeText(delegationId);
  await withPeople(async (store) => {
    const delegation = await store.database.prisma.delegation.findFirst({
      where: { id: delegationId },
      select: { userId: true },
    });
    if (!delegation) {
      throw new CommandError(`No delegation with the id ${id}. See: ${invocation} delegation list`);
    }
    await revokeDelegation(store, commandLine(delegation.userId), { delegationId });
  });
  console.log(`Delegation ${id} revoked`);
}
