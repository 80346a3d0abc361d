import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Delegation } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import { may, requireScope } from '../identity/viewer.ts';
import { checkInput, InvalidInputError, id, NotFoundError, text } from '../input.ts';
import {
  type Change,
  changePeople,
  isOneself,
  type Manager,
  type PeopleStore,
} from './changePeople.ts';
import { actor, optional } from './fields.ts';

const ID_BYTES = 8;
const MAX_DAYS = 90;
const LISTED_DAYS = 30;
const DAY_MS = 86_400_000;
/** Those of one person that have not ended. */
const MAX_DELEGATIONS = 100;
const MAX_REASON_CHARACTERS = 2_000;

const createDelegationInput = z.object({
  from: actor.nullish(),
  to: actor,
  startsAt: z.date().nullish(),
  until: z.date(),
  reason: optional(text(MAX_REASON_CHARACTERS)),
});

type Input = z.output<typeof createDelegationInput>;

const readMembers = statement(
  'readDelegationMembers',
  `SELECT "actor", "kind", "disabledAt" IS NOT NULL AS "disabled" FROM "Member"
  WHERE "userId" = $1 AND "actor" = ANY ($2::text[])`,
);

type Member = { actor: string; kind: 'PERSON' | 'AGENT'; disabled: boolean };

// Follows the delegations from `to` that overlap in time, to see whether they lead back to `from`.
const findCircle = statement(
  'findDelegationCircle',
  `WITH RECURSIVE reached AS (
    SELECT $3::text COLLATE "C" AS "actor"
    UNION SELECT d."to" FROM reached r
    JOIN "Delegation" d ON d."userId" = $1 AND d."from" = r."actor" AND d."revokedAt" IS NULL
      AND d."startsAt" < $5::timestamptz AND d."until" > $4::timestamptz
  )
  SELECT d."from" FROM reached r JOIN "Delegation" d
    ON d."userId" = $1 AND d."from" = r."actor" AND d."to" = $2 AND d."revokedAt" IS NULL
    AND d."startsAt" < $5::timestamptz AND d."until" > $4::timestamptz
  LIMIT 1`,
);

const count = statement(
  'countDelegations',
  `SELECT count(*)::int AS "count" FROM "Delegation"
  WHERE "userId" = $1 AND "from" = $2 AND "revokedAt" IS NULL AND "until" > now()`,
);

const columns = `"userId", "id", "from", "to", "startsAt", "until", "reason", "createdBy",
  "createdAt", "revokedAt"`;

const insert = statement(
  'createDelegation',
  `INSERT INTO "Delegation" ("userId", "id", "from", "to", "startsAt", "until", "reason", "createdBy")
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${columns}`,
);

/**
 * Lets one member decide in place of another for a time.
 * @throws InvalidInputError, NotFoundError if a member is unknown, ForbiddenError
 */
export function createDelegation(
  store: PeopleStore,
  manager: Manager,
  rawInput: unknown,
): Promise<Delegation> {
  const input = checkInput(createDelegationInput, rawInput);
  const { userId } = manager;
  const { to, until, reason = null } = input;
  const from = input.from ?? manager.actor;
  if (!isOneself(manager, from)) requireScope(manager, 'people:manage');
  // A start in the past means now: the clocks of clients are not exact.
  const startsAt = new Date(Math.max(input.startsAt?.getTime() ?? 0, Date.now()));
  checkTimes(startsAt, input);
  refuseOwnGain(manager, from, to);

  return changePeople(store, manager, async (change) => {
    await checkMembers(change, manager, from, to);
    const [closing] = await change.query<{ from: string }>(findCircle, [
      ...[userId, from, to, startsAt, until],
    ]);
    if (closing) {
      const message = `must not be ${to}, because ${closing.from} delegates to ${from} at that time: in a circle nobody would be there to decide`;
      throw new InvalidInputError([{ path: 'input.to', message }]);
    }
    const [own] = await change.query<{ count: number }>(count, [userId, from]);
    if ((own?.count ?? 0) >= MAX_DELEGATIONS) {
      const message = `must not be ${from}, who already has ${MAX_DELEGATIONS} delegations that have not ended`;
      throw new InvalidInputError([{ path: 'input.from', message }]);
    }
    const id = randomBytes(ID_BYTES).toString('hex');
    const [delegation] = (await change.query<Delegation>(insert, [
      ...[userId, id, from, to, startsAt, until, reason, manager.actor],
    ])) as [Delegation];
    await change.record('createDelegation', id, { from, to, startsAt, until, reason });
    return delegation;
  });
}

