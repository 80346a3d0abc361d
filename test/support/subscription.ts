import { setTimeout as pause } from 'node:timers/promises';
import { AnsweredWithErrors, type GraphqlError } from './answeredWithErrors.ts';

const PATIENCE_MS = 5_000;

type Result<Data> = { data?: Data | null; errors?: readonly GraphqlError[] };

export type Sink<Data> = {
  next(result: Result<Data>): void;
  error(error: unknown): void;
  complete(): void;
};

/** A subscription that keeps all results, starting with the first. */
export class Subscription<Data> {
  /** All results so far, in order. */
  readonly received: Data[] = [];
  #taken = 0;
  #end: { error: unknown } | undefined;
  #wake: () => void = () => {};
  readonly #stop: () => Promise<void>;

  constructor(start: (sink: Sink<Data>) => () => Promise<void>) {
    this.#stop = start({
      next: ({ data, errors }) => {
        if (errors) this.#ended(new AnsweredWithErrors(errors));
        else this.received.push(data as Data);
        this.#wake();
      },
      error: (error) =>
        this.#ended(Array.isArray(error) ? new AnsweredWithErrors(error as GraphqlError[]) : error),
      complete: () => this.#ended(new Error('The subscription has ended')),
    });
  }

  /** @throws the error that ended the subscription, or an error on timeout */
  async next(): Promise<Data> {
    const deadline = Date.now() + PATIENCE_MS;
    while (this.#taken === this.received.length) {
      if (this.#end) throw this.#end.error;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`Nothing came within ${PATIENCE_MS} ms`);
      await Promise.race([
        new Promise<void>((resolve) => {
          this.#wake = resolve;
        }),
        pause(left, undefined, { ref: false }),
      ]);
    }
    return this.received[this.#taken++] as Data;
  }

  async take(count: number): Promise<Data[]> {
    const taken: Data[] = [];
    while (taken.length < count) taken.push(await this.next());
    return taken;
  }

  /** The results within some time, for tests that expect none. */
  async during(milliseconds: number): Promise<Data[]> {
    await pause(milliseconds);
    const rest = this.received.slice(this.#taken);
    this.#taken = this.received.length;
    return rest;
  }

  async close(): Promise<void> {
    await this.#stop();
  }

  #ended(error: unknown): void {
    this.#end ??= { error };
    this.#wake();
  }
}
