import { JsonText } from './json/jsonText.ts';
import { maxNesting } from './json/nesting.ts';
import { type InputIssue, InvalidInputError } from './problems.ts';

const MAX_ISSUES = 20;

/**
 * Checks that a value survives JSON unchanged, before anything is sent. A member that is undefined
 * counts as absent.
 * @param path of the value itself, such as `payload`
 * @throws InvalidInputError with the path of each part that is not JSON
 */
export function checkSerializable(value: unknown, path: string): void {
  const issues: InputIssue[] = [];
  const open = new Set<object>();

  function visit(value: unknown, path: string): void {
    const problem = problemOf(value, open);
    if (problem !== undefined && issues.length < MAX_ISSUES)
      issues.push({ path, message: problem });
    if (problem !== undefined || typeof value !== 'object' || value === null) return;
    if (value instanceof JsonText) return;
    open.add(value);
    if (Array.isArray(value)) {
      // Includes holes, which forEach skips.
      for (let at = 0; at < value.length; at++) visit(value[at], join(path, String(at)));
    } else {
      for (const [key, member] of Object.entries(value)) {
        if (member !== undefined) visit(member, join(path, key));
      }
    }
    open.delete(value);
  }

  visit(value, path);
  if (issues.length > 0) throw new InvalidInputError(issues);
}

const join = (path: string, step: string): string => (path === '' ? step : `${path}.${step}`);

function problemOf(value: unknown, open: ReadonlySet<object>): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : `${value} has no JSON form`;
    case 'bigint':
      return 'a BigInt has no JSON form: send it as text';
    case 'object':
      return value === null ? undefined : problemOfObject(value, open);
    default:
      return `${typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`} has no JSON form`;
  }
}

function problemOfObject(value: object, open: ReadonlySet<object>): string | undefined {
  if (open.has(value)) return 'it contains itself: a cycle has no JSON form';
  if (open.size >= maxNesting) return `nested deeper than ${maxNesting} levels`;
  if (Array.isArray(value) || value instanceof JsonText) return undefined;
  if (value instanceof Date) return 'a Date is not JSON: send its toISOString()';
  const prototype: unknown = Object.getPrototypeOf(value);
  // A plain object of another realm has a different Object.prototype, which inherits from null.
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (isPlain && !('toJSON' in value && typeof value.toJSON === 'function')) return undefined;
  return `${nameOf(value)} is not JSON: send plain objects and arrays`;
}

const nameOf = (value: object): string =>
  `an instance of ${(value.constructor as { name?: string } | undefined)?.name || 'a class'}`;
