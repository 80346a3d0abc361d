import {
  type Budget,
  Duration,
  durationOf,
  elementsOf,
  type Fields,
  isList,
  isMap,
  type Kind,
  kindOf,
  type List,
  Problem,
  Timestamp,
  timestampOf,
  type Value,
} from './values.ts';

const NAMES: Readonly<Record<Kind, string>> = {
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

export const nameOfKind = (kind: Kind): string => NAMES[kind];

/**
 * Makes problems about the kinds of one or two values. Each is made once: an expression may meet it
 * thousands of times.
 */
export function kindProblem(
  message: (one: string, other: string) => string,
): (one: Value, other?: Value) => Problem {
  const known = new Map<string, Problem>();
  return (one, other = null) => {
    const kinds = `${kindOf(one)} ${kindOf(other)}`;
    let problem = known.get(kinds);
    if (problem === undefined) {
      problem = new Problem(message(NAMES[kindOf(one)], NAMES[kindOf(other)]));
      known.set(kinds, problem);
    }
    return problem;
  };
}

// How many steps the work takes, as measured.
const STEPS_PER_PAIR = 3;
const STEPS_PER_TIME = 40;
/** The processor compares and copies strings in large pieces. */
const CHARACTERS_PER_STEP = 16;

/** Counts the work of comparing or copying that many characters. */
export const spendCharacters = (budget: Budget, characters: number): Problem | undefined =>
  budget.spend(Math.ceil(characters / CHARACTERS_PER_STEP));

export type Binary = (left: Value, right: Value, budget: Budget) => Value;

const incomparable = kindProblem((one, other) => `cannot compare ${one} with ${other}`);

/**
 * Whether two values are equal. Values of different kinds are a problem: if `"501" == 501` were
 * false, a rule could be evaded. Only null may be compared with anything.
 */
export function equal(left: Value, right: Value, budget: Budget): boolean | Problem {
  if (typeof left === 'number' && typeof right === 'number') return left === right;
  if (typeof left === 'string' && typeof right === 'string') {
    if (left.length !== right.length) return false;
    return spendCharacters(budget, left.length) ?? left === right;
  }
  if (left instanceof Problem) return left;
  if (right instanceof Problem) return right;
  if (left === null || right === null) return left === right;
  if (typeof left === 'boolean' && typeof right === 'boolean') return left === right;
  if (isList(left) && isList(right)) return equalLists(left, right, budget);
  if (isMap(left) && isMap(right)) return equalMaps(left, right, budget);
  if (isTime(left) && isTime(right) && left.kind === right.kind) {
    return left.nanoseconds === right.nanoseconds;
  }
  return incomparable(left, right);
}

type Time = Timestamp | Duration;
type AnyList = List | readonly Value[];

const isTime = (value: Value): value is Time =>
  value instanceof Timestamp || value instanceof Duration;

function equalLists(left: AnyList, right: AnyList, budget: Budget): boolean | Problem {
  const ones = elementsOf(left, budget);
  if (ones instanceof Problem) return ones;
  const others = elementsOf(right, budget);
  if (others instanceof Problem) return others;
  if (ones.length !== others.length) return false;
  for (let at = 0; at < ones.length; at++) {
    const result =
      budget.spend(STEPS_PER_PAIR) ?? equal(ones[at] as Value, others[at] as Value, budget);
    if (result !== true) return result;
  }
  return true;
}

function equalMaps(left: Fields, right: Fields, budget: Budget): boolean | Problem {
  const ones = left.entries(budget);
  if (ones instanceof Problem) return ones;
  const others = right.entries(budget);
  if (others instanceof Problem) return others;
  if (ones.size !== others.size) return false;
  for (const [key, value] of ones) {
    const other = others.get(key);
    if (other === undefined) return false;
    const result = budget.spend(STEPS_PER_PAIR) ?? equal(value, other, budget);
    if (result !== true) return result;
  }
  return true;
}

export function unequal(left: Value, right: Value, budget: Budget): boolean | Problem {
  const result = equal(left, right, budget);
  return typeof result === 'boolean' ? !result : result;
}

const notAKey = kindProblem((one) => `the keys of an object are strings, not ${one}`);
const notAContainer = kindProblem((one) => `in needs a list or an object, not ${one}`);

/**
 * Whether a list has the value, or an object the key. An element of another kind is a problem, as
 * in `==`.
 */
export function isIn(left: Value, right: Value, budget: Budget): boolean | Problem {
  if (left instanceof Problem) return left;
  if (right instanceof Problem) return right;
  if (isMap(right)) {
    if (typeof left !== 'string') return notAKey(left);
    const value = right.field(left, budget);
    return value instanceof Problem && value.isLimit ? value : value !== undefined;
  }
  if (!isList(right)) return notAContainer(right);
  const elements = elementsOf(right, budget);
  if (elements instanceof Problem) return elements;
  let problem: Problem | undefined;
  for (const element of elements) {
    const result = budget.spend(STEPS_PER_PAIR) ?? equal(left, element, budget);
    if (result === true) return true;
    if (result === false) continue;
    if (result.isLimit) return result;
    problem ??= result;
  }
  return problem ?? false;
}

/** `<`, `<=`, `>` and `>=`, by what they say about the sign of a difference. */
export const ordered =
  (holds: (difference: number) => boolean): Binary =>
  (left, right, budget) => {
    if (typeof left === 'number' && typeof right === 'number') return holds(left - right);
    if (left instanceof Problem) return left;
    if (right instanceof Problem) return right;
    if (typeof left === 'string' && typeof right === 'string') {
      const length = Math.min(left.length, right.length);
      return budget.spend(length) ?? holds(orderOfStrings(left, right, length));
    }
    if (isTime(left) && isTime(right) && left.kind === right.kind) {
      const difference = left.nanoseconds - right.nanoseconds;
      return budget.spend(STEPS_PER_TIME) ?? holds(Number(difference));
    }
    return incomparable(left, right);
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

const notExact = new Problem('arithmetic is exact only with integers up to 9007199254740991');
const inexactResult = new Problem('the result is not an integer up to 9007199254740991');
const divisionByZero = new Problem('division by zero');

/** Arithmetic is exact or a problem: with integers, and only if the result is one. */
export function arithmetic(
  name: string,
  calculate: (left: number, right: number) => number,
): Binary {
  const mismatch = kindProblem((one, other) => `${name} does not work with ${one} and ${other}`);
  return (left, right) => {
    if (typeof left !== 'number' || typeof right !== 'number') {
      if (left instanceof Problem) return left;
      if (right instanceof Problem) return right;
      return mismatch(left, right);
    }
    if (!Number.isSafeInteger(left) || !Number.isSafeInteger(right)) return notExact;
    const result = calculate(left, right);
    // There is no minus zero.
    if (Number.isSafeInteger(result)) return result + 0;
    return right === 0 ? divisionByZero : inexactResult;
  };
}

const MAX_BUILT_CHARACTERS = 1_000;
const tooLong = new Problem(`a string of more than ${MAX_BUILT_CHARACTERS} characters`, true);

const addNumbers = arithmetic('+', (left, right) => left + right);
const subtractNumbers = arithmetic('-', (left, right) => left - right);

/** A sum of numbers or times, or a short string of two. */
export function add(left: Value, right: Value, budget: Budget): Value {
  if (typeof left === 'string' && typeof right === 'string') {
    const length = left.length + right.length;
    return length > MAX_BUILT_CHARACTERS
      ? tooLong
      : (spendCharacters(budget, length) ?? left + right);
  }
  return isTime(left) && isTime(right)
    ? addTimes(left, right, budget)
    : addNumbers(left, right, budget);
}

export const subtract: Binary = (left, right, budget) =>
  isTime(left) && isTime(right)
    ? subtractTimes(left, right, budget)
    : subtractNumbers(left, right, budget);

function addTimes(left: Time, right: Time, budget: Budget): Value {
  const problem = budget.spend(STEPS_PER_TIME);
  if (problem !== undefined) return problem;
  const sum = left.nanoseconds + right.nanoseconds;
  if (left instanceof Duration && right instanceof Duration) return durationOf(sum);
  if (left instanceof Duration || right instanceof Duration) return timestampOf(sum);
  return new Problem('+ does not work with a timestamp and a timestamp');
}

function subtractTimes(left: Time, right: Time, budget: Budget): Value {
  const problem = budget.spend(STEPS_PER_TIME);
  if (problem !== undefined) return problem;
  const difference = left.nanoseconds - right.nanoseconds;
  if (left instanceof Timestamp && right instanceof Duration) return timestampOf(difference);
  if (left.kind === right.kind) return durationOf(difference);
  return new Problem('- does not work with a duration and a timestamp');
}
