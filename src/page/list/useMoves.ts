import type { Virtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { usePage } from '../data/page.ts';
import { navigate, type View } from '../data/route.ts';
import type { Item } from './items.ts';

type Options = {
  items: readonly Item[];
  openId: string | null;
  view: View;
  virtualizer: Virtualizer<HTMLDivElement, Element>;
  /** Whether to stop at closed reviews too. */
  stopsAtClosed?: boolean;
};

/**
 * Moves to the next or previous waiting review, skipping closed ones unless told otherwise. If the
 * open review has left the list, the next one is the one that took its place. Once the open review
 * is decided, moves wrap around the end of the list.
 */
export function useMoves({ items, openId, view, virtualizer, stopsAtClosed = false }: Options) {
  const lastIndex = useRef(0);
  const openIndex = items.findIndex(({ key }) => key === openId);
  if (openIndex >= 0) lastIndex.current = openIndex;

  const isStop = (item: Item | undefined): boolean =>
    item?.kind === 'row' && (stopsAtClosed || !item.row.closed);

  /** The index of the first review to stop at from `start` on, or -1. */
  const stopFrom = (start: number, step: 1 | -1): number => {
    for (let at = start; at >= 0 && at < items.length; at += step) {
      if (isStop(items[at])) return at;
    }
    return -1;
  };

  const open = (at: number) => {
    const item = items[at];
    if (!item) return;
    navigate({ view, nodeExecId: item.key });
    virtualizer.scrollToIndex(at, { align: 'auto' });
  };

  /** @returns the id of the review that is open now, or null if there is no other one */
  const move = (step: 1 | -1): string | null => {
    const isOpenInList = isStop(items[openIndex]);
    const last = Math.min(lastIndex.current, items.length);
    const isGone = openId !== null && openIndex < 0;
    const start = openId === null ? 0 : last + (isGone && step === 1 ? 0 : step);
    let at = stopFrom(start, step);
    // Reviews that arrived meanwhile are on the other side of the one that was just decided.
    if (at < 0 && !isOpenInList) at = stopFrom(step === 1 ? 0 : items.length - 1, step);
    const item = items[at];
    if (!item) return null;
    open(at);
    focusRow(item.key);
    return item.key;
  };
  return { openIndex, lastIndex, open, move };
}

type Moves = ReturnType<typeof useMoves>;

/** Lets the page open the next review that the viewer may decide after a decision. */
export function useNextReview(items: readonly Item[], moves: Moves): void {
  const { next, details } = usePage();
  const { lastIndex, open } = moves;

  /** The index of the review after this one, from the top again after the last one; or -1. */
  const indexAfter = (decidedId: string): number => {
    const decidedAt = items.findIndex(({ key }) => key === decidedId);
    const start = decidedAt < 0 ? Math.min(lastIndex.current, items.length) : decidedAt + 1;
    const isNext = (item: Item): boolean =>
      item.kind === 'row' &&
      item.key !== decidedId &&
      !item.row.closed &&
      item.row.mayDecide !== false;
    const below = items.findIndex((item, at) => at >= start && isNext(item));
    return below >= 0 ? below : items.findIndex(isNext);
  };

  useLayoutEffect(() => {
    next.list = (decidedId) => {
      const at = indexAfter(decidedId);
      const key = items[at]?.key ?? null;
      if (key === null) return null;
      const isInList = document.activeElement?.closest('.list-pane') != null;
      open(at);
      if (isInList) focusRow(key);
      return key;
    };
  });
  useEffect(
    () => () => {
      next.list = null;
    },
    [next],
  );

  // On a phone the list is hidden, so it does not read ahead.
  const openItem = items[moves.openIndex];
  const following = openItem ? items[indexAfter(openItem.key)]?.key : undefined;
  useEffect(() => {
    if (following !== undefined) details.want([following]);
  }, [following, details]);
}

/** Focuses a row, which may be rendered only after the list has scrolled to it. */
function focusRow(nodeExecId: string): void {
  let tries = 5;
  const focus = () => {
    const row = document.querySelector<HTMLElement>(`[data-row="${CSS.escape(nodeExecId)}"]`);
    if (row) row.focus({ preventScroll: true });
    else if (tries-- > 0) requestAnimationFrame(focus);
  };
  requestAnimationFrame(focus);
}
