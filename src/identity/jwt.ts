import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { IdentityProviderAwayError, UnauthenticatedError } from './errors.ts';
import { isReservedActor, isScope, type Viewer } from './viewer.ts';

export type JwtOptions = {
  /** Secret for HS256. */
  secret: string | null;
  /** URL of the identity provider's key set. If set, only its tokens are accepted. */
  jwksUrl: string | null;
  issuer: string | null;
  audience: string | null;
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

/** Minimum time between two fetches of the identity provider's keys. */
const JWKS_COOLDOWN_MS = 1_000;
/** The maximum value of a Date, in seconds. */
const MAX_EXP = 8.64e12;
/** Maximum lifetime of a JWT, to limit the damage if one leaks. */
const MAX_LIFE_DAYS = 90;
const DAY_SECONDS = 86_400;

/** A name that survives UTF-8 and PostgreSQL unchanged. */
const name = z
  .string()
  .min(1)
  .max(255)
  .refine((text) => text.isWellFormed() && !text.includes('\0'));

const claims = z
  .object({
    sub: name.refine((actor) => !isReservedActor(actor), {
      error: ({ input }) => `the actor ${input} is reserved for the service`,
    }),
    user: name.optional(),
    scope: z.string().optional(),
    exp: z.number().max(MAX_EXP),
    iat: z.number().optional(),
  })
  .refine(
    ({ exp, iat = Infinity }) =>
      exp - Math.min(iat, Date.now() / 1_000) <= MAX_LIFE_DAYS * DAY_SECONDS,
    { error: `it is valid for longer than ${MAX_LIFE_DAYS} days`, path: ['exp'] },
  );

/**
 * Creates a function that verifies JWTs. `sub` is the actor, `user` the workspace (default: `sub`),
 * and `scope` a space-separated list in which unknown scopes are ignored. `exp` is required, and at
 * most 90 days after `iat`, or after now without an `iat`.
 */
export function jwtVerifier({ secret, jwksUrl, issuer, audience }: JwtOptions) {
  const key = jwksUrl ? keysOf(new URL(jwksUrl)) : secret && new TextEncoder().encode(secret);
  const options = {
    algorithms: jwksUrl ? ASYMMETRIC : ['HS256'],
    requiredClaims: ['sub', 'exp'],
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
      const { payload } = await jwtVerify(token, key as JWTVerifyGetKey, options);
      const { sub, user, scope, exp } = claims.parse(payload);
      return {
        userId: user ?? sub,
        actor: sub,
        scopes: (scope ?? '').split(' ').filter(isScope),
        expiresAt: new Date(exp * 1_000),
        tokenId: null,
      };
    } catch (error) {
      if (error instanceof errors.JWTExpired)
        throw new UnauthenticatedError('The token has expired');
      if (error instanceof errors.JOSEError || error instanceof z.ZodError) {
        throw new UnauthenticatedError(`The token is not valid: ${reasonOf(error)}`);
      }
      throw error;
    }
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
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    if (issue?.code !== 'custom')
      return `its claim ${issue?.path.join('.')} is missing or malformed`;
    return issue.message;
  }
  const isJwt = !(error instanceof errors.JWSInvalid);
  return isJwt ? error.message : 'it is neither an API token (holdpoint_…) nor a JWT';
}

/** Signs a JWT for this service. For development and tests without an identity provider. */
export const signJwt = (
  secret: string,
  viewer: Pick<Viewer, 'userId' | 'actor' | 'scopes'>,
  expiresAt: Date,
): Promise<string> =>
  new SignJWT({ user: viewer.userId, scope: viewer.scopes.join(' ') })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(viewer.actor)
    .setIssuedAt()
    .setExpirationTime(expiresAt)
    .sign(new TextEncoder().encode(secret));
