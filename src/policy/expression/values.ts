/**
 * The values of an expression. There is one kind of number: `1` is `1.0`, as in JSON, where nobody
 * can tell them apart.
 */
export type Value =
  | null
  | boolean
  | number
  | string
  | readonly Value[]
  | { readonly [key: string]: Value }
  | Timestamp
  | Duration
  | Problem;

export type Kind =
  | 'null'
  | 'bool'
  | 'number'
  | 'string'
  | 'list'
  | 'map'
  | 'timestamp'
  | 'duration'
  | 'problem';

/** A point in time, in nanoseconds since 1970. */
export class Timestamp {
  readonly nanoseconds: bigint;

  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

export class Duration {
  readonly nanoseconds: bigint;

  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

/**
 * Why a part of an expression has no value. It is a value and not an exception, because an
 * expression may meet one for each of thousands of elements.
 */
export class Problem {
  readonly message: string;
  /** A limit was hit. Unlike other problems, `||` and `&&` do not ignore it. */
  readonly isLimit: boolean;

  constructor(message: string, isLimit = false) {
    this.message = message;
    this.isLimit = isLimit;
  }
}

export function kindOf(value: Value): Kind {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'number':
      return 'number';
    case 'string':
      return 'string';
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Problem) return 'problem';
  if (value instanceof Timestamp) return 'timestamp';
  if (value instanceof Duration) return 'duration';
  return 'map';
}

const keys = new WeakMap<object, readonly string[]>();

/** The keys of an object. Listing those of a huge one takes long, so it is done once. */
export function keysOf(object: object): readonly string[] {
  let found = keys.get(object);
  if (found === undefined) {
    found = Object.keys(object);
    keys.set(object, found);
  }
  return found;
}
