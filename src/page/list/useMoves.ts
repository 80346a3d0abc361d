import type { Virtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { go, type View } from '../hooks/useRoute.ts';
import type { Item } from './items.ts';

type Options = {
  items: readonly Item[];
  openId: string | null;
  view: View;
  virtualizer: Virtualizer<HTMLDivElement, Element>;
};

/**
 * The step to the next review or to the one before. Where the open one has left the list, the next is the one that took its
 * place; one that is about to leave is passed over. Once the open one is decided, the steps go round the end of the list.
 */
export function useMoves({ items, openId, view, virtualizer }: Options) {
  const lastIndex = useRef(0);
  const openIndex = items.findIndex(({ key }) => key === openId);
  if (openIndex >= 0) lastIndex.current = openIndex;

  /** The first that waits from there on. */
  const waitingFrom = (start: number, step: 1 | -1): number => {
    for (let at = start; at >= 0 && at < items.length; at += step) {
      const item = items[at];
      if (item?.kind === 'row' && !item.row.settled) return at;
    }
    return -1;
  };

  const move = (step: 1 | -1) => {
    const open = items[openIndex];
    const isOpenWaiting = open?.kind === 'row' && !open.row.settled;
    const last = Math.min(lastIndex.current, items.length);
    const isGone = openId !== null && openIndex < 0;
    const start = openId === null ? 0 : last + (isGone && step === 1 ? 0 : step);
    let at = waitingFrom(start, step);
    // What came meanwhile stands on the other side of the one that was just decided.
    if (at < 0 && !isOpenWaiting) at = waitingFrom(step === 1 ? 0 : items.length - 1, step);
    const item = items[at];
    if (!item) return;
    go({ view, nodeExecId: item.key });
    virtualizer.scrollToIndex(at, { align: 'auto' });
    focusRow(item.key);
  };
  return { openIndex, move };
}

/** The row may be drawn only after the list was scrolled to it. */
function focusRow(nodeExecId: string): void {
  let tries = 5;
  const focus = () => {
    const row = document.querySelector<HTMLElement>(`[data-row="${CSS.escape(nodeExecId)}"]`);
    if (row) row.focus({ preventScroll: true });
    else if (tries-- > 0) requestAnimationFrame(focus);
  };
  requestAnimationFrame(focus);
}
