import type { Viewer } from '../identity/viewer.ts';

/**
 * What the limits of a token are counted under. All JWTs of an actor count as one token, so that
 * nobody gets around the limits by renewing theirs.
 */
export const tokenKeyOf = ({ tokenId, userId, actor }: Viewer): string =>
  tokenId ?? `${userId}\0${actor}`;
