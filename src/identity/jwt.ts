import {
  createRemoteJWKSet,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
  SignJWT,
} from 'jose';
import { z } from 'zod';
import { IdentityProviderAwayError, UnauthenticatedError } from './errors.ts';
import { areGroupsCutOff, cutOffText, groupsIn } from './groups.ts';
import { isReservedActor, isScope, type Viewer } from './viewer.ts';

export type JwtOptions = {
  /** Secret for HS256. */
  secret: string | null;
  /** URL of the identity provider's key set. If set, only its tokens are accepted. */
  jwksUrl: string | null;
  issuer: string | null;
  audience: string | null;
  claims?: ClaimNames;
};

/** Names of the claims that say who a token belongs to, and what it may do. */
export type ClaimNames = {
  actor: string;
  /** Null: `user`, or without one the actor. */
  workspace: string | null;
  /** Null: `scope`, or without one `scp`. */
  scopes: string | null;
  /**
   * Null: `groups`. Tokens whose groups are left out because there are too many are refused only if
   * the claim is named here.
   */
  groups: string | null;
};

export const defaultClaims: ClaimNames = {
  actor: 'sub',
  workspace: null,
  scopes: null,
  groups: null,
};

const ASYMMETRIC = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
];

/** How far the clocks of the issuer and of this machine may differ. */
export const JWT_LEEWAY_MS = 60_000;
const LEEWAY_SECONDS = JWT_LEEWAY_MS / 1_000;
/** Minimum time between two fetches of the identity provider's keys. */
const JWKS_COOLDOWN_MS = 1_000;
/** The maximum value of a Date, in seconds. */
const MAX_EXP = 8.64e12 - LEEWAY_SECONDS;
/** Maximum lifetime of a JWT, to limit the damage if one leaks. */
const MAX_LIFE_DAYS = 90;
const DAY_SECONDS = 86_400;

/** A name of an actor or a workspace. It survives UTF-8 and PostgreSQL unchanged. */
export const name = z
  .string()
  .min(1)
  .max(255)
  .refine((text) => text.isWellFormed() && !text.includes('\0'));

/** Separated by spaces (RFC 8693, Entra), or as a list (Okta). */
const scopeList = z
  .union([z.string().transform((text) => text.split(' ')), z.array(z.string())])
  .optional();

class InvalidClaimError extends Error {}

/**
 * Creates a function that verifies JWTs. Unknown scopes are ignored. `exp` is required, and at most
 * 90 days after `iat`, or after now without an `iat`.
 */
export function jwtVerifier(jwt: JwtOptions) {
  const { secret, jwksUrl, issuer, audience, claims = defaultClaims } = jwt;
  const key = jwksUrl ? keysOf(new URL(jwksUrl)) : secret && new TextEncoder().encode(secret);
  const options = {
    algorithms: jwksUrl ? ASYMMETRIC : ['HS256'],
    requiredClaims: [claims.actor, 'exp'],
    clockTolerance: LEEWAY_SECONDS,
    ...(issuer && { issuer }),
    ...(audience && { audience }),
  };

  /**
   * @throws UnauthenticatedError with the reason, but without the token; IdentityProviderAwayError
   *   if the token cannot be verified right now
   */
  return async (token: string): Promise<Viewer> => {
    if (!key) throw new UnauthenticatedError('This service accepts API tokens only');
    try {
      return viewerOf(await verify(token, key as JWTVerifyGetKey, options), claims);
    } catch (error) {
      if (error instanceof errors.JWTExpired)
        throw new UnauthenticatedError('The token has expired');
      if (error instanceof errors.JOSEError || error instanceof InvalidClaimError) {
        throw new UnauthenticatedError(`The token is not valid: ${reasonOf(error)}`);
      }
      throw error;
    }
  };
}

/** The verified claims of a token. All keys that fit it are tried: it may name none (`kid`). */
async function verify(
  token: string,
  key: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, key, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const candidate of error) {
      try {
        return (await jwtVerify(token, candidate, options)).payload;
      } catch (error) {
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** @throws InvalidClaimError */
function viewerOf(payload: JWTPayload, names: ClaimNames): Viewer {
  const read = <Value>(claim: string, schema: z.ZodType<Value>): Value => {
    const { data, success } = schema.safeParse(payload[claim]);
    if (success) return data;
    throw new InvalidClaimError(`its claim ${claim} is missing or malformed`);
  };
  const actor = read(names.actor, name);
  if (isReservedActor(actor)) {
    throw new InvalidClaimError(`the actor ${actor} is reserved for the service`);
  }
  const userId = names.workspace
    ? read(names.workspace, name)
    : (read('user', name.optional()) ?? actor);
  const scopes = names.scopes
    ? read(names.scopes, scopeList)
    : (read('scope', scopeList) ?? read('scp', scopeList));
  if (names.groups !== null && areGroupsCutOff(payload, names.groups)) {
    throw new InvalidClaimError(cutOffText(names.groups, 'HOLDPOINT_JWT_GROUPS_CLAIM'));
  }
  const exp = read('exp', z.number().max(MAX_EXP));
  const issuedAt = read('iat', z.number().optional()) ?? Infinity;
  const life = exp - Math.min(issuedAt, Date.now() / 1_000);
  if (life > MAX_LIFE_DAYS * DAY_SECONDS + LEEWAY_SECONDS) {
    throw new InvalidClaimError(`it is valid for longer than ${MAX_LIFE_DAYS} days`);
  }
  return {
    userId,
    actor,
    scopes: (scopes ?? []).filter(isScope),
    expiresAt: new Date(exp * 1_000 + JWT_LEEWAY_MS),
    tokenId: null,
    sessionId: null,
    groups: groupsIn(payload, names.groups ?? 'groups'),
  };
}

/** The identity provider's keys. Fetched for tokens with an unknown key, and every ten minutes. */
function keysOf(url: URL): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(url, { cooldownDuration: JWKS_COOLDOWN_MS });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (isTokenInvalid(error)) throw error;
      throw new IdentityProviderAwayError(`Could not fetch the keys of ${url.origin}`, {
        cause: error,
      });
    }
  };
}

/** Whether the token is invalid, rather than the identity provider's response. */
const isTokenInvalid = (error: unknown): boolean =>
  error instanceof errors.JOSEError &&
  error.code !== 'ERR_JOSE_GENERIC' && // a response other than 200
  !(error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid);

function reasonOf(error: Error): string {
  const isJwt = !(error instanceof errors.JWSInvalid);
  return isJwt ? error.message : 'it is neither an API token (holdpoint_…) nor a JWT';
}

/** Signs a JWT for this service. For development and tests without an identity provider. */
export const signJwt = (
  secret: string,
  viewer: Pick<Viewer, 'userId' | 'actor' | 'scopes'> & { groups?: readonly string[] },
  expiresAt: Date,
): Promise<string> =>
  new SignJWT({ user: viewer.userId, scope: viewer.scopes.join(' '), groups: viewer.groups })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(viewer.actor)
    .setIssuedAt()
    .setExpirationTime(expiresAt)
    .sign(new TextEncoder().encode(secret));
