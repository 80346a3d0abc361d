import { userInfo } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config.ts';
import { readOrMakeSecret } from '../dataFolder.ts';
import { defaultClaims, signJwt } from '../identity/jwt.ts';

const LIFETIME_MS = 12 * 3_600_000;

/** The workspace of the sign-in link, the demo and the examples. */
export const DEMO_WORKSPACE = 'demo';

/**
 * A link that opens the page, signed in as a reviewer of the demo workspace for twelve hours. It
 * must not be logged; browsers do not send the part after `#`, which holds the token. Null in
 * production, and if this process does not hold the secret that signs tokens.
 */
export async function signInLink(url: string, config: Config): Promise<string | null> {
  const { databaseUrl, jwtSecret, jwksUrl, jwtIssuer, jwtAudience, production, dataDir } = config;
  if (databaseUrl || jwtSecret || jwksUrl || jwtIssuer || jwtAudience || production) return null;
  if (!isDeepStrictEqual(config.jwtClaims, defaultClaims)) return null;
  const viewer = {
    userId: DEMO_WORKSPACE,
    actor: userName(),
    scopes: ['review:decide' as const],
  };
  const secret = await readOrMakeSecret(dataDir);
  return `${url}/#token=${await signJwt(secret, viewer, new Date(Date.now() + LIFETIME_MS))}`;
}

function userName(): string {
  try {
    return userInfo().username || 'reviewer';
  } catch {
    return 'reviewer'; // some containers run as a user without an entry
  }
}
