import {
  defaultFieldResolver,
  GraphQLError,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
} from 'graphql';

/**
 * Limits the total size of the texts in one response. Large texts are charged before they are read
 * from the database, so an oversized response is refused before it is in memory.
 */
export class AnswerBudget {
  #left: number;
  readonly #limit: number;

  /** @param limit in bytes, or in UTF-16 units for texts that are already in memory */
  constructor(limit: number) {
    this.#left = limit;
    this.#limit = limit;
  }

  /** How much was spent, or tried to be. */
  get spent(): number {
    return this.#limit - this.#left;
  }

  /** @throws GraphQLError with code ANSWER_TOO_LARGE once the texts exceed the limit */
  spend(bytes: number): void {
    this.#left -= bytes;
    if (this.#left >= 0) return;
    throw new GraphQLError(
      `The response would exceed ${this.#limit} bytes. Request less at once, or leave out payloads`,
      { extensions: { code: 'ANSWER_TOO_LARGE' } },
    );
  }
}

/**
 * Runs what spends the budget. If it throws, it rejects instead: when an item of a list throws,
 * GraphQL.js gives up the list, and nobody handles the rejections of the other items.
 */
export function charged<Result>(work: () => Result): Result | Promise<never> {
  try {
    return work();
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Shorter texts are not charged: the query limits already bound how many of them there can be. */
const MIN_CHARACTERS = 1_000;

/**
 * Charges every text field to the response's budget. Payloads are not included here: they are
 * charged where they are read.
 */
export function chargeTexts(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (getNamedType(field.type).name !== 'String') continue;
      const { resolve = defaultFieldResolver } = field;
      field.resolve = (source, args, context: { budget: AnswerBudget }, info) => {
        const value: unknown = resolve(source, args, context, info);
        return charged(() => {
          if (typeof value === 'string' && value.length >= MIN_CHARACTERS) {
            context.budget.spend(value.length);
          } else if (Array.isArray(value)) {
            for (const text of value) context.budget.spend(String(text).length);
          }
          return value;
        });
      };
    }
  }
  return schema;
}
