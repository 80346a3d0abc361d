import { isExactNumber } from '@holdpoint/client/json';
import { includes } from './includes.ts';
import { spendCharacters } from './operators.ts';
import { compilePattern } from './pattern.ts';
import {
  calendarOf,
  DURATION_FIELDS,
  readDuration,
  readTimestamp,
  TIME_FIELDS,
  utc,
} from './times.ts';
import {
  type Budget,
  Duration,
  type Fields,
  type Kind,
  type List,
  Problem,
  sizeOf,
  Timestamp,
  timestampOf,
  type Value,
} from './values.ts';

/** A call with one or two arguments of the right kinds. Those of a method begin with its value. */
export type Call = (first: Value, second: Value, budget: Budget) => Value;

export type FunctionSpec = {
  /** The kinds that each argument may have. */
  readonly parameters: readonly (readonly Kind[])[];
  readonly returns: Kind;
} & (
  | { readonly call: Call }
  | {
      /**
       * Prepares the calls. The last argument must then be a string literal.
       * @throws Error with a message about the literal
       */
      readonly prepare: (literal: string) => Call;
    }
);

// How many steps the work takes, as measured.
const STEPS_PER_CALL = 10;
const STEPS_PER_NUMBER = 40;
const STEPS_PER_LONG_NUMBER = 250;
const STEPS_PER_LETTER = 6;
const STEPS_PER_DATE = 40;
const STEPS_PER_ZONED_DATE = 800;
const STEPS_PER_TIME_TEXT = 400;
/** RE2 looks at most once at each instruction of a pattern for each character of the text. */
const STEPS_PER_INSTRUCTION = 5;
const STEPS_PER_MATCH = 200;

const MAX_SEARCHED_CHARACTERS = 1_000;
const MAX_CONVERTED_CHARACTERS = 10_000;
const MAX_NUMBER_CHARACTERS = 50;
/** A decimal number of up to 15 digits is always that of a double. */
const SHORT_NUMBER = 15;

const size: FunctionSpec = {
  parameters: [['string', 'list', 'map']],
  returns: 'number',
  call: (value, _, budget) =>
    typeof value === 'string'
      ? (budget.spend(STEPS_PER_CALL + value.length / 2) ?? countCharacters(value))
      : sizeOf(value as List | Fields, budget),
};

/** Characters are code points; JavaScript counts some as two. */
function countCharacters(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0xdc00 && code <= 0xdfff) count--;
  }
  return count;
}

const contains: FunctionSpec = {
  parameters: [['string'], ['string']],
  returns: 'bool',
  call(value, other, budget) {
    const [text, part] = [value as string, other as string];
    if (part.length > MAX_SEARCHED_CHARACTERS) {
      const message = `contains searches for at most ${MAX_SEARCHED_CHARACTERS} characters`;
      return new Problem(message, true);
    }
    const steps = STEPS_PER_CALL + 1.5 * text.length + 4 * part.length;
    return budget.spend(steps) ?? includes(text, part);
  },
};

const atEdge = (isThere: (text: string, part: string) => boolean): FunctionSpec => ({
  parameters: [['string'], ['string']],
  returns: 'bool',
  call: (text, part, budget) =>
    spendCharacters(budget, (part as string).length) ?? isThere(text as string, part as string),
});

const converted = (letters: RegExp, convert: (letters: string) => string): FunctionSpec => ({
  parameters: [['string']],
  returns: 'string',
  call(value, _, budget) {
    const text = value as string;
    if (text.length > MAX_CONVERTED_CHARACTERS) {
      const message = `converts strings of at most ${MAX_CONVERTED_CHARACTERS} characters`;
      return new Problem(message, true);
    }
    const steps = STEPS_PER_CALL + STEPS_PER_LETTER * text.length;
    return budget.spend(steps) ?? text.replace(letters, convert);
  },
});

/** Whether a part of a text matches a pattern of RE2, whose time is in proportion to the text. */
const matches: FunctionSpec = {
  parameters: [['string'], ['string']],
  returns: 'bool',
  prepare(literal) {
    const pattern = compilePattern(literal);
    const steps = pattern.programSize() * STEPS_PER_INSTRUCTION;
    return (text, _, budget) =>
      // Its `test` is usually faster, but it keeps up to 8 MB for each pattern.
      budget.spend(STEPS_PER_MATCH + (text as string).length * steps) ??
      pattern.matcher(text as string).find();
  },
};

