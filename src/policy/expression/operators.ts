import type { Scope } from './scope.ts';
import { Duration, type Kind, keysOf, kindOf, Problem, Timestamp, type Value } from './values.ts';

const NAMES: Record<Kind, string> = {
  null: 'null',
  bool: 'a boolean',
  number: 'a number',
  string: 'a string',
  list: 'a list',
  map: 'an object',
  timestamp: 'a timestamp',
  duration: 'a duration',
  problem: 'a problem',
};

/** As in "cannot compare a string with a number". */
export const nameOf = (value: Value): string => NAMES[kindOf(value)];

export const nameOfKind = (kind: Kind): string => NAMES[kind];

const CHARACTERS_PER_STEP = 16;

const tooMuchWork = new Problem('this takes too many steps', true);

/** Counts work. Undefined while the expression may go on. */
export function spend(scope: Scope, steps: number): Problem | undefined {
  scope.steps -= steps;
  return scope.steps < 0 ? tooMuchWork : undefined;
}

/** Counts the work of reading that many characters. */
export const spendCharacters = (scope: Scope, characters: number): Problem | undefined =>
  spend(scope, 1 + Math.ceil(characters / CHARACTERS_PER_STEP));

export type Binary = (left: Value, right: Value, scope: Scope) => Value;

/**
 * Whether two values are equal. Values of different kinds are a problem, because `"501" == 501`
 * being false would let a rule be evaded; only null may be compared with anything.
 */
export function equal(left: Value, right: Value, scope: Scope): boolean | Problem {
  if (typeof left === 'number' && typeof right === 'number') return left === right;
  if (typeof left === 'string' && typeof right === 'string') {
    if (left.length !== right.length) return false;
    return spendCharacters(scope, left.length) ?? left === right;
  }
  if (left instanceof Problem) return left;
  if (right instanceof Problem) return right;
  if (left === null || right === null) return left === right;
  const kind = kindOf(left);
  if (kind !== kindOf(right)) {
    return new Problem(`cannot compare ${nameOf(left)} with ${nameOf(right)}`);
  }
  if (kind === 'list') return equalLists(left as Value[], right as Value[], scope);
  if (kind === 'map') return equalMaps(left as Members, right as Members, scope);
  if (kind === 'bool') return left === right;
  return (left as Timestamp).nanoseconds === (right as Timestamp).nanoseconds;
}

type Members = { readonly [key: string]: Value };

function equalLists(left: Value[], right: Value[], scope: Scope): boolean | Problem {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at++) {
    const result = spend(scope, 1) ?? equal(left[at] as Value, right[at] as Value, scope);
    if (result !== true) return result;
  }
  return true;
}

function equalMaps(left: Members, right: Members, scope: Scope): boolean | Problem {
  const keys = keysOf(left);
  if (keys.length !== keysOf(right).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(right, key)) return false;
    const result = spend(scope, 1) ?? equal(left[key] as Value, right[key] as Value, scope);
    if (result !== true) return result;
  }
  return true;
}

export function unequal(left: Value, right: Value, scope: Scope): boolean | Problem {
  const result = equal(left, right, scope);
  return typeof result === 'boolean' ? !result : result;
}

/** Whether a list has the value, or an object the key. */
export function isIn(left: Value, right: Value, scope: Scope): boolean | Problem {
  if (left instanceof Problem) return left;
  if (right instanceof Problem) return right;
  const kind = kindOf(right);
  if (kind === 'map') {
    if (typeof left === 'string') return Object.hasOwn(right as Members, left);
    return new Problem(`the keys of an object are strings, not ${nameOf(left)}`);
  }
  if (kind !== 'list') return new Problem(`in needs a list or an object, not ${nameOf(right)}`);
  let problem: Problem | undefined;
  for (const element of right as Value[]) {
    const result = spend(scope, 1) ?? equal(left, element, scope);
    if (result === true) return true;
    if (result instanceof Problem) {
      if (result.isLimit) return result;
      problem ??= result;
    }
  }
  return problem ?? false;
}

