import { createHash, randomBytes } from 'node:crypto';
import type { Prisma } from '../database/database.ts';
import { isReservedActor, isScope, type Scope, type Viewer } from './viewer.ts';

/** Prefix of every API token, which people and secret scanners recognize. */
const PREFIX = 'holdpoint_';
const SECRET_BYTES = 32;
const ID_BYTES = 6;

export const isApiToken = (token: string): boolean => token.startsWith(PREFIX);

/** A plain hash is safe because the token has 256 random bits. */
const hashOf = (token: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(token).digest());

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

/** @returns null if the token is unknown, expired or revoked, or its actor's name is reserved */
export async function viewerOfApiToken(prisma: Prisma, token: string): Promise<Viewer | null> {
  const found = await prisma.apiToken.findUnique({ where: { hash: hashOf(token) } });
  if (!found || found.revokedAt || (found.expiresAt && found.expiresAt <= new Date())) return null;
  if (isReservedActor(found.actor)) return null;
  const { id, userId, actor, expiresAt } = found;
  return { userId, actor, scopes: found.scopes.filter(isScope), expiresAt, tokenId: id };
}

/** @returns false if there is no such token, or it was already revoked */
export async function revokeApiToken(prisma: Prisma, id: string): Promise<boolean> {
  const { count } = await prisma.apiToken.updateMany({
    where: { id, revokedAt: null },
    data: { revokedAt: new Date() },
  });
  return count > 0;
}
