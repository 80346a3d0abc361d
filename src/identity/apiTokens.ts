import { createHash, randomBytes } from 'node:crypto';
import type { Prisma } from '../database/database.ts';
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
};

/** @returns a new API token. Only its hash is stored, so it cannot be shown again */
export async function createApiToken(prisma: Prisma, token: NewApiToken): Promise<string> {
  const secret = PREFIX + randomBytes(SECRET_BYTES).toString('base64url');
  await prisma.apiToken.create({
    data: {
      ...token,
      id: randomBytes(ID_BYTES).toString('hex'),
      hash: hashOf(secret),
      scopes: [...token.scopes],
    },
  });
  return secret;
}

/** @returns false if there is no such token, or it was already revoked */
export async function revokeApiToken(prisma: Prisma, id: string): Promise<boolean> {
  const { count } = await prisma.apiToken.updateMany({
    where: { id, revokedAt: null },
    data: { revokedAt: new Date() },
  });
  return count > 0;
}
