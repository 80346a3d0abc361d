import type { Virtualizer } from '@tanstack/react-virtual';
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import type { View } from '../hooks/useRoute.ts';
import { VisibleText } from '../payload/text/VisibleText.tsx';
import type { Item } from './items.ts';
import { ReviewRow } from './ReviewRow.tsx';

type Props = {
  label: string;
  items: readonly Item[];
  scroller: RefObject<HTMLDivElement | null>;
  virtualizer: Virtualizer<HTMLDivElement, Element>;
  view: View;
  openId: string | null;
  selected: ReadonlySet<string>;
  onSelect?: ((nodeExecId: string) => void) | undefined;
};

/** As many rows as fit on the screen, out of any number. */
export function VirtualList(props: Props): ReactNode {
  const { label, items, scroller, virtualizer, view, openId, selected, onSelect } = props;
  useFocusThatStays(items, scroller);
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
                  <span className="group-execution">
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

/**
 * Where the row that has the focus leaves the list, the focus goes to the review that is shown, so that a keyboard does not
 * begin anew at the top of the page.
 */
function useFocusThatStays(
  items: readonly Item[],
  scroller: RefObject<HTMLDivElement | null>,
): void {
  const focused = useRef<string | null>(null);
  useEffect(() => {
    const note = ({ target }: FocusEvent) => {
      focused.current = (target as HTMLElement).dataset['row'] ?? null;
    };
    const list = scroller.current;
    list?.addEventListener('focusin', note);
    return () => list?.removeEventListener('focusin', note);
  }, [scroller]);
  useLayoutEffect(() => {
    if (focused.current === null || document.activeElement !== document.body) return;
    if (items.some(({ key }) => key === focused.current)) return;
    focused.current = null;
    document.getElementById('review-title')?.focus({ preventScroll: true });
  }, [items]);
}
