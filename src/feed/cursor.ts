/** A place in an owner's feed that no client can have been given. */
export class InvalidCursorError extends Error {}

/** A place that lies further back than events are kept. */
export class ExpiredCursorError extends Error {}

/** The cursor of an event is its number, so that a client can check that none is missing. */
export const feedCursorOf = (number: number | bigint): string => String(number);

/** @throws InvalidCursorError naming the text where it is not a whole number from 0 on. */
export function numberOfCursor(cursor: string): number {
  const number = /^\d{1,16}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new InvalidCursorError(
    `after: "${cursor.slice(0, 100)}" is not a cursor of this feed. Use a feedCursor or an event's cursor`,
  );
}
