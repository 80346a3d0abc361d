import { SignJWT } from 'jose';

export const JWT_SECRET = 'a secret for the tests under fire, of more than 32 bytes';

const LIFE_S = 3_600;

/**
 * A token issued by a clock that is off by `skewMs`. If the clock is far behind, the token has
 * already expired.
 */
export async function tokenOf(
  owner: string,
  actor: string,
  scopes: string,
  skewMs: number,
): Promise<{ token: string; expired: boolean }> {
  const issuedAt = Math.floor((Date.now() + skewMs) / 1_000);
  const expiresAt = issuedAt + LIFE_S;
  const token = await new SignJWT({ user: owner, scope: scopes })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(actor)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(new TextEncoder().encode(JWT_SECRET));
  return { token, expired: expiresAt * 1_000 < Date.now() };
}
