import { type Duration, durationOf, Problem, type Timestamp, timestampOf } from './values.ts';

const MILLISECOND = 1_000_000n;
const SECOND = 1_000_000_000n;
/** Reads a time such as `2026-11-28T12:00:00Z` (RFC 3339). */
export function readTimestamp(text: string): Timestamp | Problem {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/.exec(
    text.slice(0, 40),
  );
  const [, time = '', fraction = '', sign, hours = 0, minutes = 0] = match ?? [];
  const utc = Date.parse(`${time}Z`);
  // Date.parse reads February 30 as March 2.
  const isReal = !Number.isNaN(utc) && new Date(utc).toISOString().startsWith(time);
  if (!match || !isReal || Number(hours) > 23 || Number(minutes) > 59) {
    return new Problem('a time must be written as 2026-11-28T12:00:00Z');
  }
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  const milliseconds = BigInt(sign === '+' ? utc - offset : utc + offset);
  return timestampOf(milliseconds * MILLISECOND + BigInt(fraction.padEnd(9, '0')));
}

const UNITS = { h: 3_600n * SECOND, m: 60n * SECOND, s: SECOND, ms: MILLISECOND } as const;

/** Reads a duration such as `90m` or `1h30m`. */
export function readDuration(text: string): Duration | Problem {
  const match = /^(-?)(\d{1,9}h)?(\d{1,9}m)?(\d{1,9}s)?(\d{1,9}ms)?$/.exec(text.slice(0, 60));
  const parts = match?.slice(2).filter((part) => part !== undefined) ?? [];
  if (parts.length === 0) return new Problem('a duration must be written as 90m or 1h30m');
  let nanoseconds = 0n;
  for (const part of parts) {
    const unit = part.replace(/^\d+/, '') as keyof typeof UNITS;
    nanoseconds += BigInt(Number.parseInt(part, 10)) * UNITS[unit];
  }
  return durationOf(match?.[1] === '-' ? -nanoseconds : nanoseconds);
}

/** The calendar of a time zone: a date whose UTC fields are those of the local time. */
export type Calendar = (time: Timestamp) => Date;

export const utc: Calendar = ({ nanoseconds }) => new Date(millisecondsOf(nanoseconds));

const calendars = new Map<string, Calendar>();

/** @returns null if there is no such time zone */
export function calendarOf(timeZone: string): Calendar | null {
  const known = calendars.get(timeZone);
  if (known !== undefined) return known;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return null;
  }
  const calendar: Calendar = ({ nanoseconds }) => {
    const milliseconds = millisecondsOf(nanoseconds);
    const fields: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(milliseconds)) fields[type] = Number(value);
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = fields;
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    date.setUTCHours(hour, minute, second, ((milliseconds % 1000) + 1000) % 1000);
    return date;
  };
  calendars.set(timeZone, calendar);
  return calendar;
}

function millisecondsOf(nanoseconds: bigint): number {
  const rest = nanoseconds % MILLISECOND;
  return Number((nanoseconds - rest) / MILLISECOND) - (rest < 0n ? 1 : 0);
}

/** The fields of a time, as CEL counts them: all from 0, but for the year and getDate. */
export const TIME_FIELDS: Readonly<Record<string, (date: Date) => number>> = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDate: (date) => date.getUTCDate(),
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDayOfWeek: (date) => date.getUTCDay(),
  getDayOfYear: (date) =>
    Math.floor((date.getTime() - new Date(date).setUTCMonth(0, 1)) / 86_400_000),
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (date) => date.getUTCMilliseconds(),
};

/** The whole hours, minutes or seconds of a duration. */
export const DURATION_FIELDS: Readonly<Record<string, bigint>> = {
  getHours: UNITS.h,
  getMinutes: UNITS.m,
  getSeconds: SECOND,
};
