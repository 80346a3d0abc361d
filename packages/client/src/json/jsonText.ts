import { parseWithRightKeys } from './escapedKeys.ts';
import { stringifyJson, verbatim } from './stringifyJson.ts';

/**
 * A JSON value as text. JSON.parse reorders integer-like keys and rounds numbers, and what a person
 * approved must be what runs.
 *
 * `text` is in normal form: no white space between tokens, strings as JSON.stringify writes them,
 * numbers as they were sent, keys in the order sent, including duplicates.
 */
export class JsonText {
  readonly text: string;
  #value: unknown;
  #isParsed = false;

  /** @param text JSON in normal form: from a JsonText, the database or this folder */
  constructor(text: string) {
    this.text = text;
  }

  /** The value as JSON.parse reads it, for inspection only: it may be inexact. */
  get value(): unknown {
    if (!this.#isParsed) {
      this.#value = parseWithRightKeys(this.text);
      this.#isParsed = true;
    }
    return this.#value;
  }

  /** JSON.stringify gets the value, stringifyJson the exact text. */
  toJSON(): unknown {
    return verbatim(this.text) ?? this.value;
  }

  /**
   * The text of a plain JavaScript value, as JSON.stringify writes it.
   *
   * @throws TypeError for values without a JSON form, such as undefined, a function, NaN or
   * Infinity
   */
  static of(value: unknown): JsonText {
    if (value instanceof JsonText) return value;
    if (Object.is(value, -0)) return new JsonText('-0');
    const text = stringifyJson(value);
    if (text.includes('null')) stringifyJson(value, refuseNonFinite);
    return new JsonText(text);
  }
}

/** JSON.stringify writes NaN and Infinity as null, which is another value. */
function refuseNonFinite(_key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new TypeError(`${value} has no JSON form`);
  }
  return value;
}
