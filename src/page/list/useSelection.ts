import { useCallback, useMemo, useRef, useState } from 'react';
import type { Row } from '../data/waitingReviews.ts';
import type { Item } from './items.ts';

/** The service accepts at most this many decisions at once. */
export const MAX_SELECTED = 100;

type Range = { anchor: string; before: readonly string[] };

/**
 * The selected reviews, in the order in which they were selected. A review that is closed or has
 * left the list is no longer selected.
 */
export function useSelection(byId: ReadonlyMap<string, Row>, items: readonly Item[]) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  /** What a range goes from, and what was selected before it. */
  const range = useRef<Range | null>(null);
  const lastToggled = useRef<string | null>(null);
  const selected = useMemo(
    () => new Set([...ids].filter((nodeExecId) => byId.get(nodeExecId)?.closed === null)),
    [ids, byId],
  );
  const toggle = useCallback((nodeExecId: string) => {
    range.current = null;
    lastToggled.current = nodeExecId;
    setIds((before) => {
      const after = new Set(before);
      if (!after.delete(nodeExecId) && after.size < MAX_SELECTED) after.add(nodeExecId);
      return after;
    });
  }, []);
  const select = useCallback((nodeExecIds: readonly string[]) => {
    range.current = null;
    lastToggled.current = null;
    setIds(new Set(nodeExecIds.slice(0, MAX_SELECTED)));
  }, []);
  /**
   * Selects everything between a review and the one where the range began, in addition to what was
   * selected before. Going back makes the range smaller again.
   * @param start where it begins, unless a range goes on
   */
  const selectTo = (nodeExecId: string, start: string | null) => {
    range.current ??= { anchor: start ?? nodeExecId, before: [...selected] };
    const { anchor, before } = range.current;
    const from = items.findIndex(({ key }) => key === anchor);
    const to = items.findIndex(({ key }) => key === nodeExecId);
    if (to < 0) return;
    const first = from < 0 ? to : from;
    const between = items
      .slice(Math.min(first, to), Math.max(first, to) + 1)
      .flatMap((item) => (item.kind === 'row' && !item.row.closed ? item.key : []));
    // If it is too long, what is nearest to where it began counts.
    if (first > to) between.reverse();
    setIds(new Set([...new Set([...before, ...between])].slice(0, MAX_SELECTED)));
  };
  /** The next range begins anew. */
  const endRange = () => {
    range.current = null;
  };
  return { selected, toggle, select, selectTo, endRange, lastToggled };
}
