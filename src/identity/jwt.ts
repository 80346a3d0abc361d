import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { UnauthenticatedError } from './unauthenticatedError.ts';
import { isScope, type Viewer } from './viewer.ts';

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

const claims = z.object({
  sub: z.string().min(1).max(255),
  user: z.string().min(1).max(255).optional(),
  scope: z.string().optional(),
  exp: z.number(),
});

/**
 * Makes the function that reads JWTs: `sub` is the actor, `user` the owner (default: `sub`), `scope` a
 * space-separated list in which foreign scopes are passed over, `exp` is required.
 */
export function jwtVerifier({ secret, jwksUrl, issuer, audience }: JwtOptions) {
  const key = jwksUrl
    ? createRemoteJWKSet(new URL(jwksUrl))
    : secret && new TextEncoder().encode(secret);
  const options = {
    algorithms: jwksUrl ? ASYMMETRIC : ['HS256'],
    requiredClaims: ['sub', 'exp'],
    ...(issuer && { issuer }),
    ...(audience && { audience }),
  };

  /** @throws UnauthenticatedError saying what is wrong with the token, never repeating it */
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

const reasonOf = (error: Error): string =>
  error instanceof z.ZodError
    ? `its claim ${error.issues[0]?.path.join('.')} is missing or malformed`
    : error.message;

/** Signs a JWT as this service reads it; for development and tests, where no identity provider does it. */
export const signJwt = (
  secret: string,
  viewer: Pick<Viewer, 'userId' | 'actor' | 'scopes'>,
  expiresAt: Date,
): Promise<string> =>
  new SignJWT({ user: viewer.userId, scope: viewer.scopes.join(' ') })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(viewer.actor)
    .setExpirationTime(expiresAt)
    .sign(new TextEncoder().encode(secret));
