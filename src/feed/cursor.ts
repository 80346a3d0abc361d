/** The cursor is not one that a client can have received. */
export class InvalidCursorError extends Error {}

/** The events after the cursor are no longer kept, or the cursor is from before a restore. */
export class ExpiredCursorError extends Error {}

/** The cursor of an event is its number, so that clients can check for gaps. */
export const feedCursorOf = (number: number | bigint): string => String(number);

/** @throws InvalidCursorError */
export function numberOfCursor(cursor: string): number {
  const number = /^\d{1,16}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new InvalidCursorError(
    `after: "${cursor.slice(0, 100)}" is not a cursor. Use a feedCursor or the cursor of an event`,
  );
}
