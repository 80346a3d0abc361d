import {
  type DocumentNode,
  type ExecutionResult,
  getNamedType,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { Context } from '../schema/context.ts';
import { schema } from '../schema/index.ts';

/** Compiling takes as long as a hundred answers, and is not for whoever asks ever new questions. */
const ASKED_OFTEN = 100;
/** A compiled query takes tens of kilobytes. */
const MAX_COMPILED = 100;

type Answer = CompiledQuery['query'];

/**
 * Queries that are asked often, compiled to JavaScript: a page takes half of graphql-js's time. Only what the compiler surely does as
 * graphql-js does is left to it: no unions, interfaces or directives, and so no mutations, which all answer unions.
 */
export class CompiledQueries {
  readonly #askedOften: number;
  /** Never enough for what cannot be compiled. */
  readonly #timesAsked = new WeakMap<OperationDefinitionNode, number>();
  readonly #answers = new LRUCache<OperationDefinitionNode, Answer>({ max: MAX_COMPILED });

  /** @param askedOften from how many times on a query is compiled */
  constructor(askedOften = ASKED_OFTEN) {
    this.#askedOften = askedOften;
  }

  /**
   * Answers an operation of a valid document.
   * @returns null where graphql-js is to execute it; also where a query came to an error, which is then told as ever
   */
  async answer(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    context: Context,
    variables: Record<string, unknown>,
  ): Promise<ExecutionResult | null> {
    const answer = this.#answers.get(operation) ?? this.#compile(document, operation);
    if (!answer) return null;
    const result = await answer(undefined, context, variables);
    return result.errors === undefined && result.data ? result : null;
  }

  #compile(document: DocumentNode, operation: OperationDefinitionNode): Answer | null {
    const times = (this.#timesAsked.get(operation) ?? 0) + 1;
    this.#timesAsked.set(operation, times);
    if (process.env['NOJIT'] || times < this.#askedOften) return null;
    const compiled = isPlain(document, operation)
      ? compileQuery(schema, document, operation.name?.value)
      : null;
    if (compiled === null || !isCompiledQuery(compiled)) {
      this.#timesAsked.set(operation, Number.NEGATIVE_INFINITY);
      return null;
    }
    this.#answers.set(operation, compiled.query);
    return compiled.query;
  }
}

function isPlain(document: DocumentNode, { operation }: OperationDefinitionNode): boolean {
  if (operation !== OperationTypeNode.QUERY) return false;
  let plain = true;
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      [Kind.DIRECTIVE]: () => {
        plain = false;
      },
      [Kind.FIELD]({ name, alias }) {
        const type = getNamedType(types.getType());
        const parent = types.getParentType();
        // A look at the schema, or an answer under the name `__proto__`, which the compiler loses.
        const isReserved = [name, alias].some(
          (one) => one?.value.startsWith('__') && one.value !== '__typename',
        );
        if (isReserved || isAbstractType(type) || isAbstractType(parent)) plain = false;
      },
    }),
  );
  return plain;
}
