import { createHash, randomBytes } from 'node:crypto';
import type { Prisma } from '../database/database.ts';
import { isReservedActor, isScope, type Scope, type Viewer } from './viewer.ts';

/** What every API token begins with, so that people and scanners of secrets know one when they see it. */
const PREFIX = 'holdpoint_';
const SECRET_BYTES = 32;
const ID_BYTES = 6;

export const isApiToken = (token: string): boolean => token.startsWith(PREFIX);

/** The token has 256 random bits, so a plain hash cannot be searched backwards. */
const hashOf = (token: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(token).digest());

export type NewApiToken = {
  userId: string;
  actor: string;
  scopes: readonly Scope[];
  expiresAt: Date | null;
};

/** Makes an API token. @returns the token: this is the only time that it can be seen */
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

/** Who an API token lets in, or null where it is unknown, expired or revoked, or its actor is reserved for the service. */
export async function viewerOfApiToken(prisma: Prisma, token: string): Promise<Viewer | null> {
  const found = await prisma.apiToken.findUnique({ where: { hash: hashOf(token) } });
  if (!found || found.revokedAt || (found.expiresAt && found.expiresAt <= new Date())) return null;
  if (isReservedActor(found.actor)) return null;
  const { id, userId, actor, expiresAt } = found;
  return { userId, actor, scopes: found.scopes.filter(isScope), expiresAt, tokenId: id };
}

/** Revokes an API token by its id. @returns whether there was one that was not revoked yet */
export async function revokeApiToken(prisma: Prisma, id: string): Promise<boolean> {
  const { count } = await prisma.apiToken.updateMany({
    where: { id, revokedAt: null },
    data: { revokedAt: new Date() },
  });
  return count > 0;
}
