import { type ReactNode, type RefObject, useCallback, useMemo, useRef, useState } from 'react';
import { useIsAway, useWaitingReviews } from '../data/page.ts';
import { navigate, useRoute } from '../data/route.ts';
import { rowsIn, type Scope, scopes, useScope } from '../data/scope.ts';
import { canDecide, type Viewer } from '../data/useViewer.ts';
import type { Row } from '../data/waitingReviews.ts';
import { count } from '../parts/format.ts';
import { isComposing, useShortcuts } from '../parts/shortcuts.tsx';
import { BulkBar } from './BulkBar.tsx';
import { itemsOf, type Order } from './items.ts';
import { useMoves, useNextReview } from './useMoves.ts';
import { useVirtualList, VirtualList } from './VirtualList.tsx';

/** The service accepts at most this many decisions at once. */
const MAX_SELECTED = 100;

type Props = { viewer: Viewer | null; onHelp(): void };

/** The waiting reviews, live. */
export function WaitingList({ viewer, onHelp }: Props): ReactNode {
  const mayDecide = canDecide(viewer);
  const { rows: all, byId, waiting, mine, total } = useWaitingReviews();
  const [chosen, setScope] = useScope();
  const scope = mayDecide ? chosen : 'all';
  const actor = viewer?.actor ?? null;
  const rows = useMemo(() => rowsIn(all, scope, actor), [all, scope, actor]);
  const { nodeExecId: openId } = useRoute();
  const [filter, setFilter] = useState('');
  const [order, setOrder] = useState<Order>('newest');
  const filterField = useRef<HTMLInputElement>(null);
  const items = useMemo(() => itemsOf(rows, filter, order), [rows, filter, order]);
  const { selected, toggle, select } = useSelection(byId);
  const { scroller, virtualizer, visibleIds } = useVirtualList(items);
  const moves = useMoves({ items, openId, view: 'waiting', virtualizer });
  const { openIndex, move } = moves;
  useNextReview(items, moves);

  const close = () => {
    if (selected.size > 0) select([]);
    else if (openId !== null) navigate({ view: 'waiting', nodeExecId: null });
  };
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const row = openId === null ? undefined : byId.get(openId);
      if (!mayDecide || !row || row.closed || openIndex < 0) return;
      virtualizer.scrollToIndex(openIndex, { align: 'auto' });
      toggle(row.nodeExecId);
    },
    '/': () => filterField.current?.focus(),
    '?': onHelp,
    Escape: close,
  });

  const inScope = rows.filter(({ closed }) => !closed).length;
  const shown = items.filter(({ kind }) => kind === 'row').length;
  const counts: Record<Scope, number> = {
    mine,
    all: total ?? waiting,
    claimed: rowsIn(all, 'claimed', actor).filter(({ closed }) => !closed).length,
  };
  const selectedRows = useMemo(
    () => [...selected].flatMap((nodeExecId): Row | [] => byId.get(nodeExecId) ?? []),
    [selected, byId],
  );
  return (
    <>
      {mayDecide && <ScopeChoice scope={scope} counts={counts} onChoose={setScope} />}
      <ListTools
        filter={filter}
        onFilter={setFilter}
        field={filterField}
        order={order}
        onOrder={setOrder}
        shownCount={filter === '' ? count(counts[scope], 'review') : `${shown} of ${inScope}`}
      />
      <ListStatus
        isEmpty={items.length === 0}
        isFiltered={filter !== '' && inScope > 0}
        scope={scope}
        onUnfilter={() => setFilter('')}
        onShowAll={() => setScope('all')}
      />
      <VirtualList
        label="Waiting reviews"
        items={items}
        scroller={scroller}
        virtualizer={virtualizer}
        view="waiting"
        openId={openId}
        selected={selected}
        onSelect={mayDecide ? toggle : undefined}
      />
      {mayDecide && selectedRows.length > 0 && (
        <BulkBar rows={selectedRows} visibleIds={visibleIds} viewer={viewer} onSelect={select} />
      )}
    </>
  );
}

const scopeNames: Record<Scope, string> = {
  mine: 'Mine',
  all: 'All',
  claimed: 'Claimed by me',
};

type ScopeChoiceProps = {
  scope: Scope;
  counts: Record<Scope, number>;
  onChoose(scope: Scope): void;
};

