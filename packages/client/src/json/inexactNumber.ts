import { rawJson, verbatim } from './stringifyJson.ts';

/**
 * A number in JSON text that a JavaScript number would change.
 *
 * It is deliberately not a number: whatever needs one (an Int, a Float, an ID) rejects it instead
 * of taking a neighbouring value. stringifyJson writes its text, and so does JSON.stringify if
 * there is JSON.rawJSON.
 */
export class InexactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): unknown {
    return rawJson?.(this.text) ?? verbatim(this.text) ?? Number(this.text);
  }
}

/**
 * Matches any text that contains an inexact number, and some others. Up to 15 digits without an
 * exponent always survive a double. A number follows the start, white space, `[`, `:` or `,`, so
 * hexadecimal digits in IDs do not match.
 */
const suspicious = /(?:^|[[:,\s])-?\d(?:[\d.]{15,}|[\d.]*[eE])/;

/** The usual false alarm: few digits, far from the limits of a double. */
const harmless = /^-?[\d.]{1,15}(?:[eE][+-]?\d{1,2})?$/;

/** Whether JSON text may hold a number that a JavaScript number would change. */
export function mayHoldInexactNumber(text: string): boolean {
  return suspicious.test(text);
}

/**
 * Whether a number read from `source` changes when it is written again: it has more digits than a
 * double keeps, is too large, or became 0. Integers beyond ±9007199254740991 count even if they
 * survive, because their neighbours do not; so do numbers that are written back as such integers
 * (1e20 becomes 100000000000000000000).
 */
export function isInexact(source: string, value: number): boolean {
  if (!Number.isFinite(value)) return true;
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    if (isWrittenAsInteger(source) || isWrittenAsInteger(String(value))) return true;
  }
  return !harmless.test(source) && decimalOf(source) !== decimalOf(String(value));
}

/** Whether a JSON number is written without a fraction and without an exponent. */
export function isWrittenAsInteger(source: string): boolean {
  return !/[.eE]/.test(source);
}

/** One spelling per decimal value: `-12.50e1` is `-125e0`, and every zero is `0`. */
export function decimalOf(source: string): string {
  const [mantissa = '', exponent = '0'] = source.split(/[eE]/);
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = mantissa.slice(sign.length).split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return '0';
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  const power = Number(exponent) - fraction.length + digits.length - end;
  return `${sign}${digits.slice(0, end)}e${power}`;
}
