import type { IncomingHttpHeaders } from 'node:http';
import { MAX_RETRY_AFTER_MS } from './retrySchedule.ts';

/** The three forms of a date in HTTP (RFC 9110, section 5.6.7) begin with the day of the week. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;

/**
 * How long a receiver asks to wait, by its `Retry-After`: seconds or a date. A date counts from the
 * receiver's own `Date`, so that its clock may be wrong.
 * @returns milliseconds, bounded; null if it does not ask for it
 */
export function retryAfterOf(headers: IncomingHttpHeaders): number | null {
  const value = headers['retry-after']?.trim() ?? '';
  const waitMs = /^\d+$/.test(value) ? Number(value) * 1_000 : untilDate(value, headers.date);
  return waitMs === null ? null : Math.min(Math.max(0, waitMs), MAX_RETRY_AFTER_MS);
}

function untilDate(value: string, sentAt: string | undefined): number | null {
  if (!HTTP_DATE.test(value)) return null;
  const waitMs = timeOf(value) - (sentAt === undefined ? Date.now() : timeOf(sentAt));
  return Number.isNaN(waitMs) ? null : waitMs;
}

/** The form of C's asctime has no time zone, though it is in GMT as well. */
const timeOf = (date: string): number => Date.parse(date.endsWith('GMT') ? date : `${date} GMT`);
