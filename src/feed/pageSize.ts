import type { ReviewEvent } from './readEvents.ts';

const FIRST = 8;
const MAX = 500;
/** Target size of one read, in characters of payload. */
const TARGET_CHARACTERS = 1_000_000;

/**
 * How many events to read at once. It starts small and grows while payloads are small, so that
 * catching up takes few queries but little memory.
 */
export class PageSize {
  events = FIRST;

  /** Adapts to the size of the events that were read. */
  adapt(read: readonly ReviewEvent[]): void {
    const characters = read.reduce((sum, event) => sum + charactersOf(event), 0);
    const fitting = characters === 0 ? MAX : (read.length * TARGET_CHARACTERS) / characters;
    this.events = Math.max(1, Math.min(this.events * 2, Math.floor(fitting), MAX));
  }
}

/** Size of the long texts of an event. Large payloads are not part of it. */
export const charactersOf = ({ review }: ReviewEvent): number =>
  review
    ? (review.payload?.length ?? 0) +
      (review.originalPayload?.length ?? 0) +
      (review.instructions?.length ?? 0)
    : 0;
