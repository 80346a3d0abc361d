import { GraphQLError } from 'graphql';
import { z } from 'zod';

const timestamp = z.iso.datetime({ offset: true });

/**
 * The moment that a timestamp of a client stands for. A more precise one than milliseconds is
 * refused, because it would not be stored as it was sent.
 * @throws GraphQLError with the reason
 */
export function readDateTime(value: unknown): Date {
  if (typeof value !== 'string') throw invalid(value, 'it is not text');
  // Python, Go and PostgreSQL write microseconds.
  const text = withSeconds(value.toUpperCase()).replace(/(\.\d{3})0+(?=[Z+-])/, '$1');
  if (!timestamp.safeParse(text).success) throw invalid(value, reasonAgainst(text));
  if (/\.\d{4}/.test(text)) throw invalid(value, 'it is more precise than a millisecond');
  const date = new Date(text);
  // The offset can move the date outside the four-digit years of RFC 3339.
  if (/^\d{4}-/.test(date.toISOString())) return date;
  throw invalid(value, 'in UTC, its year does not have four digits');
}

const withSeconds = (text: string): string => text.replace(/(T\d\d:\d\d)(?=[Z+-]|$)/, '$1:00');

function reasonAgainst(text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return 'it has no time';
  if (timestamp.safeParse(`${text}Z`).success)
    return 'it has no UTC offset: end it with Z or +02:00';
  if (timestamp.safeParse(text.replace(' ', 'T')).success) return 'it has a space instead of the T';
  if (timestamp.safeParse(text.replace(/:60(?=[.Z+-])/, ':59')).success) {
    return 'it is a leap second';
  }
  const isWritten = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text);
  return isWritten ? 'there is no such date or time' : 'it is not written like that';
}

const invalid = (value: unknown, reason: string) =>
  new GraphQLError(
    `DateTime must be a timestamp such as "2026-11-21T10:00:00.000Z", not ${JSON.stringify(value)?.slice(0, 100)}: ${reason}`,
  );
