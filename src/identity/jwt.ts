import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { IdentityProviderAwayError, UnauthenticatedError } from './errors.ts';
import { isReservedActor, isScope, type Viewer } from './viewer.ts';

export type JwtOptions = {
  /** HS256. Null: tokens of an identity provider only. */
  secret: string | null;
  /** Where the identity provider publishes its keys. */
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

/** A new key of the identity provider is looked for at most this often. */
const JWKS_COOLDOWN_MS = 1_000;
/** The last instant that a Date holds, in seconds. */
const MAX_EXP = 8.64e12;
/** How long a JWT may be valid: one that is lost ends by itself. */
const MAX_LIFE_DAYS = 90;
const DAY_SECONDS = 86_400;

/** A name that the database carries unchanged. */
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
 * Makes the function that reads JWTs: `sub` is the actor, `user` the owner (default: `sub`), `scope` a
 * space-separated list in which foreign scopes are passed over, `exp` is required and at most 90 days after `iat`, or after
 * now where there is none.
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
   * @throws UnauthenticatedError saying what is wrong with the token, never repeating it;
   *   IdentityProviderAwayError where that cannot be said
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

/** The identity provider's keys, read when a token names one that is not known yet, and anew every ten minutes. */
function keysOf(url: URL): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(url, { cooldownDuration: JWKS_COOLDOWN_MS });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (isOfToken(error)) throw error;
      throw new IdentityProviderAwayError(`${url.origin} does not tell its keys`, { cause: error });
    }
  };
}

/** Whether the token is wrong, and not the answer of the identity provider. */
const isOfToken = (error: unknown): boolean =>
  error instanceof errors.JOSEError &&
  error.code !== 'ERR_JOSE_GENERIC' && // any answer but 200
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

/** Signs a JWT as this service reads it; for development and tests, where no identity provider does it. */
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
