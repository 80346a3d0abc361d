/**
 * Counts what each key uses at the same time, such as the subscriptions of a token, up to a limit.
 * A key is remembered only while it uses something.
 */
export class ConcurrentUse {
  readonly #limit: number;
  readonly #counts = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @returns a function that ends the use; null if the key is at the limit */
  begin(key: string): (() => void) | null {
    const count = this.#counts.get(key) ?? 0;
    if (count >= this.#limit) return null;
    this.#counts.set(key, count + 1);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#end(key);
    };
  }

  #end(key: string): void {
    const count = (this.#counts.get(key) ?? 0) - 1;
    if (count > 0) this.#counts.set(key, count);
    else this.#counts.delete(key);
  }

  /** The number of keys that use something. */
  get size(): number {
    return this.#counts.size;
  }
}
