import { isInexact } from '@holdpoint/client/json';
import type { AnswerProblem } from '../data/decide.ts';
import { isNumberText } from '../payload/checkEdit.ts';
import type { FormSchema } from './formSchema.ts';

/**
 * What is typed into a form: the value, in which a number that is unfinished or cannot be represented
 * is still its text.
 */
export type FormData = unknown;

type Members = Record<string, unknown>;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The form before anything is typed: with the values that the agent suggests. */
export function initialData(schema: FormSchema): FormData {
  if (schema.kind !== 'object') return schema.default;
  const members: Members = {};
  for (const [name, inner] of schema.properties) {
    const value = initialData(inner);
    if (value !== undefined) members[name] = value;
  }
  return members;
}

/** The data of a form that shows this value, or null if a part of it would have no field. */
export function dataOf(schema: FormSchema, value: unknown): { data: FormData } | null {
  if (value === undefined || (value === null && schema.isNullable)) return { data: undefined };
  switch (schema.kind) {
    case 'object': {
      if (!isMembers(value)) return null;
      const members: Members = {};
      for (const [name, member] of Object.entries(value)) {
        const inner = schema.properties.get(name);
        const found = inner && dataOf(inner, member);
        if (!found) return null;
        members[name] = found.data;
      }
      return { data: members };
    }
    case 'array': {
      if (!Array.isArray(value)) return null;
      const items = value.map((item) => dataOf(schema.items, item));
      return items.includes(null) ? null : { data: items.map((item) => item?.data) };
    }
    case 'choice': {
      const text = JSON.stringify(value);
      return schema.values.some((one) => JSON.stringify(one) === text) ? { data: value } : null;
    }
    case 'number':
      return typeof value === 'number' || typeof value === 'string' ? { data: value } : null;
    default:
      return typeof value === schema.kind ? { data: value } : null;
  }
}

/**
 * The answer in a form. Fields that were left empty are left out, and so are optional objects and
 * lists with nothing in them. What must be there and may be null is null.
 */
export function answerOf(schema: FormSchema, data: FormData, isRequired = true): unknown {
  if (schema.kind === 'object') {
    const given = isMembers(data) ? data : {};
    const members: Members = {};
    for (const [name, inner] of schema.properties) {
      const value = answerOf(inner, given[name], schema.required.has(name));
      if (value !== undefined) members[name] = value;
    }
    if (Object.keys(members).length > 0) return members;
    return isRequired ? (schema.isNullable && data == null ? null : members) : undefined;
  }
  if (schema.kind === 'array') {
    const items = Array.isArray(data)
      ? data.map((item) => answerOf(schema.items, item) ?? null)
      : [];
    return items.length > 0 || isRequired ? items : undefined;
  }
  if (data === undefined || data === null) {
    return data === null || (isRequired && schema.isNullable) ? null : undefined;
  }
  return data;
}

/** The number that a text stands for, or the text if it is not exactly a number. */
export function numberOf(text: string): number | string | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (!isNumberText(trimmed) || isInexact(trimmed, Number(trimmed))) return text;
  return Number(trimmed);
}

/** What keeps a form from being sent: numbers that are unfinished or cannot be represented. */
export function formProblems(
  schema: FormSchema,
  data: FormData,
  path: readonly (string | number)[] = [],
): AnswerProblem[] {
  if (schema.kind === 'object') {
    return [...schema.properties].flatMap(([name, inner]) =>
      formProblems(inner, isMembers(data) ? data[name] : undefined, [...path, name]),
    );
  }
  if (schema.kind === 'array') {
    const items = Array.isArray(data) ? data : [];
    return items.flatMap((item, at) => formProblems(schema.items, item, [...path, at]));
  }
  if (schema.kind !== 'number' || typeof data !== 'string') return [];
  const message = isNumberText(data.trim())
    ? 'cannot be represented exactly: use fewer digits'
    : 'is not a number';
  return [{ path: path.join('.'), message }];
}

/**
 * The problems by the field that they are about, which `keyOf` names; '[]' has those of the whole.
 * Keys may contain dots, so the longest that fits is taken.
 */
export function problemsByField(
  schema: FormSchema,
  problems: readonly AnswerProblem[],
): ReadonlyMap<string, string[]> {
  const byField = new Map<string, string[]>();
  for (const { path, message } of problems) {
    const { field, rest } = fieldAt(schema, path);
    const key = keyOf(field);
    const text = rest === '' ? message : `${rest}: ${message}`;
    byField.set(key, [...(byField.get(key) ?? []), text]);
  }
  return byField;
}

export const keyOf = (path: readonly (string | number)[]): string => JSON.stringify(path);

function fieldAt(schema: FormSchema, path: string): { field: (string | number)[]; rest: string } {
  if (path !== '' && schema.kind === 'object') {
    const names = [...schema.properties.keys()]
      .filter((name) => path === name || path.startsWith(`${name}.`))
      .sort((one, other) => other.length - one.length);
    const [name] = names;
    const inner = name === undefined ? undefined : schema.properties.get(name);
    if (name !== undefined && inner) {
      const { field, rest } = fieldAt(inner, path.slice(name.length + 1));
      return { field: [name, ...field], rest };
    }
  }
  const index = schema.kind === 'array' ? /^(\d+)(?:\.|$)/.exec(path) : null;
  if (index?.[1] !== undefined && schema.kind === 'array') {
    const { field, rest } = fieldAt(schema.items, path.slice(index[0].length));
    return { field: [Number(index[1]), ...field], rest };
  }
  return { field: [], rest: path };
}
