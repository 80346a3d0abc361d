import { type GraphQLSchema, isInterfaceType, isUnionType } from 'graphql';
import type { ObservedContext } from './observation.ts';

const noting = new WeakSet<GraphQLSchema>();

/**
 * Makes the unions of the schema note in the observation when an answer is one of the API's error
 * types. The result alone does not show that if the caller did not select `__typename`.
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
