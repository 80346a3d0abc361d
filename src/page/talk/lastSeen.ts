import { useEffect, useMemo } from 'react';
import { basePath } from '../data/basePath.ts';
import type { Detail } from '../data/details.ts';
import { usePage } from '../data/page.ts';

/** Services at other paths of the same host have their own. */
const STORED_AS = `holdpoint.seen${basePath.slice(0, -1)}`;
const MAX_KEPT = 500;

/** The review, when it was requested, and the revision that was on the screen. */
type Seen = [review: string, createdAt: string, revision: number];

/** What is kept where the browser stores nothing. */
let unstored: Seen[] = [];

/**
 * The earlier revision that this browser showed last, or null. The revision that is on the screen
 * now is remembered for the next time.
 */
export function useLastSeen({ nodeExecId, createdAt, revision }: Detail): number | null {
  const { session } = usePage();
  const review = `${session.account?.userId ?? ''}/${nodeExecId}`;
  const before = useMemo(() => {
    const found = read().find((seen) => seen[0] === review && seen[1] === createdAt);
    return found !== undefined && found[2] < revision ? found[2] : null;
  }, [review, createdAt, revision]);
  useEffect(() => {
    const others = read().filter((seen) => seen[0] !== review);
    write([...others, [review, createdAt, revision] satisfies Seen].slice(-MAX_KEPT));
  }, [review, createdAt, revision]);
  return before;
}

function read(): Seen[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED_AS) ?? '[]');
    return Array.isArray(stored) ? (stored.filter(Array.isArray) as Seen[]) : [];
  } catch {
    return unstored;
  }
}

function write(seen: Seen[]): void {
  unstored = seen;
  try {
    localStorage.setItem(STORED_AS, JSON.stringify(seen));
  } catch {}
}
