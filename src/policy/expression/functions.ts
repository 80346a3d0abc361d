import { isInexact } from '@holdpoint/client/json';
import { RE2JS } from 're2js';
import { nameOf, spend, spendCharacters } from './operators.ts';
import type { Scope } from './scope.ts';
import {
  calendarOf,
  DURATION_FIELDS,
  readDuration,
  readTimestamp,
  TIME_FIELDS,
  timestampOf,
  utc,
} from './times.ts';
import { Duration, type Kind, keysOf, kindOf, Problem, Timestamp, type Value } from './values.ts';

/** A function of one or two values. Of a method, the first is what it is called on. */
export type Call = (first: Value, second: Value, scope: Scope) => Value;

export type FunctionSpec = {
  /** The kinds that each parameter may have. */
  readonly parameters: readonly (readonly Kind[])[];
  readonly returns: Kind;
  /**
   * Prepares calls from the last argument, which must then be a string literal.
   * @throws Error with a message about the literal
   */
  readonly prepare?: (literal: string) => Call;
  readonly call?: Call;
};

/** Longer patterns and texts would make even a linear search slow. */
const MAX_PATTERN_CHARACTERS = 500;
const MAX_MATCHED_CHARACTERS = 10_000;
const MAX_SEARCHED_CHARACTERS = 1_000;
const MAX_CONVERTED_CHARACTERS = 10_000;

const search = (find: (text: string, part: string) => boolean): FunctionSpec => ({
  parameters: [['string'], ['string']],
  returns: 'bool',
  call(text, part, scope) {
    const { length } = part as string;
    if (length > MAX_SEARCHED_CHARACTERS) {
      return new Problem(
        `searches for more than ${MAX_SEARCHED_CHARACTERS} characters, ${length}`,
        true,
      );
    }
    const read = (text as string).length + length;
    return spendCharacters(scope, read) ?? find(text as string, part as string);
  },
});

const edge = (find: (text: string, part: string) => boolean): FunctionSpec => ({
  parameters: [['string'], ['string']],
  returns: 'bool',
  call: (text, part, scope) =>
    spendCharacters(scope, (part as string).length) ?? find(text as string, part as string),
});

const converted = (letters: RegExp, convert: (letter: string) => string): FunctionSpec => ({
  parameters: [['string']],
  returns: 'string',
  call(value, _, scope) {
    const text = value as string;
    if (text.length > MAX_CONVERTED_CHARACTERS) {
      return new Problem(`a string of more than ${MAX_CONVERTED_CHARACTERS} characters`, true);
    }
    return spendCharacters(scope, text.length * 4) ?? text.replace(letters, convert);
  },
});

/** RE2: a time in proportion to the text. JavaScript's own can take exponentially longer. */
const matches: FunctionSpec = {
  parameters: [['string'], ['string']],
  returns: 'bool',
  prepare(pattern) {
    if (pattern.length > MAX_PATTERN_CHARACTERS) {
      throw new Error(`must have at most ${MAX_PATTERN_CHARACTERS} characters`);
    }
    const expression = RE2JS.compile(pattern);
    return (value, _, scope) => {
      const text = value as string;
      if (text.length > MAX_MATCHED_CHARACTERS) {
        return new Problem(`a string of more than ${MAX_MATCHED_CHARACTERS} characters`, true);
      }
      return spend(scope, 1 + text.length) ?? expression.matcher(text).find();
    };
  },
};

const size: FunctionSpec = {
  parameters: [['string', 'list', 'map']],
  returns: 'number',
  call(value, _, scope) {
    if (typeof value === 'string') {
      return spendCharacters(scope, value.length * 4) ?? countCharacters(value);
    }
    return Array.isArray(value) ? value.length : keysOf(value as object).length;
  },
};

/** Characters are code points; the units of JavaScript are not. */
function countCharacters(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0xdc00 && code <= 0xdfff) count--;
  }
  return count;
}

/** A number in a string, for payloads that send numbers as text to keep their digits. */
const number: FunctionSpec = {
  parameters: [['number', 'string']],
  returns: 'number',
  call(value) {
    if (typeof value === 'number') return value;
    const text = value as string;
    const result = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text.slice(0, 50))
      ? Number(text)
      : Number.NaN;
    if (text.length > 50 || Number.isNaN(result)) return new Problem('the string is not a number');
    if (isInexact(text, result)) return new Problem('the number in the string would be rounded');
    return result;
  },
};

const integer: FunctionSpec = {
  ...number,
  call(value, second, scope) {
    const result = number.call?.(value, second, scope) as number | Problem;
    if (result instanceof Problem || Number.isSafeInteger(result)) return result;
    return new Problem(`${result} is not an integer up to 9007199254740991`);
  },
};

const string: FunctionSpec = {
  parameters: [['string', 'number', 'bool']],
  returns: 'string',
  call: (value) => String(value),
};

const timestamp: FunctionSpec = {
  parameters: [['string', 'number', 'timestamp']],
  returns: 'timestamp',
  call(value) {
    if (typeof value === 'string') return readTimestamp(value);
    if (value instanceof Timestamp) return value;
    if (!Number.isSafeInteger(value)) return new Problem(`${value} is not a number of seconds`);
    return timestampOf(BigInt(value as number) * 1_000_000_000n);
  },
};

const duration: FunctionSpec = {
  parameters: [['string', 'duration']],
  returns: 'duration',
  call: (value) => (typeof value === 'string' ? readDuration(value) : value),
};

/** What can be called as `name(…)`: an allowlist. */
export const FUNCTIONS: ReadonlyMap<string, readonly FunctionSpec[]> = new Map(
  Object.entries({
    size: [size],
    int: [integer],
    double: [number],
    string: [string],
    timestamp: [timestamp],
    duration: [duration],
    matches: [matches],
  }),
);

/** What can be called as `value.name(…)`: an allowlist. */
export const METHODS: ReadonlyMap<string, readonly FunctionSpec[]> = new Map(
  Object.entries({
    size: [size],
    contains: [search((text, part) => text.includes(part))],
    startsWith: [edge((text, part) => text.startsWith(part))],
    endsWith: [edge((text, part) => text.endsWith(part))],
    lowerAscii: [converted(/[A-Z]+/g, (letters) => letters.toLowerCase())],
    upperAscii: [converted(/[a-z]+/g, (letters) => letters.toUpperCase())],
    matches: [matches],
    ...timeMethods(),
  }),
);

function timeMethods(): Record<string, FunctionSpec[]> {
  const methods: Record<string, FunctionSpec[]> = {};
  for (const [name, field] of Object.entries(TIME_FIELDS)) {
    const unit = DURATION_FIELDS[name];
    methods[name] = [
      {
        parameters: [unit === undefined ? ['timestamp'] : ['timestamp', 'duration']],
        returns: 'number',
        call(value) {
          if (value instanceof Duration) return Number(value.nanoseconds / (unit as bigint));
          return field(utc(value as Timestamp));
        },
      },
      {
        parameters: [['timestamp'], ['string']],
        returns: 'number',
        prepare(timeZone) {
          const calendar = calendarOf(timeZone);
          if (calendar === null) throw new Error(`unknown time zone ${JSON.stringify(timeZone)}`);
          return (value, _, scope) => spend(scope, 100) ?? field(calendar(value as Timestamp));
        },
      },
    ];
  }
  return methods;
}

/** Checks a value at run time. */
export function mismatch(value: Value, kinds: readonly Kind[], name: string): Problem | undefined {
  if (value instanceof Problem) return value;
  if (kinds.includes(kindOf(value))) return undefined;
  return new Problem(`${name} does not take ${nameOf(value)}`);
}