/** Chooses between the reviews that the viewer may decide, all, and those the viewer has claimed. */
const ScopeChoice = ({ scope, counts, onChoose }: ScopeChoiceProps): ReactNode => (
  // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row everywhere
  <div className="scopes" role="group" aria-label="Which reviews">
    {scopes.map((name) => (
      <button
        key={name}
        type="button"
        aria-pressed={name === scope}
        title={name === 'mine' ? 'Reviews that you may decide' : undefined}
        onClick={() => onChoose(name)}
      >
        {scopeNames[name]} <span className="muted">{counts[name].toLocaleString('en')}</span>
      </button>
    ))}
  </div>
);

/** The selected reviews. A review that is closed or has left the list is no longer selected. */
function useSelection(byId: ReadonlyMap<string, Row>) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const selected = useMemo(
    () => new Set([...ids].filter((nodeExecId) => byId.get(nodeExecId)?.closed === null)),
    [ids, byId],
  );
  const toggle = useCallback(
    (nodeExecId: string) =>
      setIds((before) => {
        const after = new Set(before);
        if (!after.delete(nodeExecId) && after.size < MAX_SELECTED) after.add(nodeExecId);
        return after;
      }),
    [],
  );
  const select = useCallback(
    (nodeExecIds: readonly string[]) => setIds(new Set(nodeExecIds.slice(0, MAX_SELECTED))),
    [],
  );
  return { selected, toggle, select };
}

type ListToolsProps = {
  filter: string;
  onFilter(filter: string): void;
  field: RefObject<HTMLInputElement | null>;
  order: Order;
  onOrder(order: Order): void;
  shownCount: string;
};

/** The filter, the order and the number of reviews above the list. */
function ListTools(props: ListToolsProps): ReactNode {
  const { filter, onFilter, field, order, onOrder, shownCount } = props;
  return (
    <div className="list-tools">
      <input
        ref={field}
        type="search"
        className="filter"
        placeholder="Filter  /"
        aria-label="Filter by step, run, agent or instructions"
        value={filter}
        onChange={(event) => onFilter(event.target.value)}
        onKeyDown={(event) => {
          if (isComposing(event.nativeEvent)) return;
          if (event.key !== 'Escape' && event.key !== 'Enter') return;
          if (event.key === 'Escape') onFilter('');
          event.currentTarget.blur();
        }}
      />
      <div className="list-order">
        <span className="list-count">{shownCount}</span>
        <label>
          <span className="visually-hidden">Order</span>
          <select value={order} onChange={(event) => onOrder(event.target.value as Order)}>
            <option value="newest">Newest first</option>
            <option value="grouped">By run and step</option>
          </select>
        </label>
      </div>
    </div>
  );
}

type ListStatusProps = {
  isEmpty: boolean;
  isFiltered: boolean;
  scope: Scope;
  onUnfilter(): void;
  onShowAll(): void;
};

/** What to show if the list is empty or could not be read. */
function ListStatus(props: ListStatusProps): ReactNode {
  const { isEmpty, isFiltered, scope, onUnfilter, onShowAll } = props;
  const { connection, failure, total, waiting } = useWaitingReviews();
  const isAway = useIsAway();
  // The page says above everything that the service is away.
  if (failure !== null && !isAway) {
    return (
      <p className="banner bad" role="alert">
        {failure}. Retrying…
      </p>
    );
  }
  if (!isEmpty) return null;
  if (isFiltered) {
    return (
      <div className="nothing">
        <p>No matches</p>
        <button type="button" className="button" onClick={onUnfilter}>
          Show all
        </button>
      </div>
    );
  }
  if (connection === 'connecting' || total !== null) {
    return <div className="list-loading" role="status" aria-label="Loading reviews" />;
  }
  if (scope === 'claimed') {
    return (
      <div className="nothing">
        <p className="nothing-title">You have claimed nothing</p>
        <p>Press C in a review to tell others that you are looking at it.</p>
      </div>
    );
  }
  return (
    <div className="nothing">
      <p className="nothing-title">You're all caught up</p>
      {waiting > 0 && scope === 'mine' ? (
        <>
          <p>{count(waiting, 'review')} waiting for others.</p>
          <button type="button" className="button" onClick={onShowAll}>
            Show all
          </button>
        </>
      ) : (
        <p>New reviews appear here instantly.</p>
      )}
    </div>
  );
}
