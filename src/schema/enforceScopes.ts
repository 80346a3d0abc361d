import { missingScopeFor, requiredScopes } from '@holdpoint/client';
import type { GraphQLField, GraphQLSchema } from 'graphql';
import { ForbiddenError } from '../identity/errors.ts';
import type { Context } from './context.ts';

/**
 * Checks the scopes of every root field before its resolver runs.
 * @throws Error for a field that the table does not list, so that none is open by mistake
 */
export function enforceScopes(schema: GraphQLSchema): GraphQLSchema {
  for (const [type, resolver] of [
    [schema.getQueryType(), 'resolve'],
    [schema.getMutationType(), 'resolve'],
    [schema.getSubscriptionType(), 'subscribe'],
  ] as const) {
    for (const field of Object.values(type?.getFields() ?? {})) enforce(field, resolver);
  }
  return schema;
}

function enforce(field: GraphQLField<unknown, Context>, resolver: 'resolve' | 'subscribe'): void {
  const scopes = requiredScopes[field.name];
  const inner = field[resolver];
  if (!scopes || !inner) throw new Error(`No scopes are defined for ${field.name}`);
  if (scopes.length === 0) return;
  field[resolver] = (source, args, context, info) => {
    const refusal = missingScopeFor(context.viewer.scopes, field.name);
    if (refusal !== null) throw new ForbiddenError(refusal);
    return inner(source, args, context, info);
  };
}