/** @throws InvalidInputError */
function checkTimes(startsAt: Date, { until }: Input): void {
  const refuse = (path: string, message: string) => {
    throw new InvalidInputError([{ path: `input.${path}`, message }]);
  };
  const latest = new Date(Date.now() + MAX_DAYS * DAY_MS);
  if (until.getTime() <= Date.now()) {
    refuse('until', `must be in the future, not ${until.toISOString()}`);
  }
  if (until > latest) {
    const most = `at most ${MAX_DAYS} days from now (${latest.toISOString()})`;
    refuse('until', `must be ${most}, not ${until.toISOString()}`);
  }
  if (startsAt >= until) {
    const message = `must be before until (${until.toISOString()}), not ${startsAt.toISOString()}`;
    refuse('startsAt', message);
  }
}

/** @throws InvalidInputError */
function refuseOwnGain(manager: Manager, from: string, to: string): void {
  const refuse = (message: string) => {
    throw new InvalidInputError([{ path: 'input.to', message }]);
  };
  if (from === to) refuse(`must be somebody else than ${from}`);
  if (isOneself(manager, to)) {
    refuse(`must not be yourself (${to}); ask somebody else who manages people`);
  }
}

/** @throws InvalidInputError, NotFoundError */
async function checkMembers(
  change: Change,
  manager: Manager,
  from: string,
  to: string,
): Promise<void> {
  const rows = await change.query<Member>(readMembers, [manager.userId, [from, to]]);
  const members = new Map(rows.map((member) => [member.actor, member]));
  // Whoever acts is known by a token, even without being a member.
  const needed = isOneself(manager, from) ? [to] : [from, to];
  const unknown = needed.filter((actor) => !members.has(actor));
  if (unknown.length > 0) throw new NotFoundError('Member', unknown);
  const issues = [
    { path: 'input.from', member: members.get(from) },
    { path: 'input.to', member: members.get(to) },
  ].flatMap(({ path, member }) => {
    if (member?.kind === 'AGENT') {
      return {
        path,
        message: `must not be ${member.actor}, which is an agent: agents never decide`,
      };
    }
    return member?.disabled
      ? { path, message: `must not be ${member.actor}, who is disabled` }
      : [];
  });
  if (issues.length > 0) throw new InvalidInputError(issues);
}

const revokeDelegationInput = z.object({ delegationId: id });

const find = statement(
  'findDelegation',
  `SELECT ${columns} FROM "Delegation" WHERE "userId" = $1 AND "id" = $2 FOR UPDATE`,
);

const revoke = statement(
  'revokeDelegation',
  `UPDATE "Delegation" SET "revokedAt" = now() WHERE "userId" = $1 AND "id" = $2 RETURNING ${columns}`,
);

/**
 * Revokes a delegation. Those concerned may, and whoever manages people. Idempotent.
 * @throws InvalidInputError, NotFoundError
 */
export function revokeDelegation(
  store: PeopleStore,
  manager: Manager,
  rawInput: unknown,
): Promise<Delegation> {
  const { delegationId } = checkInput(revokeDelegationInput, rawInput);
  const key = [manager.userId, delegationId];
  return changePeople(store, manager, async (change) => {
    const [delegation] = await change.query<Delegation>(find, key);
    const isAllowed =
      delegation &&
      (may(manager, 'people:manage') || [delegation.from, delegation.to].includes(manager.actor));
    if (!isAllowed) throw new NotFoundError('Delegation', [delegationId]);
    if (delegation.revokedAt) return delegation;
    const [revoked] = (await change.query<Delegation>(revoke, key)) as [Delegation];
    const { from, to } = revoked;
    await change.record('revokeDelegation', delegationId, { from, to });
    return revoked;
  });
}

/** The most that are listed. */
export const MAX_LISTED = 1_000;

/** Delegations that ended before are no longer listed. */
export const recently = (): Date => new Date(Date.now() - LISTED_DAYS * DAY_MS);

/** Whether it counts at this moment. */
export const isActive = ({ startsAt, until, revokedAt }: Delegation, now = new Date()): boolean =>
  revokedAt === null && startsAt <= now && until > now;
