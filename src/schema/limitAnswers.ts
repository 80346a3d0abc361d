import { defaultFieldResolver, type GraphQLSchema, getNamedType, isObjectType } from 'graphql';
import type { Context } from './context.ts';

/** Shorter texts are not counted: their number is bounded by the cost of the operation. */
const MIN_CHARACTERS = 1_000;

/**
 * Lets every text of an answer count against its budget. Payloads are counted where they are read, since that must not
 * happen without the budget for them.
 */
export function limitAnswers(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (getNamedType(field.type).name !== 'String') continue;
      const { resolve = defaultFieldResolver } = field;
      field.resolve = (source, args, context: Context, info) => {
        const value: unknown = resolve(source, args, context, info);
        if (typeof value === 'string' && value.length >= MIN_CHARACTERS) {
          context.budget.spend(value.length);
        } else if (Array.isArray(value)) {
          for (const text of value) context.budget.spend(String(text).length);
        }
        return value;
      };
    }
  }
  return schema;
}