/** `<`, `<=`, `>` and `>=`, by what they say of the order of two values. */
export const ordered =
  (holds: (order: number) => boolean): Binary =>
  (left, right, scope) => {
    if (typeof left === 'number' && typeof right === 'number') return holds(left - right);
    if (left instanceof Problem) return left;
    if (right instanceof Problem) return right;
    if (typeof left === 'string' && typeof right === 'string') {
      const length = Math.min(left.length, right.length);
      return spendCharacters(scope, length * 4) ?? holds(orderOfStrings(left, right, length));
    }
    for (const Class of [Timestamp, Duration]) {
      if (left instanceof Class && right instanceof Class) {
        return holds(Number(left.nanoseconds - right.nanoseconds));
      }
    }
    return new Problem(`cannot compare ${nameOf(left)} with ${nameOf(right)}`);
  };

/** By code points; JavaScript orders by UTF-16 units. */
function orderOfStrings(left: string, right: string, length: number): number {
  for (let at = 0; at < length; at++) {
    const one = left.charCodeAt(at);
    const other = right.charCodeAt(at);
    if (one === other) continue;
    // Surrogates stand for characters beyond all others.
    const isPair = isSurrogate(one);
    return isPair === isSurrogate(other) ? one - other : isPair ? 1 : -1;
  }
  return left.length - right.length;
}

const isSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdfff;

const MAX_BUILT_CHARACTERS = 1_000;

/**
 * Arithmetic is exact or a problem: only between integers, and only if the result is an integer of
 * at most 2^53 - 1.
 */
export const arithmetic =
  (name: string, calculate: (left: number, right: number) => number): Binary =>
  (left, right) => {
    if (left instanceof Problem) return left;
    if (right instanceof Problem) return right;
    if (typeof left !== 'number' || typeof right !== 'number') {
      return new Problem(`${name} needs two numbers, not ${nameOf(left)} and ${nameOf(right)}`);
    }
    if (!Number.isSafeInteger(left) || !Number.isSafeInteger(right)) {
      return new Problem(`${name} needs integers up to 9007199254740991; others would be rounded`);
    }
    const result = calculate(left, right);
    if (Number.isSafeInteger(result)) return result === 0 ? 0 : result;
    if (right === 0) return new Problem('division by zero');
    return new Problem('the result is not an integer up to 9007199254740991');
  };

const plus = arithmetic('+', (left, right) => left + right);
const minus = arithmetic('-', (left, right) => left - right);

/** The sum of numbers or of times, or a short string of two. */
export function add(left: Value, right: Value, scope: Scope): Value {
  if (typeof left === 'string' && typeof right === 'string') {
    const length = left.length + right.length;
    if (length > MAX_BUILT_CHARACTERS) {
      return new Problem(`a string longer than ${MAX_BUILT_CHARACTERS} characters`, true);
    }
    return spendCharacters(scope, length) ?? left + right;
  }
  if (left instanceof Timestamp && right instanceof Duration) {
    return new Timestamp(left.nanoseconds + right.nanoseconds);
  }
  if (left instanceof Duration && right instanceof Timestamp) {
    return new Timestamp(left.nanoseconds + right.nanoseconds);
  }
  if (left instanceof Duration && right instanceof Duration) {
    return new Duration(left.nanoseconds + right.nanoseconds);
  }
  return plus(left, right, scope);
}

export function subtract(left: Value, right: Value, scope: Scope): Value {
  if (left instanceof Timestamp && right instanceof Timestamp) {
    return new Duration(left.nanoseconds - right.nanoseconds);
  }
  if (left instanceof Timestamp && right instanceof Duration) {
    return new Timestamp(left.nanoseconds - right.nanoseconds);
  }
  if (left instanceof Duration && right instanceof Duration) {
    return new Duration(left.nanoseconds - right.nanoseconds);
  }
  return minus(left, right, scope);
}
