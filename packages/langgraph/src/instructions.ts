import { storable } from './storable.ts';

/** The limit of the service. */
const MAX_CHARACTERS = 100_000;

/**
 * A text from the graph as the instructions of a review. One that is too long is left out: it
 * describes the payload, which the reviewer sees anyway.
 */
export const instructionsOf = (text: string): string | undefined =>
  text.length <= MAX_CHARACTERS ? storable(text) : undefined;
