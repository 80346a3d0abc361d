import { LRUCache } from 'lru-cache';
import type { Queries } from '../database/connections.ts';
import { isApiToken, isWellFormed } from './apiTokens.ts';
import type { DisabledMembers } from './disabledMembers.ts';
import { UnauthenticatedError } from './errors.ts';
import { type JwtOptions, jwtVerifier } from './jwt.ts';
import { TokenLookup } from './tokenLookup.ts';
import type { TokenUse } from './tokenUse.ts';
import type { Viewer } from './viewer.ts';

const MAX_REMEMBERED = 10_000;
/** How long a revoked API token may still work if the notification of its revocation was lost. */
const API_TOKEN_MS = 1_000;
/**
 * How long an API token that was refused is refused without a query. New tokens are random, so only
 * one that comes back waits for it, e.g. because a backup was restored.
 */
const UNKNOWN_TOKEN_MS = 5_000;
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
  readonly #disabledMembers: Pick<DisabledMembers, 'has'>;
  readonly #tokenUse: Pick<TokenUse, 'note'>;
  readonly #verifyJwt: (token: string) => Promise<Viewer>;
  readonly #viewers = new LRUCache<string, Viewer>({ max: MAX_REMEMBERED });
  readonly #unknown = new LRUCache<string, true>({ max: MAX_REMEMBERED, ttl: UNKNOWN_TOKEN_MS });

  constructor(
    database: Queries,
    jwt: JwtOptions,
    disabledMembers: Pick<DisabledMembers, 'has'>,
    tokenUse: Pick<TokenUse, 'note'>,
  ) {
    this.#disabledMembers = disabledMembers;
    this.#tokenUse = tokenUse;
    this.#apiTokens = new TokenLookup(database);
    this.#verifyJwt = jwtVerifier(jwt);
  }

  /**
   * @param authorization value of the Authorization header, or of the connection parameter of that
   *   name
   * @throws UnauthenticatedError
   */
  async viewerOf(authorization: unknown): Promise<Viewer> {
    if (authorization === undefined || authorization === null || authorization === '') {
      throw new UnauthenticatedError(`A token is required. ${help}`);
    }
    const token = typeof authorization === 'string' && bearerToken(authorization);
    if (!token) throw new UnauthenticatedError(`The Authorization header is malformed. ${help}`);

    const remembered = this.#viewers.get(token);
    const viewer = remembered ?? (await this.#readToken(token));
    if (viewer.expiresAt && viewer.expiresAt.getTime() <= Date.now()) {
      throw new UnauthenticatedError('The token has expired');
    }
    if (this.#disabledMembers.has(viewer)) throw new UnauthenticatedError(disabledText(viewer));
    if (viewer.tokenId !== null) this.#tokenUse.note(viewer.tokenId);
    return viewer;
  }

  /** Removes an API token from the cache, because it was changed or revoked. */
  forget(tokenId: string): void {
    for (const [token, viewer] of this.#viewers.entries()) {
      if (viewer.tokenId === tokenId) this.#viewers.delete(token);
    }
  }

  async #readToken(token: string): Promise<Viewer> {
    const isApi = isApiToken(token);
    const viewer = isApi ? await this.#readApiToken(token) : await this.#verifyJwt(token);
    this.#viewers.set(token, viewer, { ttl: isApi ? API_TOKEN_MS : JWT_MS });
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

/** Why whatever a disabled member sends is refused. */
export const disabledText = ({ actor }: Pick<Viewer, 'actor'>): string =>
  `${actor} is disabled in this workspace. Somebody with people:manage can enable it again`;

/** The token in an Authorization header (`Bearer <token>`). Null if the header is malformed. */
export function bearerToken(authorization: string): string | null {
  const [scheme = '', token = '', ...rest] = authorization.split(' ').filter((part) => part !== '');
  const isToken = scheme.toLowerCase() === 'bearer' && rest.length === 0 && TOKEN.test(token);
  return isToken ? token : null;
}

/** Visible ASCII. */
const TOKEN = /^[\x21-\x7e]+$/;
