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
  | List
  | Fields
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

/** How much work may still be done. */
export type Budget = {
  /** Counts work. Undefined while it may go on. */
  spend(steps: number): Problem | undefined;
};

/** A list whose elements are read when they are asked for. */
export type List = {
  readonly kind: 'list';
  size(budget: Budget): number | Problem;
  /** @param index within the size */
  at(index: number, budget: Budget): Value;
  /** A problem if there are too many. */
  elements(budget: Budget): readonly Value[] | Problem;
};

/** An object of JSON, or a map in an expression. */
export type Fields = {
  readonly kind: 'map';
  size(budget: Budget): number | Problem;
  /** Undefined without such a field. */
  field(name: string, budget: Budget): Value | undefined;
  /** A problem if there are too many. */
  keys(budget: Budget): readonly string[] | Problem;
  /** A problem if there are too many. */
  entries(budget: Budget): ReadonlyMap<string, Value> | Problem;
};

/** A point in time, in nanoseconds since 1970. */
export class Timestamp {
  readonly kind = 'timestamp';
  readonly nanoseconds: bigint;

  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

export class Duration {
  readonly kind = 'duration';
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
  readonly kind = 'problem';
  readonly message: string;
  /** A limit was hit. Unlike other problems, `||` and `&&` do not ignore it. */
  readonly isLimit: boolean;

  constructor(message: string, isLimit = false) {
    this.message = message;
    this.isLimit = isLimit;
  }
}

/** A map that is written in an expression. */
export class LiteralMap implements Fields {
  readonly kind = 'map';
  readonly #fields: ReadonlyMap<string, Value>;

  constructor(fields: ReadonlyMap<string, Value>) {
    this.#fields = fields;
  }

  size(): number {
    return this.#fields.size;
  }

  field(name: string): Value | undefined {
    return this.#fields.get(name);
  }

  keys(): string[] {
    return [...this.#fields.keys()];
  }

  entries(): ReadonlyMap<string, Value> {
    return this.#fields;
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
  return 'kind' in value ? value.kind : 'list';
}

export const isList = (value: Value): value is List | readonly Value[] => kindOf(value) === 'list';

export const isMap = (value: Value): value is Fields => kindOf(value) === 'map';

const isArray: (list: List | readonly Value[]) => list is readonly Value[] = Array.isArray;

export const sizeOf = (
  value: List | readonly Value[] | Fields,
  budget: Budget,
): number | Problem => ('kind' in value ? value.size(budget) : value.length);

export const elementsOf = (
  list: List | readonly Value[],
  budget: Budget,
): readonly Value[] | Problem => (isArray(list) ? list : list.elements(budget));

export const elementAt = (list: List | readonly Value[], index: number, budget: Budget): Value =>
  isArray(list) ? (list[index] as Value) : list.at(index, budget);

const NANOSECONDS = 1_000_000n;
const EARLIEST = BigInt(Date.parse('0001-01-01T00:00:00Z')) * NANOSECONDS;
const END = BigInt(Date.parse('9999-12-31T23:59:59.999Z') + 1) * NANOSECONDS;

// CEL has only the years 1 to 9999, and durations between two such times.

export function timestampOf(nanoseconds: bigint): Timestamp | Problem {
  if (nanoseconds >= EARLIEST && nanoseconds < END) return new Timestamp(nanoseconds);
  return new Problem('a time beyond the years 1 to 9999');
}

export function durationOf(nanoseconds: bigint): Duration | Problem {
  const longest = END - EARLIEST;
  if (nanoseconds < longest && nanoseconds > -longest) return new Duration(nanoseconds);
  return new Problem('a duration of more than 10,000 years');
}
