import type { ReviewEvent } from './readEvents.ts';

const FIRST = 8;
/** The default of the largest page. */
const MAX = 500;
/** Target size of one read, in characters of payload. */
const TARGET_CHARACTERS = 1_000_000;
/** A read that took too long is repeated with this fraction of its events. */
const SHRINK_BY = 8;
/** How much the largest page grows with each read that passes, after it had to shrink. */
const RECOVERY = 1.05;

/**
 * How many events to read at once. It starts small and grows while payloads are small, so that
 * catching up takes few queries but little memory. If a read takes too long, it shrinks until reads
 * pass, then grows back slowly.
 */
export class PageSize {
  events = FIRST;
  readonly #limit: number;
  #max: number;

  constructor(limit = MAX) {
    this.#limit = limit;
    this.#max = limit;
  }

  /** Adapts to the size of the events that were read. */
  adapt(read: readonly ReviewEvent[]): void {
    const characters = read.reduce((sum, event) => sum + charactersOf(event), 0);
    const fitting = characters === 0 ? this.#limit : (read.length * TARGET_CHARACTERS) / characters;
    this.#max = Math.min(this.#max * RECOVERY, this.#limit);
    this.events = Math.max(1, Math.floor(Math.min(this.events * 2, fitting, this.#max)));
  }

  /** Adapts to a read that took too long. */
  shrink(): void {
    this.#max = Math.max(1, this.events / 2);
    this.events = Math.max(1, Math.floor(this.events / SHRINK_BY));
  }
}

/** Size of the long texts of an event. Large payloads are not part of it. */
export const charactersOf = ({ review }: ReviewEvent): number =>
  review
    ? (review.payload?.length ?? 0) +
      (review.originalPayload?.length ?? 0) +
      (review.instructions?.length ?? 0)
    : 0;
