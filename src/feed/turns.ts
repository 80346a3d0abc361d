/** Runs one task at a time, in the order in which they come. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs a task after all earlier ones. Resolves or rejects as the task does. */
  take<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => {});
    return result;
  }
}
