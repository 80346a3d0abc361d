/** A difference below this is the Date header's own coarseness, or the way of the answer. */
const TOLERANCE_MS = 2_000;

let aheadMs = 0;

/** Takes note of the service's clock, from the Date header of an answer: the reviewer's own may be wrong. */
export function noteServiceDate(date: string | null): void {
  const told = Date.parse(date ?? '');
  if (Number.isNaN(told)) return;
  const difference = told - Date.now();
  aheadMs = Math.abs(difference) < TOLERANCE_MS ? 0 : difference;
}

/** Milliseconds since the epoch, by the service's clock. */
export const serviceNow = (): number => Date.now() + aheadMs;
