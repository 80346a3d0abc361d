const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const numbers = new Intl.NumberFormat('en');

/** A count with its noun, e.g. `1 key` or `50,000 keys`. */
export const count = (amount: number, noun: string): string =>
  `${numbers.format(amount)} ${noun}${amount === 1 ? '' : 's'}`;

/** A time span in its largest unit, e.g. `12s`, `4 min`, `3h` or `5d`. */
export function spanText(milliseconds: number): string {
  const span = Math.max(0, milliseconds);
  if (span < MINUTE) return `${Math.floor(span / SECOND)}s`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min`;
  return span < 2 * DAY ? `${Math.floor(span / HOUR)}h` : `${Math.floor(span / DAY)}d`;
}
