import { GraphQLError } from 'graphql';

/**
 * Bounds how much text one answer holds, in UTF-16 units or bytes. It is asked before a large text is read from the database,
 * so an answer that would be too large is refused before it is in memory.
 */
export class AnswerBudget {
  #left: number;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
    this.#left = limit;
  }

  /** @throws GraphQLError once the answer's texts exceed the limit together */
  spend(bytes: number): void {
    this.#left -= bytes;
    if (this.#left >= 0) return;
    throw new GraphQLError(
      `The answer would be larger than ${this.#limit} bytes: ask for fewer reviews at once, or without their payloads`,
      { extensions: { code: 'ANSWER_TOO_LARGE' } },
    );
  }
}
