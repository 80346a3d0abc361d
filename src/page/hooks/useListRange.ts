import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { Item } from '../list/items.ts';
import { usePage } from '../state/page.ts';

const ROW_HEIGHT = 78;
const GROUP_HEIGHT = 34;
/** Where somebody scrolls fast, what flies by is not read. */
const SETTLED_MS = 120;

/**
 * The part of a long list that is on the screen. What comes or leaves above it does not move what somebody looks at, and the
 * reviews in it are read ahead.
 */
export function useListRange(items: readonly Item[]) {
  const { details } = usePage();
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (items[index]?.kind === 'group' ? GROUP_HEIGHT : ROW_HEIGHT),
    getItemKey: (index) => items[index]?.key ?? index,
    overscan: 6,
  });
  useKeepPlace(items, scroller);

  const { startIndex = 0, endIndex = -1 } = virtualizer.range ?? {};
  const onScreen = items
    .slice(startIndex, endIndex + 1)
    .flatMap((item) => (item.kind === 'row' ? item.key : []));
  const signature = onScreen.join('\n');
  useEffect(() => {
    const ids = signature === '' ? [] : signature.split('\n');
    const timer = setTimeout(() => details.want(ids), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [signature, details]);

  return { scroller, virtualizer, onScreen };
}

/** Keeps the first item on the screen where it is when others come or leave above it; at the very top new ones are shown. */
function useKeepPlace(
  items: readonly Item[],
  scroller: React.RefObject<HTMLDivElement | null>,
): void {
  const before = useRef(items);
  useLayoutEffect(() => {
    const old = before.current;
    before.current = items;
    const element = scroller.current;
    if (!element || old === items || element.scrollTop === 0) return;
    const place = new Map<string, number>();
    let height = 0;
    for (const item of items) {
      place.set(item.key, height);
      height += heightOf(item);
    }
    let top = 0;
    for (const item of old) {
      const now = place.get(item.key);
      // The first that is still there and not wholly above the screen.
      if (now !== undefined && top + heightOf(item) > element.scrollTop) {
        element.scrollTop += now - top;
        return;
      }
      top += heightOf(item);
    }
  }, [items, scroller]);
}

const heightOf = (item: Item): number => (item.kind === 'group' ? GROUP_HEIGHT : ROW_HEIGHT);
