import { ForbiddenError } from './errors.ts';

/**
 * What a token may do. `review:read` sees every review of the workspace. `review:request` sees only what the same actor
 * asked for or may consume. `review:decide` includes `review:read`. `webhook:manage` includes nothing else.
 */
export const scopes = ['review:read', 'review:request', 'review:decide', 'webhook:manage'] as const;
export type Scope = (typeof scopes)[number];

/** Who is asking, as the token says. Everything that is looked up is looked up inside `userId`. */
export type Viewer = {
  /** The owner whose reviews this token may see. */
  readonly userId: string;
  /** Who acts: an agent's or a person's name. */
  readonly actor: string;
  readonly scopes: readonly Scope[];
  /** When the token ends; null for an API token without an end. */
  readonly expiresAt: Date | null;
  /** The API token's id; null for a JWT. */
  readonly tokenId: string | null;
};

export const may = (viewer: Viewer, scope: Scope): boolean =>
  viewer.scopes.includes(scope) ||
  (scope === 'review:read' && viewer.scopes.includes('review:decide'));

/** The actor whose requests are all that the viewer sees; null: the viewer sees everything of the owner. */
export const limitedTo = (viewer: Viewer): string | null =>
  may(viewer, 'review:read') ? null : viewer.actor;

export const isScope = (text: string): text is Scope =>
  (scopes as readonly string[]).includes(text);

/** The actor of what the service does by itself, such as expiry. No token can have it. */
export const serviceActor = 'holdpoint';

/**
 * Whether an actor's name would pass for the service itself, also with characters that nobody sees,
 * or full-width ones.
 */
export const isReservedActor = (actor: string): boolean =>
  actor
    .normalize('NFKC')
    .replace(/[\s\p{Default_Ignorable_Code_Point}]/gu, '')
    .toLowerCase() === serviceActor;

/** @throws ForbiddenError unless the token has one of the scopes */
export function requireScope(viewer: Viewer, ...scopes: Scope[]): void {
  if (scopes.some((scope) => may(viewer, scope))) return;
  const held = viewer.scopes.join(' ') || 'none';
  throw new ForbiddenError(`This needs the scope ${scopes.join(' or ')}; the token has ${held}`);
}
