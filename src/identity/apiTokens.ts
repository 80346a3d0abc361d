import { createHash, randomBytes } from 'node:crypto';
import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import type { Scope } from './viewer.ts';

/** Prefix of every API token, which people and secret scanners recognize. */
const PREFIX = 'holdpoint_';
const SECRET_BYTES = 32;
const ID_BYTES = 6;

export const isApiToken = (token: string): boolean => token.startsWith(PREFIX);

/** Whether a token could have been created here: the prefix and 32 bytes as base64url. */
export const isWellFormed = (token: string): boolean => /^holdpoint_[\w-]{43}$/.test(token);

/** A plain hash is safe because the token has 256 random bits. */
export const hashOf = (token: string): Buffer<ArrayBuffer> =>
  createHash('sha256').update(token).digest();

export type NewApiToken = {
  userId: string;
  actor: string;
  scopes: readonly Scope[];
  expiresAt: Date | null;
  /** Null or absent: the command line. */
  createdBy?: string | null;
};

/** A token's public ID and its secret. */
export type NewSecret = { id: string; secret: string };

export const newSecret = (): NewSecret => ({
  id: randomBytes(ID_BYTES).toString('hex'),
  secret: PREFIX + randomBytes(SECRET_BYTES).toString('base64url'),
});

const insertToken = statement(
  'createApiToken',
  `INSERT INTO "ApiToken" ("id", "hash", "userId", "actor", "scopes", "expiresAt", "createdBy")
  VALUES ($1, $2, $3, $4, $5, $6, $7)`,
);

/** @returns the secret of a new API token. Only its hash is stored, so it cannot be shown again */
export async function createApiToken(
  database: Queries,
  { userId, actor, scopes, expiresAt, createdBy = null }: NewApiToken,
  { id, secret } = newSecret(),
): Promise<string> {
  const values = [id, hashOf(secret), userId, actor, scopes, expiresAt, createdBy];
  await database.query(insertToken, values);
  return secret;
}

const revokeToken = statement(
  'revokeApiToken',
  `UPDATE "ApiToken" SET "revokedAt" = now() WHERE "id" = $1 AND "revokedAt" IS NULL RETURNING 1`,
);

/** @returns false if there is no such token, or it was already revoked */
export async function revokeApiToken(database: Queries, id: string): Promise<boolean> {
  return (await database.query(revokeToken, [id])).length > 0;
}
