import { type ExecutionResult, type GraphQLSchema, isInterfaceType, isUnionType } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { ObservedContext } from './observation.ts';
import { operationOf } from './operationOf.ts';

/** Notes what an operation whose context carries an observation is and, where Yoga answers it, how it ended. */
export const useObservation = (): Plugin => ({
  onExecute({ args }) {
    const { observation } = args.contextValue as unknown as ObservedContext;
    if (observation) observation.operation = operationOf(args.document, args.operationName);
  },
  onResultProcess({ result, serverContext }) {
    const { observation } = serverContext as unknown as ObservedContext;
    if (!Array.isArray(result)) observation?.note(result as ExecutionResult);
  },
});

const noting = new WeakSet<GraphQLSchema>();

/**
 * Lets the unions of the API's answers note when an answer is one of its error types: a caller that does not ask for
 * `__typename` gets a result that does not tell.
 */
export function noteErrorTypes(schema: GraphQLSchema): void {
  if (noting.has(schema)) return;
  noting.add(schema);
  const errorInterface = schema.getType('Error');
  if (!isInterfaceType(errorInterface)) return;
  const errorTypes = new Set(schema.getPossibleTypes(errorInterface).map(({ name }) => name));
  for (const union of Object.values(schema.getTypeMap())) {
    if (!isUnionType(union) || !union.resolveType) continue;
    const { resolveType } = union;
    union.resolveType = (value, context: ObservedContext, info, abstractType) => {
      const type = resolveType(value, context, info, abstractType);
      if (context.observation && typeof type === 'string' && errorTypes.has(type)) {
        context.observation.answered(type);
      }
      return type;
    };
  }
}
