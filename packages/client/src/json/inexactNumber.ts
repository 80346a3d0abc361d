import { rawJson, verbatim } from './stringifyJson.ts';

/**
 * A number of a JSON text that a JavaScript number would change, as it was written.
 *
 * It is no number on purpose: whatever wants one (an Int, a Float, an ID) refuses it, instead of
 * taking its neighbour. stringifyJson writes its text; so does JSON.stringify where there is
 * JSON.rawJSON, else the nearest number.
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
 * Finds text that may hold an inexact number; what it does not find holds none. Up to 15 digits
 * without an exponent always survive a double. A number follows the start, white space or one of
 * `[`, `:` and `,`, so the hexadecimal digits of ids do not count.
 */
const suspicious = /(?:^|[[:,\s])-?\d(?:[\d.]{15,}|[\d.]*[eE])/;

/** The common case among the suspicious: few digits and far from the ends of a double's range. */
const harmless = /^-?[\d.]{1,15}(?:[eE][+-]?\d{1,2})?$/;

/** Whether JSON text may hold a number that a JavaScript number would change. */
export function mayHoldInexactNumber(text: string): boolean {
  return suspicious.test(text);
}

/**
 * Whether the number written as `source` and read as `value` is another one when written again:
 * more digits than a double keeps, too large, or so small that it became 0. Integers beyond
 * ±9007199254740991 count even where they survive, written either here or there as an integer
 * (1e20 is written again as 100000000000000000000): their neighbours do not.
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

/** One spelling for each decimal value: `-12.50e1` is `-125e0`. Every zero is `0`. */
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
