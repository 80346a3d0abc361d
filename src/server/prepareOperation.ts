import {
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  getOperationAST,
  type OperationTypeNode,
} from 'graphql';
import type { GraphQLParams } from 'graphql-yoga';
import type { Viewer } from '../identity/viewer.ts';
import type { Context } from '../schema/context.ts';
import { schema } from '../schema/index.ts';
import type { Graphql } from './createGraphql.ts';

/** An operation that is valid and may run. */
export type PreparedOperation = {
  /** Undefined where the document has no such operation. */
  kind: OperationTypeNode | undefined;
  args: ExecutionArgs & { contextValue: Context };
  execute(args: ExecutionArgs): Promise<ExecutionResult>;
};

/**
 * Parses and validates an operation and makes its context, with the same rules on every transport.
 * @returns the errors for which it cannot run, else what runs it
 * @throws GraphQLError where the document cannot be parsed
 */
export async function prepareOperation(
  { yoga }: Graphql,
  viewer: Viewer,
  { query, operationName, variables }: GraphQLParams,
): Promise<PreparedOperation | readonly GraphQLError[]> {
  const enveloped = yoga.getEnveloped({ viewer });
  const document = enveloped.parse(query);
  const errors: readonly GraphQLError[] = enveloped.validate(schema, document);
  if (errors.length > 0) return errors.map(withoutHttp);
  const contextValue = await enveloped.contextFactory();
  return {
    kind: getOperationAST(document, operationName)?.operation,
    args: {
      schema,
      document,
      operationName: operationName ?? null,
      variableValues: variables ?? null,
      contextValue,
    },
    execute: enveloped.execute,
  };
}

/** Yoga notes on a validation error which HTTP status it would have, and removes the note only over HTTP. */
function withoutHttp(error: GraphQLError): GraphQLError {
  const { http, ...extensions } = error.extensions;
  return http ? new GraphQLError(error.message, { nodes: error.nodes ?? null, extensions }) : error;
}
