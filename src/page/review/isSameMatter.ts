import type { Detail } from '../state/details.ts';

/** Whether two versions of a review ask for the same. */
export const isSameMatter = (one: Detail, other: Detail): boolean =>
  one.subjectDigest === other.subjectDigest;
