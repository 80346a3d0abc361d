/** The current time, in milliseconds since 1970. */
export type Clock = { now(): number };

/**
 * Estimates the database's time from answers that contain it. Before the first one, it is this
 * process's time.
 */
export class DatabaseClock implements Clock {
  #aheadMs = 0;

  /**
   * @param databaseNow the database's time between the query and its answer, in milliseconds since
   *   1970
   */
  learn(askedAt: number, databaseNow: number, answeredAt: number): void {
    this.#aheadMs = databaseNow - (askedAt + answeredAt) / 2;
  }

  now(): number {
    return Date.now() + this.#aheadMs;
  }
}
