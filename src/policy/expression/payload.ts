import { isExactNumber } from '@holdpoint/client/json';
import { MAX_ELEMENTS } from './scope.ts';
import { type Budget, type Fields, type List, Problem, type Value } from './values.ts';

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const digit0 = 0x30;
const digit9 = 0x39;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const letterF = 0x66;
const letterN = 0x6e;
const letterT = 0x74;
const openBrace = 0x7b;
const closeBrace = 0x7d;

// How many steps reading takes, as measured.
const STEPS_PER_VALUE = 3;
const DIGITS_PER_STEP = 2;
const STEPS_PER_LIST = 10;
const STEPS_PER_ENTRY = 20;
const STEPS_PER_FRACTION = 30;
const STEPS_PER_LONG_NUMBER = 250;
const STEPS_PER_ESCAPED_STRING = 60;

/** Strings with escapes that are longer are kept, so that each is decoded once. */
const LONG_STRING = 500;
/** A decimal number of up to 15 digits is always that of a double. */
const SHORT_NUMBER = 15;

/**
 * A JSON text whose values are read when they are asked for. To parse a payload of a million
 * characters can take 130 ms, more than all rules may take. This only notes where each value is,
 * which takes 10 ms. It has no objects to which a key such as `__proto__` could mean something, and
 * a number is read with all its digits.
 */
class Payload {
  readonly text: string;
  /**
   * Two numbers for each value and key, in the order of the text: where it starts, and where it
   * ends. That is negative for a string with escapes. Of an object or array, it is not where but
   * which value follows.
   */
  readonly #places: Int32Array;
  readonly #longStrings = new Map<number, string>();

  /** @param text valid JSON */
  constructor(text: string) {
    this.text = text;
    // A value takes two characters at least, but for the first.
    this.#places = new Int32Array(text.length + 4);
    this.#findValues();
  }

  #findValues(): void {
    const { text } = this;
    const places = this.#places;
    const open: number[] = [];
    let count = 0;
    let at = 0;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (code === comma || code === colon || code <= 0x20) {
        at++;
        continue;
      }
      if (code === closeBracket || code === closeBrace) {
        places[2 * (open.pop() as number) + 1] = count;
        at++;
        continue;
      }
      places[2 * count] = at;
      at++;
      if (code === openBracket || code === openBrace) {
        open.push(count);
      } else if (code === quote) {
        let hasEscape = false;
        for (let next = text.charCodeAt(at); next !== quote; next = text.charCodeAt(at)) {
          if (next === backslash) hasEscape = true;
          at += next === backslash ? 2 : 1;
          if (at >= text.length) break;
        }
        at++;
        places[2 * count + 1] = hasEscape ? -at : at;
      } else {
        while (isPartOfWord(text.charCodeAt(at))) at++;
        places[2 * count + 1] = at;
      }
      count++;
    }
  }

  start(index: number): number {
    return this.#places[2 * index] as number;
  }

  end(index: number): number {
    return this.#places[2 * index + 1] as number;
  }

  /** The value that follows this one. */
  next(index: number): number {
    const code = this.text.charCodeAt(this.start(index));
    return code === openBrace || code === openBracket ? this.end(index) : index + 1;
  }

  valueAt(index: number, budget: Budget): Value {
    switch (this.text.charCodeAt(this.start(index))) {
      case quote:
        return this.stringAt(index, budget);
      case openBrace:
        return new PayloadObject(this, index);
      case openBracket:
        return new PayloadList(this, index);
      case letterT:
        return true;
      case letterF:
        return false;
      case letterN:
        return null;
      default:
        return this.#numberAt(index, budget);
    }
  }

  stringAt(index: number, budget: Budget): string | Problem {
    const start = this.start(index);
    const end = this.end(index);
    if (end >= 0) return this.text.slice(start + 1, end - 1);
    const problem = budget.spend(STEPS_PER_ESCAPED_STRING);
    if (problem !== undefined) return problem;
    const isLong = -end - start > LONG_STRING;
    const known = isLong ? this.#longStrings.get(index) : undefined;
    if (known !== undefined) return known;
    const decoded: string = JSON.parse(this.text.slice(start, -end));
    if (isLong) this.#longStrings.set(index, decoded);
    return decoded;
  }

  /** Whether a key is this one. */
  isKey(index: number, name: string, budget: Budget): boolean | Problem {
    const length = Math.abs(this.end(index)) - this.start(index) - 2;
    if (this.end(index) >= 0) {
      return length === name.length && this.text.startsWith(name, this.start(index) + 1);
    }
    // An escape has two characters or more for one.
    if (length <= name.length || length > name.length * 6) return false;
    const key = this.stringAt(index, budget);
    return key instanceof Problem ? key : key === name;
  }

  #numberAt(index: number, budget: Budget): number | Problem {
    const { text } = this;
    const start = this.start(index);
    const end = this.end(index);
    if (end - start <= SHORT_NUMBER) {
      const isNegative = text.charCodeAt(start) === minus;
      let integer = 0;
      let at = isNegative ? start + 1 : start;
      for (; at < end; at++) {
        const code = text.charCodeAt(at);
        if (code < digit0 || code > digit9) break;
        integer = integer * 10 + code - digit0;
      }
      if (at === end) {
        const value = isNegative ? 0 - integer : integer;
        return budget.spend((end - start) / DIGITS_PER_STEP) ?? value;
      }
    }
    const source = text.slice(start, end);
    const isShort = source.length <= SHORT_NUMBER && !/e/i.test(source);
    const problem = budget.spend(isShort ? STEPS_PER_FRACTION : STEPS_PER_LONG_NUMBER);
    if (problem !== undefined) return problem;
    // There is no minus zero.
    return isShort || isExactNumber(source) ? Number(source) + 0 : inexactNumber;
  }
}

