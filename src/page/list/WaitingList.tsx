import { type ReactNode, useMemo, useRef, useState } from 'react';
import { useInbox } from '../hooks/useInbox.ts';
import { useListRange } from '../hooks/useListRange.ts';
import { go, useRoute } from '../hooks/useRoute.ts';
import { useSelection } from '../hooks/useSelection.ts';
import { useShortcuts } from '../hooks/useShortcuts.ts';
import { counted } from '../parts/spanText.ts';
import type { Row } from '../state/inbox.ts';
import { BulkBar } from './BulkBar.tsx';
import { itemsOf, type Order } from './items.ts';
import { ListState } from './ListState.tsx';
import { ListTools } from './ListTools.tsx';
import { useMoves } from './useMoves.ts';
import { VirtualList } from './VirtualList.tsx';

type Props = { mayDecide: boolean; onHelp(): void };

/** The reviews that wait, live. */
export function WaitingList({ mayDecide, onHelp }: Props): ReactNode {
  const { rows, byId, waiting, total } = useInbox();
  const { nodeExecId: openId } = useRoute();
  const [filter, setFilter] = useState('');
  const [order, setOrder] = useState<Order>('newest');
  const filterField = useRef<HTMLInputElement>(null);
  const items = useMemo(() => itemsOf(rows, filter, order), [rows, filter, order]);
  const { selected, toggle, choose } = useSelection();
  const { scroller, virtualizer, onScreen } = useListRange(items);
  const { openIndex, move } = useMoves({ items, openId, view: 'waiting', virtualizer });

  const close = () => {
    if (selected.size > 0) choose([]);
    else if (openId !== null) go({ view: 'waiting', nodeExecId: null });
  };
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const row = openId === null ? undefined : byId.get(openId);
      if (!mayDecide || !row || row.settled || openIndex < 0) return;
      virtualizer.scrollToIndex(openIndex, { align: 'auto' });
      toggle(row.nodeExecId);
    },
    '/': () => filterField.current?.focus(),
    '?': onHelp,
    Escape: close,
  });

  const shown = items.filter(({ kind }) => kind === 'row').length;
  const selectedRows = useMemo(
    () => [...selected].flatMap((nodeExecId): Row | [] => byId.get(nodeExecId) ?? []),
    [selected, byId],
  );
  return (
    <>
      <ListTools
        filter={filter}
        onFilter={setFilter}
        field={filterField}
        order={order}
        onOrder={setOrder}
        count={filter === '' ? counted(total ?? waiting, 'review') : `${shown} of ${waiting}`}
      />
      <ListState
        isEmpty={items.length === 0}
        isFiltered={filter !== ''}
        onShowAll={() => setFilter('')}
      />
      <VirtualList
        label="Reviews that wait"
        items={items}
        scroller={scroller}
        virtualizer={virtualizer}
        view="waiting"
        openId={openId}
        selected={selected}
        onSelect={mayDecide ? toggle : undefined}
      />
      {mayDecide && selectedRows.length > 0 && (
        <BulkBar rows={selectedRows} onScreen={onScreen} onChoose={choose} />
      )}
    </>
  );
}
