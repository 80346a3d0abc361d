const MILLISECONDS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/**
 * Dates beyond this many milliseconds from 1970 do not exist in JavaScript; a century is plenty.
 */
const MAX_DAYS = 36_500;

/**
 * Reads a time such as `45m`, `12h` or `30d`.
 * @returns milliseconds, or null for what is none of these, zero, or longer than a century
 */
export function parseDuration(text: string): number | null {
  const match = /^([1-9]\d{0,8})([mhd])$/.exec(text);
  if (!match) return null;
  const duration = Number(match[1]) * MILLISECONDS[match[2] as keyof typeof MILLISECONDS];
  return duration <= MAX_DAYS * MILLISECONDS.d ? duration : null;
}

/** Writes a time as `parseDuration` reads it, in the largest unit that divides it. */
export function durationText(milliseconds: number): string {
  const units = Object.entries(MILLISECONDS).reverse();
  const [unit, length] = units.find(([, length]) => milliseconds % length === 0) ?? ['m', 60_000];
  return `${milliseconds / length}${unit}`;
}
