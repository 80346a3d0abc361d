import { hasScope, missingScope, type Scope } from '@holdpoint/client';
import { ForbiddenError } from './errors.ts';

/**
 * What a token may do. `review:read` sees every review of the workspace. `review:request` sees only
 * the reviews that the same actor requested or may consume. `review:decide` includes `review:read`.
 * `review:override` settles reviews without the approvals that they require. `people:manage` changes
 * members, teams, delegations and tokens, `policy:manage` the policy. These three and
 * `webhook:manage` include nothing else.
 */
export const scopes = [
  'review:read',
  'review:request',
  'review:decide',
  'review:override',
  'people:manage',
  'policy:manage',
  'webhook:manage',
] as const satisfies readonly Scope[];
export type { Scope };

/** The identity behind a token. All data is looked up within its workspace. */
export type Viewer = {
  /** ID of the workspace. */
  readonly userId: string;
  /** Name of the agent or person that acts. */
  readonly actor: string;
  readonly scopes: readonly Scope[];
  /** When the token is no longer accepted. Null for an API token without an expiry. */
  readonly expiresAt: Date | null;
  /** ID of the API token. Null for a JWT and a session. */
  readonly tokenId: string | null;
  /** ID of the session of a person who signed in. Null for a token. */
  readonly sessionId: string | null;
  /** Groups at the identity provider, from the session or the JWT. */
  readonly groups: readonly string[];
};

export const may = (viewer: Pick<Viewer, 'scopes'>, scope: Scope): boolean =>
  hasScope(viewer.scopes, scope);

/**
 * The actor whose requests the viewer is limited to. Null if the viewer sees the whole workspace.
 */
export const limitedTo = (viewer: Viewer): string | null =>
  may(viewer, 'review:read') ? null : viewer.actor;

export const isScope = (text: string): text is Scope =>
  (scopes as readonly string[]).includes(text);

/** The actor of what the service does itself, such as expiry. No token can have it. */
export const serviceActor = 'holdpoint';

/**
 * Whether people could mistake an actor's name for the service's, e.g. due to invisible characters.
 */
export const isReservedActor = (actor: string): boolean =>
  actor
    .normalize('NFKC')
    .replace(/[\s\p{Default_Ignorable_Code_Point}]/gu, '')
    .toLowerCase() === serviceActor;

/** @throws ForbiddenError unless the token has one of the scopes */
export function requireScope(viewer: Pick<Viewer, 'scopes'>, ...anyOf: readonly Scope[]): void {
  const refusal = missingScope(viewer.scopes, anyOf);
  if (refusal !== null) throw new ForbiddenError(refusal);
}
