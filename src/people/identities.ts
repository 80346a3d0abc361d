import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';

/** A person as the identity provider knows them. */
export type Identity = { readonly issuer: string; readonly subject: string };

/** Somebody who signs in. */
export type Person = Identity & {
  readonly userId: string;
  readonly actor: string;
  readonly displayName: string | null;
  readonly email: string | null;
  readonly groups: readonly string[];
};

/** The identity provider vouches for this person, but they may not act as this member. */
export class IdentityRefusedError extends Error {}

const UNIQUE_VIOLATION = '23505';

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
      "groups" = EXCLUDED."groups", "groupsAt" = EXCLUDED."groupsAt"
    WHERE m."kind" = 'PERSON' AND m."disabledAt" IS NULL AND (m."issuer" IS NULL
      OR (m."issuer" = EXCLUDED."issuer" AND m."subject" = EXCLUDED."subject"))
    RETURNING m."actor"
  ), "recorded" AS (
    INSERT INTO "PeopleChange" ("userId", "actor", "change", "subject", "detail")
    SELECT $1, $2, 'linkIdentity', $2, jsonb_build_object('issuer', $3::text, 'subject', $4::text)
    FROM "bound" WHERE NOT EXISTS (SELECT FROM "Member"
      WHERE "userId" = $1 AND "actor" = $2 AND "issuer" IS NOT NULL)
  )
  SELECT "actor" FROM "bound"`,
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
 * Records a sign-in. The first one of an actor links it to the identity; from then on no other
 * identity can sign in as this actor, and the identity can sign in as no other actor. So nobody
 * counts twice.
 * @throws IdentityRefusedError
 */
export async function bindIdentity(database: Queries, person: Person): Promise<void> {
  const { userId, actor, issuer, subject, displayName, email, groups } = person;
  const values = [userId, actor, issuer, subject, displayName, email, groups];
  try {
    const bound = await database.query(bind, values);
    if (bound.length > 0) return;
  } catch (error) {
    if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
    const [other] = await database.query<{ actor: string }>(readActor, [userId, issuer, subject]);
    throw new IdentityRefusedError(
      `You signed in as ${actor}, but your identity is linked to ${other?.actor ?? 'another member'} in workspace ${userId}. ` +
        'Somebody with people:manage can unlink it, or link it to another member.',
    );
  }
  const [member] = await database.query<{ kind: string; disabledAt: Date | null }>(readMember, [
    userId,
    actor,
  ]);
  if (member?.disabledAt) {
    throw new IdentityRefusedError(
      `${actor} is disabled in workspace ${userId}. Somebody with people:manage can enable it again.`,
    );
  }
  if (member?.kind === 'AGENT') {
    throw new IdentityRefusedError(
      `${actor} is an agent in workspace ${userId}. Only people can sign in.`,
    );
  }
  throw new IdentityRefusedError(
    `${actor} in workspace ${userId} is linked to another identity, which signed in first. ` +
      `If both are you, ask somebody with people:manage to link the identity ${subject} of ${issuer} to ${actor}.`,
  );
}

const end = statement(
  'endAccessOfIdentity',
  `WITH "known" AS (
    UPDATE "Member" SET "groups" = $5, "groupsAt" = now()
    WHERE "userId" = $1 AND "actor" = $2 AND "issuer" = $3 AND "subject" = $4
    RETURNING "actor"
  )
  UPDATE "Session" SET "revokedAt" = now()
  WHERE "userId" = $1 AND "actor" = (SELECT "actor" FROM "known") AND "revokedAt" IS NULL`,
);

/** Ends the sessions of somebody whose groups no longer allow anything. */
export async function endAccess(database: Queries, person: Person): Promise<void> {
  const { userId, actor, issuer, subject, groups } = person;
  await database.query(end, [userId, actor, issuer, subject, groups]);
}

const relink = statement(
  'relinkIdentity',
  `WITH "linked" AS (
    UPDATE "Member" SET "issuer" = $3, "subject" = $4
    WHERE "userId" = $1 AND "actor" = $2 AND "kind" = 'PERSON'
      AND ("issuer" IS DISTINCT FROM $3 OR "subject" IS DISTINCT FROM $4)
    RETURNING "actor"
  ), "ended" AS (
    UPDATE "Session" SET "revokedAt" = now()
    WHERE "userId" = $1 AND "actor" = $2 AND "revokedAt" IS NULL
      AND EXISTS (SELECT FROM "linked")
  ), "recorded" AS (
    INSERT INTO "PeopleChange" ("userId", "actor", "change", "subject", "detail")
    SELECT $1, $5, CASE WHEN $3::text IS NULL THEN 'unlinkIdentity' ELSE 'linkIdentity' END, $2,
      jsonb_strip_nulls(jsonb_build_object('issuer', $3::text, 'subject', $4::text))
    FROM "linked"
  )
  SELECT "actor" FROM "linked"`,
);

/**
 * Links a member to another identity, or to none, so that the next identity that signs in as this
 * actor is linked. Sessions of the member end. For whoever has people:manage.
 * @param by the actor that makes the change
 * @returns whether anything changed: there may be no such person, or it has this identity already
 * @throws IdentityRefusedError if another member has the identity
 */
export async function linkIdentity(
  database: Queries,
  { userId, actor }: { userId: string; actor: string },
  identity: Identity | null,
  by: string,
): Promise<boolean> {
  const { issuer = null, subject = null } = identity ?? {};
  try {
    const linked = await database.query(relink, [userId, actor, issuer, subject, by]);
    return linked.length > 0;
  } catch (error) {
    if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
    throw new IdentityRefusedError(
      `The identity ${subject} of ${issuer} is linked to another member of workspace ${userId}. Unlink it there first.`,
    );
  }
}
