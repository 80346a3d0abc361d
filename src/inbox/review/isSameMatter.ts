import type { Detail } from '../state/details.ts';

/** Whether two versions of a review ask for the same. */
export const isSameMatter = (one: Detail, other: Detail): boolean =>
  one.payload === other.payload &&
  one.payloadDigest === other.payloadDigest &&
  one.instructions === other.instructions &&
  one.editable === other.editable &&
  one.nodeId === other.nodeId &&
  one.graphExecId === other.graphExecId &&
  one.requestedBy === other.requestedBy;
