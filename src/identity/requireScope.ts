import { may, type Scope, type Viewer } from './viewer.ts';

/** A token that is known, and may not do this. */
export class ForbiddenError extends Error {}

/** @throws ForbiddenError unless the token has one of the scopes */
export function requireScope(viewer: Viewer, ...scopes: Scope[]): void {
  if (scopes.some((scope) => may(viewer, scope))) return;
  const held = viewer.scopes.join(' ') || 'none';
  throw new ForbiddenError(`This needs the scope ${scopes.join(' or ')}; the token has ${held}`);
}
