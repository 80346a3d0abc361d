import { z } from 'zod';
import { MemberKind } from '../database/generated/prisma/enums.ts';
import { statement } from '../database/statement.ts';
import { checkInput, InvalidInputError, NotFoundError, text } from '../input.ts';
import {
  type Change,
  changePeople,
  isOneself,
  type Manager,
  type PeopleStore,
} from './changePeople.ts';
import { actor, displayName, optional } from './fields.ts';
import { releaseClaims } from './releaseClaims.ts';
import { voidApprovals } from './voidApprovals.ts';

/** The longest address that can receive mail. */
const MAX_EMAIL_CHARACTERS = 254;

const setMemberInput = z.object({
  actor,
  kind: z.enum(MemberKind).nullish(),
  displayName: optional(displayName),
  email: optional(
    text(MAX_EMAIL_CHARACTERS).refine((address) => /^\s*$|^[^\s@]+@[^\s@]+$/.test(address), {
      error: ({ input }) =>
        `must be an e-mail address, not ${JSON.stringify(String(input).slice(0, 100))}`,
    }),
  ),
  disabled: z.boolean().nullish(),
});

/** What can be changed of a member. */
type Profile = {
  kind: MemberKind;
  displayName: string | null;
  email: string | null;
  disabled: boolean;
};

const insert = statement(
  'insertMember',
  `INSERT INTO "Member" ("userId", "actor") VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1`,
);

const read = statement(
  'lockMember',
  `SELECT "kind", "displayName", "email", "disabledAt" IS NOT NULL AS "disabled"
  FROM "Member" WHERE "userId" = $1 AND "actor" = $2 FOR UPDATE`,
);

const update = statement(
  'updateMember',
  `UPDATE "Member" SET "kind" = $3::"MemberKind", "displayName" = $4, "email" = $5,
    "disabledAt" = CASE WHEN $6 THEN coalesce("disabledAt", now()) END
  WHERE "userId" = $1 AND "actor" = $2`,
);

/**
 * Creates or changes a member. What is absent stays. Disabling ends its tokens, sessions,
 * delegations, claims and unconsumed approvals for good; an agent leaves all teams, sessions and
 * delegations.
 * @throws InvalidInputError
 */
export async function setMember(
  store: PeopleStore,
  manager: Manager,
  rawInput: unknown,
): Promise<void> {
  const { actor, ...wanted } = checkInput(setMemberInput, rawInput);
  const profile = await changePeople(store, manager, async (change) => {
    const key = [manager.userId, actor];
    const isNew = (await change.query(insert, key)).length > 0;
    const [before] = (await change.query<Profile>(read, key)) as [Profile];
    const after: Profile = {
      kind: wanted.kind ?? before.kind,
      displayName: wanted.displayName === undefined ? before.displayName : wanted.displayName,
      email: wanted.email === undefined ? before.email : wanted.email,
      disabled: wanted.disabled ?? before.disabled,
    };
    if (isOneself(manager, actor)) refuseOwnGain(before, after);
    const changed = changesIn(before, after);
    if (!isNew && Object.keys(changed).length === 0) return after;

    const { kind, displayName, email, disabled } = after;
    await change.query(update, [...key, kind, displayName, email, disabled]);
    const ended = {
      ...('kind' in changed && kind === 'AGENT' && (await endDeciding(change, key))),
      ...('disabled' in changed && disabled && (await endAccess(change, key))),
    };
    await change.record('setMember', actor, {
      ...changed,
      ...(isNew && { isNew }),
      ...(Object.keys(ended).length > 0 && { ended }),
    });
    return after;
  });
  const mayDecide = profile.kind === 'PERSON' && !profile.disabled;
  if (!mayDecide) await releaseClaims(store, manager, [actor]);
  if (profile.disabled) await voidApprovals(store, manager, actor);
}

/** @throws InvalidInputError for what would give the manager more rights */
function refuseOwnGain(before: Profile, after: Profile): void {
  const refuse = (path: string, message: string) => {
    throw new InvalidInputError([{ path: `input.${path}`, message }]);
  };
  if (before.kind !== after.kind) {
    refuse('kind', 'must be changed by somebody else, because it is your own');
  }
  if (before.disabled && !after.disabled) {
    refuse('disabled', 'must be changed by somebody else, because it is you who is disabled');
  }
}

const changesIn = (before: Profile, after: Profile): Partial<Profile> =>
  Object.fromEntries(
    Object.entries(after).filter(([name, value]) => value !== before[name as keyof Profile]),
  );

const endTokens = statement(
  'endTokensOf',
  `UPDATE "ApiToken" SET "revokedAt" = now()
  WHERE "userId" = $1 AND "actor" = $2 AND "revokedAt" IS NULL RETURNING 1`,
);

const endSessions = statement(
  'endSessionsOf',
  `UPDATE "Session" SET "revokedAt" = now()
  WHERE "userId" = $1 AND "actor" = $2 AND "revokedAt" IS NULL AND "expiresAt" > now()
  RETURNING 1`,
);

const endDelegations = statement(
  'endDelegationsOf',
  `UPDATE "Delegation" SET "revokedAt" = now()
  WHERE "userId" = $1 AND ("from" = $2 OR "to" = $2) AND "revokedAt" IS NULL AND "until" > now()
  RETURNING 1`,
);

const leaveTeams = statement(
  'leaveTeams',
  `DELETE FROM "TeamMember" WHERE "userId" = $1 AND "actor" = $2 RETURNING "teamId"`,
);

async function endAccess(change: Change, key: string[]): Promise<Record<string, unknown>> {
  const { length: tokens } = await change.query(endTokens, key);
  const { length: sessions } = await change.query(endSessions, key);
  const { length: delegations } = await change.query(endDelegations, key);
  return { tokens, sessions, delegations };
}

async function endDeciding(change: Change, key: string[]): Promise<Record<string, unknown>> {
  const left = await change.query<{ teamId: string }>(leaveTeams, key);
  const { length: sessions } = await change.query(endSessions, key);
  const { length: delegations } = await change.query(endDelegations, key);
  return { teams: left.map(({ teamId }) => teamId).sort(), sessions, delegations };
}

const unlinkMemberInput = z.object({ actor });

const unlink = statement(
  'unlinkMember',
  `UPDATE "Member" m SET "issuer" = NULL, "subject" = NULL
  FROM (SELECT "issuer", "subject" FROM "Member" WHERE "userId" = $1 AND "actor" = $2 FOR UPDATE) b
  WHERE m."userId" = $1 AND m."actor" = $2 RETURNING b."issuer", b."subject"`,
);

/**
 * Forgets which identity of the identity provider signs in as this actor, and signs it out. The
 * next identity that signs in as the actor is linked.
 * @throws InvalidInputError, NotFoundError
 */
export async function unlinkMember(
  store: PeopleStore,
  manager: Manager,
  rawInput: unknown,
): Promise<void> {
  const { actor } = checkInput(unlinkMemberInput, rawInput);
  await changePeople(store, manager, async (change) => {
    const key = [manager.userId, actor];
    type Row = { issuer: string | null; subject: string | null };
    const [was] = await change.query<Row>(unlink, key);
    if (!was) throw new NotFoundError('Member', [actor]);
    if (was.subject === null) return;
    const { length: sessions } = await change.query(endSessions, key);
    await change.record('unlinkMember', actor, { ...was, ended: { sessions } });
  });
}
