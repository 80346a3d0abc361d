import { randomBytes } from 'node:crypto';
import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import { hashOf, type NewSecret } from './apiTokens.ts';
import type { ReadViewers } from './tokenLookup.ts';
import { isReservedActor, isScope, type Viewer } from './viewer.ts';

const SECRET_BYTES = 32;
const ID_BYTES = 8;

/** How long a session lasts, and how long it may be idle, in milliseconds. */
export type SessionTimes = { lifeMs: number; idleMs: number };

const HOUR_MS = 3_600_000;
export const defaultSessionTimes: SessionTimes = { lifeMs: 12 * HOUR_MS, idleMs: 2 * HOUR_MS };

/** Whether this could be the secret of a session: 32 bytes as base64url. */
export const isSessionSecret = (text: string): boolean => /^[\w-]{43}$/.test(text);

/** A session's ID, and its secret for the cookie. Only the hash of the secret is stored. */
export const newSessionSecret = (): NewSecret => ({
  id: randomBytes(ID_BYTES).toString('hex'),
  secret: randomBytes(SECRET_BYTES).toString('base64url'),
});

const revoke = statement(
  'revokeSession',
  `UPDATE "Session" SET "revokedAt" = now() WHERE "hash" = $1 AND "revokedAt" IS NULL
  RETURNING "idToken"`,
);

/** Ends a session on every process. @returns null if there is no such session, or it is over */
export async function revokeSession(
  database: Queries,
  secret: string,
): Promise<{ idToken: string | null } | null> {
  if (!isSessionSecret(secret)) return null;
  const [session] = await database.query<{ idToken: string | null }>(revoke, [hashOf(secret)]);
  return session ?? null;
}

// As JSON, a thousand groups are parsed three times as fast.
const find = statement(
  'findSessions',
  `SELECT encode("hash", 'hex') AS "hash", "id", "userId", "actor", "scopes",
    to_json("groups") AS "groups", "expiresAt",
    "lastSeenAt" < now() - interval '1 minute' AS "isRenewalDue"
  FROM "Session"
  WHERE "hash" = ANY ($1::bytea[]) AND "revokedAt" IS NULL AND "expiresAt" > now()
    AND "lastSeenAt" > now() - $2 * interval '1 ms'`,
);

/** At most once a minute, so that using a session does not cost a write each time. */
const renew = statement(
  'renewSessions',
  `UPDATE "Session" SET "lastSeenAt" = now()
  WHERE "id" = ANY ($1) AND "lastSeenAt" < now() - interval '1 minute'`,
);

type Row = {
  hash: string;
  id: string;
  userId: string;
  actor: string;
  scopes: string[];
  groups: string[];
  expiresAt: Date;
  isRenewalDue: boolean;
};

/** Reads whose sessions these are, and notes that they are in use. */
export const readSessions =
  (database: Queries, { idleMs }: SessionTimes): ReadViewers =>
  async (secrets) => {
    const hashes = secrets.map(hashOf);
    const rows = await database.query<Row>(find, [hashes, idleMs]);
    const due = rows.filter(({ isRenewalDue }) => isRenewalDue).map(({ id }) => id);
    if (due.length > 0) await database.query(renew, [due]);
    const found = new Map(rows.map((row) => [row.hash, row]));
    return hashes.map((hash) => viewerOfRow(found.get(hash.toString('hex'))));
  };

function viewerOfRow(row: Row | undefined): Viewer | null {
  if (!row || isReservedActor(row.actor)) return null;
  const { id, userId, actor, scopes, groups, expiresAt } = row;
  const held = scopes.filter(isScope);
  return { userId, actor, scopes: held, expiresAt, tokenId: null, sessionId: id, groups };
}
