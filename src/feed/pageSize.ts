import type { ReviewEvent } from './readEvents.ts';

const FIRST = 8;
const MAX = 500;
/** What one read should bring, in characters of payload. */
const AIM_CHARACTERS = 1_000_000;

/**
 * How many events to read at a time: few at first and where payloads are large, more and more where they are small. So
 * whoever is far behind takes little memory, and few queries.
 */
export class PageSize {
  events = FIRST;

  /** Learns from what a read has brought. */
  learn(read: readonly ReviewEvent[]): void {
    const characters = read.reduce((sum, event) => sum + charactersOf(event), 0);
    const fitting = characters === 0 ? MAX : (read.length * AIM_CHARACTERS) / characters;
    this.events = Math.max(1, Math.min(this.events * 2, Math.floor(fitting), MAX));
  }
}

/** How much of an event's memory its long texts are. Large payloads are not read with an event. */
export const charactersOf = ({ review }: ReviewEvent): number =>
  review
    ? (review.payload?.length ?? 0) +
      (review.originalPayload?.length ?? 0) +
      (review.instructions?.length ?? 0)
    : 0;
