import {
  type ReactNode,
  type RefObject,
  Suspense,
  useDeferredValue,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useIsAway, useWaitingReviews } from '../data/page.ts';
import { addressOf, navigate, queryFrom, useRoute } from '../data/route.ts';
import { rowsIn, type Scope, scopes, useScope } from '../data/scope.ts';
import { canDecide, type Viewer } from '../data/useViewer.ts';
import type { Row } from '../data/waitingReviews.ts';
import { count } from '../parts/format.ts';
import { later } from '../parts/later.ts';
import { isComposing, onPlainClick, useShortcuts } from '../parts/shortcuts.tsx';
import { BulkBar, selectAllText } from './BulkBar.tsx';
import { FilterChips } from './FilterChips.tsx';
import { chipsOf, facets, isFiltering, isSearching, matchingRows, noFilter } from './filter.ts';
import { itemsOf, type Order } from './items.ts';
import { type ListChoice, useListChoice } from './listChoice.ts';
import { useLoadedPayloads } from './loadedPayloads.ts';
import { useMoves, useNextReview } from './useMoves.ts';
import { useSelection } from './useSelection.ts';
import { useVirtualList, VirtualList } from './VirtualList.tsx';

const FilterOptions = later(() => import('./FilterOptions.tsx'));

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
  const [choice, change] = useListChoice();
  // Typing stays smooth while many reviews are filtered.
  const { filter, order } = useDeferredValue(choice);
  const [isPanelOpen, setPanelOpen] = useState(false);
  const filterField = useRef<HTMLInputElement>(null);
  const payloads = useLoadedPayloads(isSearching(filter));
  const matching = useMemo(() => matchingRows(rows, filter, payloads), [rows, filter, payloads]);
  const items = useMemo(() => itemsOf(matching, order), [matching, order]);
  const { selected, toggle, select, selectTo, endRange, lastToggled } = useSelection(byId, items);
  const { scroller, virtualizer, visibleIds } = useVirtualList(items);
  const moves = useMoves({ items, openId, view: 'waiting', virtualizer });
  const { openIndex, move } = moves;
  useNextReview(items, moves);

  const close = () => {
    if (isPanelOpen) setPanelOpen(false);
    else if (selected.size > 0) select([]);
    else if (openId !== null) navigate({ view: 'waiting', nodeExecId: null });
  };
  const moveOrSelect = (step: 1 | -1) => (event: KeyboardEvent) => {
    const movedTo = move(step);
    if (!event.shiftKey || !mayDecide) return endRange();
    if (movedTo !== null) selectTo(movedTo, openId);
  };
  useShortcuts({
    j: moveOrSelect(1),
    k: moveOrSelect(-1),
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
  const counts: Record<Scope, number> = {
    mine,
    all: total ?? waiting,
    claimed: rowsIn(all, 'claimed', actor).filter(({ closed }) => !closed).length,
  };
  const selectedRows = useMemo(
    () => [...selected].flatMap((nodeExecId): Row | [] => byId.get(nodeExecId) ?? []),
    [selected, byId],
  );
  /** In the order of the list. */
  const selectableIds = useMemo(
    () =>
      items.flatMap((item) =>
        item.kind === 'row' && !item.row.closed && item.row.mayDecide !== false ? item.key : [],
      ),
    [items],
  );
  const isFiltered = isFiltering(filter);
  const shown = matching.filter(({ closed }) => !closed).length;
  return (
    <>
      {mayDecide && <ScopeChoice scope={scope} counts={counts} onChoose={setScope} />}
      <ListTools
        choice={choice}
        onChange={change}
        isOpen={isPanelOpen}
        onOpen={setPanelOpen}
        rows={rows}
        payloads={payloads}
        field={filterField}
        shownCount={isFiltered ? `${shown} of ${inScope}` : count(counts[scope], 'review')}
        selectAll={
          mayDecide && isFiltered && selected.size === 0 && selectableIds.length > 1
            ? { text: selectAllText(selectableIds.length), act: () => select(selectableIds) }
            : null
        }
      />
      <ListStatus
        isEmpty={items.length === 0}
        isFiltered={isFiltered && inScope > 0}
        scope={scope}
        onUnfilter={() => change({ filter: noFilter })}
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
        onSelectTo={
          mayDecide
            ? (nodeExecId) => selectTo(nodeExecId, lastToggled.current ?? openId)
            : undefined
        }
      />
      {mayDecide && selectedRows.length > 0 && (
        <BulkBar
          rows={selectedRows}
          visibleIds={visibleIds}
          matchingIds={selectableIds}
          viewer={viewer}
          onSelect={select}
        />
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

type ListToolsProps = {
  choice: ListChoice;
  onChange(change: Partial<ListChoice>): void;
  /** Whether the filters besides the words can be chosen. */
  isOpen: boolean;
  onOpen(isOpen: boolean): void;
  rows: readonly Row[];
  payloads: ReadonlyMap<string, string>;
  field: RefObject<HTMLInputElement | null>;
  shownCount: string;
  selectAll: { text: string; act(): void } | null;
};

const orderNames: Record<Order, string> = {
  newest: 'Newest first',
  oldest: 'Oldest first',
  expiring: 'Expiring soonest',
  risk: 'Highest risk',
  grouped: 'By run and step',
};

/** The filter, the order and the number of reviews above the list. */
function ListTools(props: ListToolsProps): ReactNode {
  const { choice, onChange, isOpen, onOpen: setOpen, rows, payloads, field } = props;
  const { shownCount, selectAll } = props;
  const { filter, order } = choice;
  const panelId = useId();
  const set = (changed: ListChoice['filter']) => onChange({ filter: changed });
  const chosen = facets.reduce((sum, facet) => sum + filter[facet].length, 0);
  return (
    <div className="list-tools">
      <div className="search-line">
        <input
          ref={field}
          type="search"
          className="filter"
          placeholder="Filter  /"
          aria-label="Filter by headline, step, workflow, run, agent, tag, instructions or payload"
          value={filter.text}
          onChange={({ target }) => set({ ...filter, text: target.value })}
          onKeyDown={(event) => {
            if (isComposing(event.nativeEvent)) return;
            if (event.key !== 'Escape' && event.key !== 'Enter') return;
            if (event.key === 'Escape') set({ ...filter, text: '' });
            event.currentTarget.blur();
          }}
        />
        <button
          type="button"
          className="button small"
          aria-expanded={isOpen}
          aria-controls={panelId}
          onClick={() => setOpen(!isOpen)}
        >
          Filters{chosen > 0 && ` (${chosen})`}
        </button>
      </div>
      {isSearching(filter) && <SearchNote text={filter.text} rows={rows} payloads={payloads} />}
      {chosen > 0 && !isOpen && (
        <FilterChips
          chips={chipsOf(filter, set)}
          onClear={() => set({ ...noFilter, text: filter.text })}
        />
      )}
      <div id={panelId} hidden={!isOpen}>
        {isOpen && (
          <Suspense>
            <FilterOptions
              rows={rows}
              payloads={payloads}
              filter={filter}
              onChange={set}
              onClose={() => setOpen(false)}
            />
          </Suspense>
        )}
      </div>
      <div className="list-order">
        <span className="list-count">{shownCount}</span>
        {selectAll && (
          <button type="button" className="quiet-button" onClick={selectAll.act}>
            {selectAll.text}
          </button>
        )}
        <select
          aria-label="Order"
          value={order}
          onChange={({ target }) => onChange({ order: target.value as Order })}
        >
          {Object.entries(orderNames).map(([name, text]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}

type SearchNoteProps = {
  text: string;
  rows: readonly Row[];
  payloads: ReadonlyMap<string, string>;
};

/** Says which payloads the words are looked up in. */
function SearchNote({ text, rows, payloads }: SearchNoteProps): ReactNode {
  const known = rows.filter(({ nodeExecId }) => payloads.has(nodeExecId)).length;
  const search = {
    view: 'search',
    nodeExecId: null,
    query: queryFrom([['text', text.trim()]]),
  } as const;
  return (
    <p className="muted list-note">
      {known === rows.length
        ? 'Also looks into the payloads.'
        : `Also looks into the ${count(known, 'payload')} that ${known === 1 ? 'is' : 'are'} loaded.`}{' '}
      <a href={addressOf(search)} onClick={onPlainClick(() => navigate(search))}>
        Search past reviews too
      </a>
    </p>
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
