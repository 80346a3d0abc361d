import type { Virtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
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
 * Moves to the next or previous waiting review, skipping closed ones unless told otherwise. If the open review has left
 * the list, the next one is the one that took its place. Once the open review is decided, moves
 * wrap around the end of the list.
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

  const move = (step: 1 | -1) => {
    const isOpenInList = isStop(items[openIndex]);
    const last = Math.min(lastIndex.current, items.length);
    const isGone = openId !== null && openIndex < 0;
    const start = openId === null ? 0 : last + (isGone && step === 1 ? 0 : step);
    let at = stopFrom(start, step);
    // Reviews that arrived meanwhile are on the other side of the one that was just decided.
    if (at < 0 && !isOpenInList) at = stopFrom(step === 1 ? 0 : items.length - 1, step);
    const item = items[at];
    if (!item) return;
    navigate({ view, nodeExecId: item.key });
    virtualizer.scrollToIndex(at, { align: 'auto' });
    focusRow(item.key);
  };
  return { openIndex, move };
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
