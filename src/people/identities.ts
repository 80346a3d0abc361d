import type { Queries } from '../database/connections.ts';
import type { Database } from '../database/database.ts';
import { statement } from '../database/statement.ts';
import { hashOf } from '../identity/apiTokens.ts';
import { newSessionSecret, type SessionTimes } from '../identity/sessions.ts';
import type { Scope } from '../identity/viewer.ts';

/** A person as the identity provider knows them. */
export type Identity = { readonly issuer: string; readonly subject: string };

/** Somebody who signs in. */
export type Person = Identity & {
  readonly userId: string;
  readonly actor: string;
  readonly displayName: string | null;
  readonly email: string | null;
  readonly groups: readonly string[];
  readonly scopes: readonly Scope[];
  /** For signing out at the identity provider. */
  readonly idToken: string | null;
};

/** The identity provider vouches for this person, but they may not act as this member. */
export class IdentityRefusedError extends Error {}

const UNIQUE_VIOLATION = '23505';

// One transaction, which locks the member: one who is disabled or unlinked at that moment either
// gets no session, or it is ended with the others.
const bind = statement(
  'bindIdentity',
  `WITH "bound" AS (
    INSERT INTO "Member" AS m ("userId", "actor", "issuer", "subject", "displayName", "email",
      "groups", "groupsAt")
    VALUES ($1, $2, $3, $4, $5, $6, $7, now())
    ON CONFLICT ("userId", "actor") DO UPDATE SET
      "issuer" = EXCLUDED."issuer", "subject" = EXCLUDED."subject",
      "displayName" = coalesce(EXCLUDED."displayName", m."displayName"),
      "email" = coalesce(EXCLUDED."email", m."email"),
      -- The same groups are not written again: there may be a thousand.
      "groups" = CASE WHEN m."groups" = EXCLUDED."groups" THEN m."groups" ELSE EXCLUDED."groups" END,
      "groupsAt" = EXCLUDED."groupsAt"
    WHERE m."kind" = 'PERSON' AND m."disabledAt" IS NULL AND (m."issuer" IS NULL
      OR (m."issuer" = EXCLUDED."issuer" AND m."subject" = EXCLUDED."subject"))
    RETURNING m."actor"
  ), "recorded" AS (
    INSERT INTO "PeopleChange" ("userId", "actor", "change", "subject", "detail")
    SELECT $1, $2, 'linkIdentity', $2, jsonb_build_object('issuer', $3::text, 'subject', $4::text)
    FROM "bound" WHERE NOT EXISTS (SELECT FROM "Member"
      WHERE "userId" = $1 AND "actor" = $2 AND "issuer" IS NOT NULL)
  )
  SELECT 1 FROM "bound"`,
);

const prune = statement(
  'pruneSessions',
  `DELETE FROM "Session" WHERE "userId" = $1 AND "actor" = $2 AND "expiresAt" < now()`,
);

const start = statement(
  'startSession',
  `INSERT INTO "Session" ("id", "hash", "userId", "actor", "scopes", "groups", "idToken", "expiresAt")
  VALUES ($3, $4, $1, $2, $5, $6, $7, now() + $8 * interval '1 ms')`,
);

const readMember = statement(
  'readMemberIdentity',
  `SELECT "kind", "disabledAt" FROM "Member" WHERE "userId" = $1 AND "actor" = $2`,
);

const readActor = statement(
  'readActorOfIdentity',
  `SELECT "actor" FROM "Member" WHERE "userId" = $1 AND "issuer" = $2 AND "subject" = $3`,
);

/**
 * Signs somebody in, and deletes their sessions that are over. The first sign-in of an actor links
 * it to the identity; from then on no other identity can sign in as this actor, and the identity can
 * sign in as no other actor. So nobody counts twice.
 * @returns the secret of the new session
 * @throws IdentityRefusedError
 */
export async function startSession(
  database: Pick<Database, 'query' | 'transaction'>,
  person: Person,
  { lifeMs }: SessionTimes,
): Promise<string> {
  const { userId, actor, issuer, subject, displayName, email, groups, scopes, idToken } = person;
  const { id, secret } = newSessionSecret();
  try {
    const isStarted = await database.transaction(userId, async (queries) => {
      const profile = [issuer, subject, displayName, email, groups];
      const bound = await queries.query(bind, [userId, actor, ...profile]);
      if (bound.length === 0) return false;
      await queries.query(prune, [userId, actor]);
      const session = [id, hashOf(secret), scopes, groups, idToken, lifeMs];
      await queries.query(start, [userId, actor, ...session]);
      return true;
    });
    if (isStarted) return secret;
  } catch (error) {
    if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
    const [other] = await database.query<{ actor: string }>(readActor, [userId, issuer, subject]);
    throw new IdentityRefusedError(
      `You signed in as ${actor}, but your identity is linked to ${other?.actor ?? 'another member'} in workspace ${userId}. ` +
        'Somebody with people:manage can unlink that member.',
    );
  }
  throw await refusalOf(database, person);
}

/** Why an identity may not sign in as a member. */
async function refusalOf(
  database: Queries,
  { userId, actor }: Person,
): Promise<IdentityRefusedError> {
  type Member = { kind: string; disabledAt: Date | null };
  const [member] = await database.query<Member>(readMember, [userId, actor]);
  if (member?.disabledAt) {
    return new IdentityRefusedError(
      `${actor} is disabled in workspace ${userId}. Somebody with people:manage can enable it again.`,
    );
  }
  if (member?.kind === 'AGENT') {
    return new IdentityRefusedError(
      `${actor} is an agent in workspace ${userId}. Only people can sign in.`,
    );
  }
  return new IdentityRefusedError(
    `${actor} in workspace ${userId} is linked to another identity, which signed in first. ` +
      `If both are you, ask somebody with people:manage to unlink ${actor}, then sign in again.`,
  );
}

const setGroups = statement(
  'setGroupsOfIdentity',
  `UPDATE "Member" SET "groups" = $5, "groupsAt" = now()
  WHERE "userId" = $1 AND "actor" = $2 AND "issuer" = $3 AND "subject" = $4 RETURNING 1`,
);

const end = statement(
  'endSessionsOfIdentity',
  `UPDATE "Session" SET "revokedAt" = now()
  WHERE "userId" = $1 AND "actor" = $2 AND "revokedAt" IS NULL`,
);

/** Ends the sessions of somebody whose groups no longer allow anything. */
export async function endAccess(
  database: Pick<Database, 'query' | 'transaction'>,
  person: Person,
): Promise<void> {
  const { userId, actor, issuer, subject, groups } = person;
  await database.transaction(userId, async (queries) => {
    const known = await queries.query(setGroups, [userId, actor, issuer, subject, groups]);
    if (known.length > 0) await queries.query(end, [userId, actor]);
  });
}
