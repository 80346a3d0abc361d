import type { Detail } from '../data/details.ts';
import type { Viewer } from '../data/useViewer.ts';

export const serviceIsAway = "Holdpoint can't be reached. You can decide once it is back.";

/** Why the viewer may not decide this review, or null. */
export function forbiddenReason(
  { requestedBy, consumers }: Detail,
  viewer: Viewer | null,
): string | null {
  if (viewer === null) return null;
  if (!viewer.scopes.includes('review:decide')) return 'Your token is read-only.';
  if (viewer.actor === requestedBy) return 'You requested this, so somebody else must decide.';
  if (consumers.includes(viewer.actor)) {
    return 'You may use this approval, so somebody else must decide.';
  }
  return null;
}
