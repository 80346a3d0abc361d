/** The database's time, as far as it is known here. */
export type Clock = { now(): number };

/**
 * How far this process's clock is from the database's, learnt from answers that tell its time. Before the first of them they are
 * taken for the same.
 */
export class DatabaseClock implements Clock {
  #aheadMs = 0;

  /** @param databaseNow what the database said, in milliseconds, between asking and its answer */
  learn(askedAt: number, databaseNow: number, answeredAt: number): void {
    this.#aheadMs = databaseNow - (askedAt + answeredAt) / 2;
  }

  now(): number {
    return Date.now() + this.#aheadMs;
  }
}
