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

/** Compiling takes as long as a hundred executions: one-off queries never repay it. */
const COMPILE_AFTER = 100;
/** A compiled query takes tens of kilobytes. */
const MAX_COMPILED = 100;

type Answer = CompiledQuery['query'];

/**
 * Compiles frequent queries to JavaScript with graphql-jit, which saves a sixth of the CPU time of
 * a page. Queries with unions, interfaces or directives, and mutations, are left to graphql-js:
 * there the two may differ.
 */
export class CompiledQueries {
  readonly #compileAfter: number;
  /** How often each operation was executed; -Infinity if it cannot be compiled. */
  readonly #executions = new WeakMap<OperationDefinitionNode, number>();
  readonly #answers = new LRUCache<OperationDefinitionNode, Answer>({ max: MAX_COMPILED });

  /** @param compileAfter the number of executions after which a query is compiled */
  constructor(compileAfter = COMPILE_AFTER) {
    this.#compileAfter = compileAfter;
  }

  /**
   * Executes an operation of a valid document.
   * @returns null if graphql-js has to execute it: it is not compiled, or it had an error
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
    const times = (this.#executions.get(operation) ?? 0) + 1;
    this.#executions.set(operation, times);
    if (times < this.#compileAfter) return null;
    const compiled = isPlain(document, operation)
      ? compileQuery(schema, document, operation.name?.value)
      : null;
    if (compiled === null || !isCompiledQuery(compiled)) {
      this.#executions.set(operation, Number.NEGATIVE_INFINITY);
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
        // Introspection, or a field named `__proto__`, which the compiler loses.
        const isReserved = [name, alias].some(
          (one) => one?.value.startsWith('__') && one.value !== '__typename',
        );
        if (isReserved || isAbstractType(type) || isAbstractType(parent)) plain = false;
      },
    }),
  );
  return plain;
}
