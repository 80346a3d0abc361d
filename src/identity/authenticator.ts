import { LRUCache } from 'lru-cache';
import type { Prisma } from '../database/database.ts';
import { isApiToken, viewerOfApiToken } from './apiTokens.ts';
import { UnauthenticatedError } from './errors.ts';
import { type JwtOptions, jwtVerifier } from './jwt.ts';
import type { Viewer } from './viewer.ts';

const MAX_REMEMBERED = 10_000;
/** How long a revoked API token may still work if the notification of its revocation was lost. */
const API_TOKEN_MS = 1_000;
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
  readonly #prisma: Prisma;
  readonly #verifyJwt: (token: string) => Promise<Viewer>;
  readonly #viewers = new LRUCache<string, Viewer>({ max: MAX_REMEMBERED });

  constructor(prisma: Prisma, jwt: JwtOptions) {
    this.#prisma = prisma;
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
    return viewer;
  }

  /** Removes an API token from the cache, because it was changed or revoked. */
  forget(tokenId: string): void {
    for (const [token, viewer] of this.#viewers.entries()) {
      if (viewer.tokenId === tokenId) this.#viewers.delete(token);
    }
  }

  async #readToken(token: string): Promise<Viewer> {
    const api = isApiToken(token);
    const viewer = api ? await viewerOfApiToken(this.#prisma, token) : await this.#verifyJwt(token);
    if (!viewer)
      throw new UnauthenticatedError(
        `The API token is unknown, expired or revoked. ${createToken}`,
      );
    this.#viewers.set(token, viewer, { ttl: api ? API_TOKEN_MS : JWT_MS });
    return viewer;
  }
}

/** The token in an Authorization header (`Bearer <token>`). Null if the header is malformed. */
export function bearerToken(authorization: string): string | null {
  const [scheme = '', token = '', ...rest] = authorization.split(' ').filter((part) => part !== '');
  const isToken = scheme.toLowerCase() === 'bearer' && rest.length === 0 && TOKEN.test(token);
  return isToken ? token : null;
}

/** Visible ASCII. */
const TOKEN = /^[\x21-\x7e]+$/;
