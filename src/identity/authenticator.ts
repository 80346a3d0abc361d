import { LRUCache } from 'lru-cache';
import type { Queries } from '../database/connections.ts';
import { isApiToken, isWellFormed } from './apiTokens.ts';
import type { DisabledMembers } from './disabledMembers.ts';
import { UnauthenticatedError } from './errors.ts';
import { type JwtOptions, jwtVerifier } from './jwt.ts';
import {
  defaultSessionTimes,
  isSessionSecret,
  readSessions,
  type SessionTimes,
} from './sessions.ts';
import { readApiTokens, TokenLookup } from './tokenLookup.ts';
import type { TokenUse } from './tokenUse.ts';
import type { Viewer } from './viewer.ts';

const MAX_REMEMBERED = 10_000;
/** How long a revoked API token or session may still work if the notification of its revocation was lost. */
const LOOKED_UP_MS = 1_000;
/**
 * How long an API token or session that was refused is refused without a query. New ones are random, so
 * only one that comes back waits for it, e.g. because a backup was restored.
 */
const UNKNOWN_MS = 5_000;
/** How long a JWT may still work after its key was withdrawn. */
const JWT_MS = 60_000;

/** The second command is for a clone of the repository, where nothing is installed. */
const createToken =
  'Create one with "holdpoint token create" (in a clone: "npm run -s holdpoint -- token create")';
const help = `Send it as "Authorization: Bearer <token>". ${createToken}`;

/**
 * Authenticates requests, on every transport. Results are cached briefly, because verifying a
 * signature or querying the database takes longer than most requests.
 */
export class Authenticator {
  readonly #apiTokens: TokenLookup;
  readonly #sessions: TokenLookup;
  readonly #disabledMembers: Pick<DisabledMembers, 'has'>;
  readonly #tokenUse: Pick<TokenUse, 'note'>;
  readonly #verifyJwt: (token: string) => Promise<Viewer>;
  readonly #viewers = new LRUCache<string, Viewer>({ max: MAX_REMEMBERED });
  readonly #unknown = new LRUCache<string, true>({ max: MAX_REMEMBERED, ttl: UNKNOWN_MS });

  constructor(
    database: Queries,
    jwt: JwtOptions,
    disabledMembers: Pick<DisabledMembers, 'has'>,
    tokenUse: Pick<TokenUse, 'note'>,
    sessionTimes: SessionTimes = defaultSessionTimes,
  ) {
    this.#disabledMembers = disabledMembers;
    this.#tokenUse = tokenUse;
    this.#apiTokens = new TokenLookup(readApiTokens(database));
    this.#sessions = new TokenLookup(readSessions(database, sessionTimes));
    this.#verifyJwt = jwtVerifier(jwt);
  }

  /**
   * @param authorization value of the Authorization header, or of the connection parameter of that
   *   name
   * @param cookie the session cookie, if the request comes from the page of this service itself
   * @throws UnauthenticatedError
   */
  async viewerOf(authorization: unknown, cookie: string | null = null): Promise<Viewer> {
    const isAbsent = authorization === undefined || authorization === null || authorization === '';
    const sessionId = typeof authorization === 'string' ? sessionIdIn(authorization) : null;
    if (sessionId !== null || (isAbsent && cookie !== null)) {
      return this.#checked(await this.#viewerOfSession(cookie, sessionId));
    }
    if (isAbsent) throw new UnauthenticatedError(`A token is required. ${help}`);
    const token = typeof authorization === 'string' && bearerToken(authorization);
    if (!token) throw new UnauthenticatedError(`The Authorization header is malformed. ${help}`);

    const remembered = this.#viewers.get(token);
    const viewer = this.#checked(remembered ?? (await this.#readToken(token)));
    if (viewer.tokenId !== null) this.#tokenUse.note(viewer.tokenId);
    return viewer;
  }

  /** Removes an API token or session from the cache, because it was changed or revoked. */
  forget(id: string): void {
    for (const [secret, viewer] of this.#viewers.entries()) {
      if (viewer.tokenId === id || viewer.sessionId === id) this.#viewers.delete(secret);
    }
  }

  #checked(viewer: Viewer): Viewer {
    if (viewer.expiresAt && viewer.expiresAt.getTime() <= Date.now()) {
      throw new UnauthenticatedError(viewer.sessionId ? sessionEnded : 'The token has expired');
    }
    if (this.#disabledMembers.has(viewer)) throw new UnauthenticatedError(disabledText(viewer));
    return viewer;
  }

  /** @param expected the session that the page belongs to: another tab may have begun another */
  async #viewerOfSession(cookie: string | null, expected: string | null): Promise<Viewer> {
    const viewer = cookie === null ? null : await this.#readSession(cookie);
    if (!viewer || (expected !== null && viewer.sessionId !== expected)) {
      throw new UnauthenticatedError(sessionEnded);
    }
    return viewer;
  }

  async #readSession(secret: string): Promise<Viewer | null> {
    const remembered = this.#viewers.get(secret);
    if (remembered) return remembered;
    if (!isSessionSecret(secret) || this.#unknown.has(secret)) return null;
    const viewer = await this.#sessions.viewerOf(secret);
    if (viewer) this.#viewers.set(secret, viewer, { ttl: LOOKED_UP_MS });
    else this.#unknown.set(secret, true);
    return viewer;
  }

  async #readToken(token: string): Promise<Viewer> {
    const isApi = isApiToken(token);
    const viewer = isApi ? await this.#readApiToken(token) : await this.#verifyJwt(token);
    this.#viewers.set(token, viewer, { ttl: isApi ? LOOKED_UP_MS : JWT_MS });
    return viewer;
  }

  async #readApiToken(token: string): Promise<Viewer> {
    const mayExist = isWellFormed(token) && !this.#unknown.has(token);
    const viewer = mayExist ? await this.#apiTokens.viewerOf(token) : null;
    if (viewer) return viewer;
    if (mayExist) this.#unknown.set(token, true);
    throw new UnauthenticatedError(`The API token is unknown, expired or revoked. ${createToken}`);
  }
}

/** Why a session is refused. */
export const sessionEnded = 'Your session has ended. Sign in again';

/** Why whatever a disabled member sends is refused. */
export const disabledText = ({ actor }: Pick<Viewer, 'actor'>): string =>
  `${actor} is disabled in this workspace. Somebody with people:manage can enable it again`;

/** The ID in `Session <id>`, by which the page says which session it belongs to. */
const sessionIdIn = (authorization: string): string | null =>
  /^Session ([0-9a-f]+)$/.exec(authorization)?.[1] ?? null;

/** The token in an Authorization header (`Bearer <token>`). Null if the header is malformed. */
export function bearerToken(authorization: string): string | null {
  const [scheme = '', token = '', ...rest] = authorization.split(' ').filter((part) => part !== '');
  const isToken = scheme.toLowerCase() === 'bearer' && rest.length === 0 && TOKEN.test(token);
  return isToken ? token : null;
}

/** Visible ASCII. */
const TOKEN = /^[\x21-\x7e]+$/;
