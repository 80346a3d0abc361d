import {
  type DocumentNode,
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
import type { Observation, ObservedContext } from './observation.ts';
import { operationOf } from './operationOf.ts';

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
 * @throws GraphQLError where the document cannot be parsed, or is not one of those that are trusted
 */
export async function prepareOperation(
  { yoga, trusted }: Graphql,
  viewer: Viewer,
  params: GraphQLParams,
  observation?: Observation,
): Promise<PreparedOperation | readonly GraphQLError[]> {
  const enveloped = yoga.getEnveloped({ viewer, observation });
  let document: DocumentNode;
  let asked = params;
  try {
    if (trusted) asked = trusted.resolve(params);
    document = enveloped.parse(asked.query);
  } catch (error) {
    throw error instanceof GraphQLError ? withoutHttp(error) : error;
  }
  const { operationName, variables } = asked;
  const errors: readonly GraphQLError[] = enveloped.validate(schema, document);
  if (errors.length > 0) return errors.map(withoutHttp);
  const contextValue = await enveloped.contextFactory();
  const kind = getOperationAST(document, operationName)?.operation;
  if (observation) {
    observation.operation = operationOf(document, operationName);
    observation.isSubscription = kind === 'subscription';
    // The context goes on for as long as the subscription: its events are none of the request.
    if (kind === 'subscription') delete (contextValue as ObservedContext).observation;
  }
  return {
    kind,
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

/** Some errors note which HTTP status they would have; Yoga removes the note, and only over HTTP. */
function withoutHttp(error: GraphQLError): GraphQLError {
  const { http, ...extensions } = error.extensions;
  return http ? new GraphQLError(error.message, { nodes: error.nodes ?? null, extensions }) : error;
}
