import { userInfo } from 'node:os';
import type { Config } from '../config.ts';
import { readOrMakeSecret } from '../dataFolder.ts';
import { signJwt } from '../identity/jwt.ts';

const HOUR_MS = 3_600_000;
/** A day's work. */
const LIFE_MS = 12 * HOUR_MS;
/** The owner of the reviews that the demo asks for. */
const DEMO_OWNER = 'demo';

/**
 * A link that opens the inbox as a reviewer of the demo's owner, signed in for twelve hours; null where this process does not
 * hold the secret that signs, and in production. The token stands behind the #, which browsers send to nobody. It is for a terminal, never for a log.
 */
export async function signInLink(url: string, config: Config): Promise<string | null> {
  const { databaseUrl, jwtSecret, jwksUrl, jwtIssuer, jwtAudience, production, dataDir } = config;
  if (databaseUrl || jwtSecret || jwksUrl || jwtIssuer || jwtAudience || production) return null;
  const viewer = {
    userId: DEMO_OWNER,
    actor: userName(),
    scopes: ['review:decide' as const],
  };
  const secret = await readOrMakeSecret(dataDir);
  return `${url}/#token=${await signJwt(secret, viewer, new Date(Date.now() + LIFE_MS))}`;
}

function userName(): string {
  try {
    return userInfo().username || 'reviewer';
  } catch {
    return 'reviewer'; // a user without an entry, as in some containers
  }
}