const inexactNumber = new Problem('a number in the payload would be rounded');

const isPartOfWord = (code: number): boolean =>
  code > 0x20 && code !== comma && code !== closeBracket && code !== closeBrace;

/** @param text valid JSON */
export const readPayload = (text: string): Value =>
  new Payload(text).valueAt(0, { spend: () => undefined });

class PayloadList implements List {
  readonly kind = 'list';
  readonly #payload: Payload;
  readonly #index: number;

  constructor(payload: Payload, index: number) {
    this.#payload = payload;
    this.#index = index;
  }

  size(budget: Budget): number | Problem {
    let size = 0;
    const end = this.#payload.end(this.#index);
    for (let at = this.#index + 1; at < end; at = this.#payload.next(at)) {
      const problem = budget.spend(STEPS_PER_VALUE);
      if (problem !== undefined) return problem;
      size++;
    }
    return size;
  }

  at(index: number, budget: Budget): Value {
    let at = this.#index + 1;
    for (let left = index; left > 0; left--) at = this.#payload.next(at);
    return budget.spend(index * STEPS_PER_VALUE) ?? this.#payload.valueAt(at, budget);
  }

  elements(budget: Budget): readonly Value[] | Problem {
    const problem = budget.spend(STEPS_PER_LIST);
    if (problem !== undefined) return problem;
    const elements: Value[] = [];
    const end = this.#payload.end(this.#index);
    for (let at = this.#index + 1; at < end; at = this.#payload.next(at)) {
      if (elements.length === MAX_ELEMENTS) return tooManyElements;
      const problem = budget.spend(STEPS_PER_VALUE);
      if (problem !== undefined) return problem;
      elements.push(this.#payload.valueAt(at, budget));
    }
    return elements;
  }
}

/** Requests with such a payload are refused: which value would count depends on who reads it. */
const twice = (name: string): Problem =>
  new Problem(`the field ${JSON.stringify(name.slice(0, 100))} is there twice`);

export const tooManyElements = new Problem(`more than ${MAX_ELEMENTS} elements`, true);

class PayloadObject implements Fields {
  readonly kind = 'map';
  readonly #payload: Payload;
  readonly #index: number;

  constructor(payload: Payload, index: number) {
    this.#payload = payload;
    this.#index = index;
  }

  size(budget: Budget): number | Problem {
    let size = 0;
    const end = this.#payload.end(this.#index);
    for (let at = this.#index + 1; at < end; at = this.#payload.next(at + 1)) {
      const problem = budget.spend(STEPS_PER_VALUE);
      if (problem !== undefined) return problem;
      size++;
    }
    return size;
  }

  field(name: string, budget: Budget): Value | undefined {
    const payload = this.#payload;
    const end = payload.end(this.#index);
    let found: number | undefined;
    for (let at = this.#index + 1; at < end; at = payload.next(at + 1)) {
      const isKey = budget.spend(STEPS_PER_VALUE) ?? payload.isKey(at, name, budget);
      if (isKey === false) continue;
      if (isKey !== true) return isKey;
      if (found !== undefined) return twice(name);
      found = at + 1;
    }
    return found === undefined ? undefined : payload.valueAt(found, budget);
  }

  keys(budget: Budget): readonly string[] | Problem {
    const keys: string[] = [];
    const end = this.#payload.end(this.#index);
    for (let at = this.#index + 1; at < end; at = this.#payload.next(at + 1)) {
      if (keys.length === MAX_ELEMENTS) return tooManyElements;
      const key = budget.spend(STEPS_PER_VALUE) ?? this.#payload.stringAt(at, budget);
      if (typeof key !== 'string') return key;
      keys.push(key);
    }
    return keys;
  }

  entries(budget: Budget): ReadonlyMap<string, Value> | Problem {
    const entries = new Map<string, Value>();
    const end = this.#payload.end(this.#index);
    for (let at = this.#index + 1; at < end; at = this.#payload.next(at + 1)) {
      if (entries.size === MAX_ELEMENTS) return tooManyElements;
      const key = budget.spend(STEPS_PER_ENTRY) ?? this.#payload.stringAt(at, budget);
      if (typeof key !== 'string') return key;
      if (entries.has(key)) return twice(key);
      entries.set(key, this.#payload.valueAt(at + 1, budget));
    }
    return entries;
  }
}