/** A number in a string: payloads may have numbers as text, to keep all digits. */
const readNumber: Call = (value, _, budget) => {
  if (typeof value === 'number') return value;
  const text = value as string;
  if (text.length > MAX_NUMBER_CHARACTERS || !/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) {
    return new Problem('the string is not a number');
  }
  const isShort = text.length <= SHORT_NUMBER && !/e/i.test(text);
  const problem = budget.spend(isShort ? STEPS_PER_NUMBER : STEPS_PER_LONG_NUMBER);
  if (problem !== undefined) return problem;
  if (!isShort && !isExactNumber(text))
    return new Problem('the number in the string would be rounded');
  // There is no minus zero.
  return Number(text) + 0;
};

const number: FunctionSpec = {
  parameters: [['number', 'string']],
  returns: 'number',
  call: readNumber,
};

const integer: FunctionSpec = {
  ...number,
  call(value, second, budget) {
    const result = readNumber(value, second, budget);
    if (result instanceof Problem || Number.isSafeInteger(result)) return result;
    return new Problem('not an integer up to 9007199254740991');
  },
};

const string: FunctionSpec = {
  parameters: [['string', 'number', 'bool']],
  returns: 'string',
  call: (value, _, budget) => budget.spend(STEPS_PER_NUMBER) ?? String(value),
};

const timestamp: FunctionSpec = {
  parameters: [['string', 'number', 'timestamp']],
  returns: 'timestamp',
  call(value, _, budget) {
    if (value instanceof Timestamp) return value;
    const problem = budget.spend(STEPS_PER_TIME_TEXT);
    if (problem !== undefined) return problem;
    if (typeof value === 'string') return readTimestamp(value);
    if (!Number.isSafeInteger(value)) return new Problem('not a whole number of seconds');
    return timestampOf(BigInt(value as number) * 1_000_000_000n);
  },
};

const duration: FunctionSpec = {
  parameters: [['string', 'duration']],
  returns: 'duration',
  call(value, _, budget) {
    if (value instanceof Duration) return value;
    return budget.spend(STEPS_PER_TIME_TEXT) ?? readDuration(value as string);
  },
};

const timeFields: [string, FunctionSpec[]][] = Object.entries(TIME_FIELDS).map(([name, field]) => {
  const unit = DURATION_FIELDS[name];
  const ofValue: FunctionSpec = {
    parameters: [unit === undefined ? ['timestamp'] : ['timestamp', 'duration']],
    returns: 'number',
    call(value, _, budget) {
      const problem = budget.spend(STEPS_PER_DATE);
      if (problem !== undefined) return problem;
      if (value instanceof Duration) return Number(value.nanoseconds / (unit as bigint));
      return field(utc(value as Timestamp));
    },
  };
  const inTimeZone: FunctionSpec = {
    parameters: [['timestamp'], ['string']],
    returns: 'number',
    prepare(timeZone) {
      const calendar = calendarOf(timeZone);
      if (calendar === null) throw new Error(`unknown time zone ${JSON.stringify(timeZone)}`);
      return (value, _, budget) =>
        budget.spend(STEPS_PER_ZONED_DATE) ?? field(calendar(value as Timestamp));
    },
  };
  return [name, [ofValue, inTimeZone]];
});

/** What can be called as `name(…)`. Nothing else can. */
export const FUNCTIONS: ReadonlyMap<string, readonly FunctionSpec[]> = new Map([
  ['size', [size]],
  ['int', [integer]],
  ['double', [number]],
  ['string', [string]],
  ['timestamp', [timestamp]],
  ['duration', [duration]],
  ['matches', [matches]],
]);

/** What can be called as `value.name(…)`. Nothing else can. */
export const METHODS: ReadonlyMap<string, readonly FunctionSpec[]> = new Map([
  ['size', [size]],
  ['contains', [contains]],
  ['startsWith', [atEdge((text, part) => text.startsWith(part))]],
  ['endsWith', [atEdge((text, part) => text.endsWith(part))]],
  ['lowerAscii', [converted(/[A-Z]+/g, (letters) => letters.toLowerCase())]],
  ['upperAscii', [converted(/[a-z]+/g, (letters) => letters.toUpperCase())]],
  ['matches', [matches]],
  ...timeFields,
]);
