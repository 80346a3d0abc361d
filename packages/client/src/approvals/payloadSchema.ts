import type { PayloadSchema, SchemaIssue } from './approvalKind.ts';
import { isRecord } from './approvalType.ts';

// The schemas of the built-in kinds. They need so little of a schema library that they do without:
// it would be most of what this package installs.

/** Returns the issues; none if the value fits. */
type Check = (value: unknown, path: readonly string[]) => SchemaIssue[];

export const text: Check = (value, path) =>
  typeof value === 'string' ? [] : [mismatch('string', value, path)];

export const nonBlankText: Check = (value, path) =>
  typeof value === 'string' && value.trim() === ''
    ? [{ path, message: 'must not be blank' }]
    : text(value, path);

/** Also accepts null and undefined. */
export const optional =
  (check: Check): Check =>
  (value, path) =>
    value === undefined || value === null ? [] : check(value, path);

export const listOf =
  (check: Check): Check =>
  (value, path) =>
    Array.isArray(value)
      ? value.flatMap((item, index) => check(item, [...path, String(index)]))
      : [mismatch('array', value, path)];

/** An object with at least these members. Members that are not listed may hold anything. */
export const objectWith =
  (members: Readonly<Record<string, Check>>): Check =>
  (value, path) =>
    isRecord(value)
      ? Object.entries(members).flatMap(([key, check]) => check(value[key], [...path, key]))
      : [mismatch('object', value, path)];

/** A check as a Standard Schema. `Payload` says in types what the check says at run time. */
export const schemaOf = <Payload>(check: Check): PayloadSchema<Payload, Payload> => ({
  '~standard': {
    validate(value) {
      const issues = check(value, []);
      return issues.length === 0 ? { value: value as Payload } : { issues };
    },
  },
});

function mismatch(expected: string, value: unknown, path: readonly string[]): SchemaIssue {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return { path, message: `Invalid input: expected ${expected}, received ${kind}` };
}
