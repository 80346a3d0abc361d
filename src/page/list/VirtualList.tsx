import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import { usePage } from '../data/page.ts';
import type { View } from '../data/route.ts';
import { VisibleText } from '../payload/Text.tsx';
import type { Item } from './items.ts';
import { ReviewRow } from './ReviewRow.tsx';

/** At the usual size of text. Two lines fit, and a finger can hit it. */
const ROW_HEIGHT = 48;
const GROUP_HEIGHT = 34;
const USUAL_TEXT_SIZE = 16;
/** Rows that scroll by faster than this are not read ahead. */
const READ_AHEAD_DELAY_MS = 120;

/** How much larger than usual the browser's text is. */
const textScale = Math.max(
  1,
  Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_TEXT_SIZE,
);

const heightOf = (item: Item | undefined): number =>
  Math.round(textScale * (item?.kind === 'group' ? GROUP_HEIGHT : ROW_HEIGHT));

type Scroller = RefObject<HTMLDivElement | null>;

/** Finds the visible part of a long list and reads the reviews in it ahead. */
export function useVirtualList(items: readonly Item[]) {
  const { details } = usePage();
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heightOf(items[index]),
    getItemKey: (index) => items[index]?.key ?? index,
    overscan: 6,
    // The bar that can undo an approval covers the end.
    scrollPaddingEnd: heightOf(undefined) * 1.5,
  });
  useStableScroll(items, scroller);

  const { startIndex = 0, endIndex = -1 } = virtualizer.range ?? {};
  const visibleIds = items
    .slice(startIndex, endIndex + 1)
    .flatMap((item) => (item.kind === 'row' ? item.key : []));
  const joinedIds = visibleIds.join('\n');
  useEffect(() => {
    const ids = joinedIds === '' ? [] : joinedIds.split('\n');
    const timer = setTimeout(() => details.want(ids), READ_AHEAD_DELAY_MS);
    return () => clearTimeout(timer);
  }, [joinedIds, details]);

  return { scroller, virtualizer, visibleIds };
}

/**
 * Keeps the first visible item in place when items above it come or go. At the very top new items
 * push the others down.
 */
function useStableScroll(items: readonly Item[], scroller: Scroller): void {
  const before = useRef(items);
  useLayoutEffect(() => {
    const old = before.current;
    before.current = items;
    const element = scroller.current;
    if (!element || old === items || element.scrollTop === 0) return;
    const tops = new Map<string, number>();
    let height = 0;
    for (const item of items) {
      tops.set(item.key, height);
      height += heightOf(item);
    }
    let oldTop = 0;
    for (const item of old) {
      const newTop = tops.get(item.key);
      if (newTop !== undefined && oldTop + heightOf(item) > element.scrollTop) {
        element.scrollTop += newTop - oldTop;
        return;
      }
      oldTop += heightOf(item);
    }
  }, [items, scroller]);
}

type Props = {
  label: string;
  items: readonly Item[];
  scroller: Scroller;
  virtualizer: Virtualizer<HTMLDivElement, Element>;
  view: View;
  openId: string | null;
  selected: ReadonlySet<string>;
  onSelect?: ((nodeExecId: string) => void) | undefined;
  /** Selects everything up to this review. */
  onSelectTo?: ((nodeExecId: string) => void) | undefined;
};

/** The visible rows of a list of any length. */
export function VirtualList(props: Props): ReactNode {
  const { label, items, scroller, virtualizer, view, openId, selected, onSelect } = props;
  useFocusFallback(items, scroller);
  useRangeClicks(scroller, props.onSelectTo);
  return (
    <div className="list-scroller" ref={scroller} hidden={items.length === 0}>
      <ul className="list" aria-label={label} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, key, start, size }) => {
          const item = items[index];
          if (!item) return null;
          return (
            <li
              key={key}
              className="list-item"
              style={{ height: size, transform: `translateY(${start}px)` }}
              aria-setsize={items.length}
              aria-posinset={index + 1}
            >
              {item.kind === 'group' ? (
                <p className="group">
                  <span className="group-run">
                    <VisibleText text={item.graphExecId} />
                  </span>
                  <strong>
                    <VisibleText text={item.nodeId} />
                  </strong>
                  <span>{item.count}</span>
                </p>
              ) : (
                <ReviewRow
                  row={item.row}
                  view={view}
                  isOpen={item.key === openId}
                  isSelected={selected.has(item.key)}
                  onSelect={onSelect}
                />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** Selects a range with Shift and a click, anywhere on a row. */
function useRangeClicks(scroller: Scroller, onSelectTo: Props['onSelectTo']): void {
  const latest = useRef(onSelectTo);
  latest.current = onSelectTo;
  useEffect(() => {
    const list = scroller.current;
    const onMouse = (event: MouseEvent) => {
      if (!event.shiftKey || event.ctrlKey || event.metaKey || !latest.current) return;
      const row = (event.target as Element)
        .closest('.row')
        ?.querySelector<HTMLElement>('[data-row]');
      const nodeExecId = row?.dataset['row'];
      if (nodeExecId === undefined) return;
      // No text is marked, no window opens, and the checkbox does not change twice.
      event.preventDefault();
      event.stopPropagation();
      if (event.type === 'click') latest.current(nodeExecId);
    };
    list?.addEventListener('mousedown', onMouse, true);
    list?.addEventListener('click', onMouse, true);
    return () => {
      list?.removeEventListener('mousedown', onMouse, true);
      list?.removeEventListener('click', onMouse, true);
    };
  }, [scroller]);
}

/** Moves the focus to the open review when the focused row leaves the list. */
function useFocusFallback(items: readonly Item[], scroller: Scroller): void {
  const focused = useRef<string | null>(null);
  useEffect(() => {
    const onFocus = ({ target }: FocusEvent) => {
      focused.current = (target as HTMLElement).dataset['row'] ?? null;
    };
    const list = scroller.current;
    list?.addEventListener('focusin', onFocus);
    return () => list?.removeEventListener('focusin', onFocus);
  }, [scroller]);
  useLayoutEffect(() => {
    if (focused.current === null || document.activeElement !== document.body) return;
    if (items.some(({ key }) => key === focused.current)) return;
    focused.current = null;
    document.getElementById('review-title')?.focus({ preventScroll: true });
  }, [items]);
}
