import {
  lazy,
  type ReactNode,
  type RefObject,
  Suspense,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { clockNow } from '../data/clock.ts';
import { useIsAway } from '../data/page.ts';
import { addressOf, navigate, useRoute } from '../data/route.ts';
import { FilterChips } from '../list/FilterChips.tsx';
import { itemsOf } from '../list/items.ts';
import { useMoves } from '../list/useMoves.ts';
import { useVirtualList, VirtualList } from '../list/VirtualList.tsx';
import { count } from '../parts/format.ts';
import { isComposing, onPlainClick, useShortcuts } from '../parts/shortcuts.tsx';
import { VisibleText } from '../payload/Text.tsx';

import { FilterPanel } from './FilterPanel.tsx';
import {
  chipsOf,
  emptyFilter,
  type Filter,
  parseFilter,
  queryOfFilter,
  searchOf,
  without,
} from './filter.ts';
import { type Total, useSearch } from './useSearch.ts';

const ExportDialog = lazy(() => import('./ExportDialog.tsx'));

/** How long after the last letter the search begins. */
const TYPING_MS = 250;
/** The next page is read when so many rows are left below. */
const READ_AHEAD_ROWS = 30;

const noSelection = new Set<string>();

/** Past and present reviews, found by the filter in the address. */
export default function SearchList({ onHelp }: { onHelp(): void }): ReactNode {
  const { nodeExecId: openId, query = '' } = useRoute();
  const { filter, problems } = useMemo(() => parseFilter(query), [query]);
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round begins at a later time
  const search = useMemo(() => searchOf(filter, clockNow()), [filter, round]);
  const { rows, total, hasMore, isNew, problem, isReading, more } = useSearch(search);
  const items = useMemo(() => itemsOf(rows, 'newest'), [rows]);
  const { scroller, virtualizer } = useVirtualList(items);
  const { move } = useMoves({ items, openId, view: 'search', virtualizer, stopsAtClosed: true });
  const [isPanelOpen, setPanelOpen] = useState(false);
  const [isExporting, setExporting] = useState(false);
  const textField = useRef<HTMLInputElement>(null);
  const panelId = useId();

  const lastIndex = virtualizer.range?.endIndex ?? 0;
  useEffect(() => {
    if (hasMore && lastIndex >= items.length - READ_AHEAD_ROWS) more();
  }, [hasMore, lastIndex, items.length, more]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other results begin at their top
  useEffect(() => {
    scroller.current?.scrollTo(0, 0);
  }, [search]);

  const show = (changed: Filter, isSameEntry = false) =>
    navigate({ view: 'search', nodeExecId: openId, query: queryOfFilter(changed) }, isSameEntry);
  const close = () => {
    if (isPanelOpen) setPanelOpen(false);
    else if (openId !== null) navigate({ view: 'search', nodeExecId: null });
  };
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    '/': () => textField.current?.focus(),
    '?': onHelp,
    Escape: close,
  });

  const chips = chipsOf(filter);
  const isEmpty = !isNew && rows.length === 0 && !hasMore && problem === null;
  const figures = { view: 'waiting', nodeExecId: null, isFigures: true } as const;
  return (
    <>
      <div className="list-tools search-tools">
        <div className="search-line">
          <TextField
            field={textField}
            text={filter.text}
            onChange={(text, isSameEntry) => show({ ...filter, text }, isSameEntry)}
          />
          <button
            type="button"
            className="button small"
            aria-expanded={isPanelOpen}
            aria-controls={panelId}
            onClick={() => setPanelOpen(!isPanelOpen)}
          >
            Filters{chips.length > 0 && ` (${chips.length})`}
          </button>
        </div>
        {chips.length > 0 && (
          <FilterChips
            chips={chips.map(({ field, text }) => ({
              text,
              remove: () => show(without(filter, field)),
            }))}
            onClear={() => show({ ...emptyFilter, text: filter.text })}
          />
        )}
        <div id={panelId} hidden={!isPanelOpen}>
          {isPanelOpen && (
            <FilterPanel filter={filter} onChange={show} onClose={() => setPanelOpen(false)} />
          )}
        </div>
        <div className="list-order">
          <span className="list-count" role="status">
            {countText(total, rows.length, isNew || hasMore)}
          </span>
          <span className="search-actions">
            <button
              type="button"
              className="button small quiet"
              disabled={isReading}
              onClick={() => setRound(round + 1)}
            >
              Refresh
            </button>
            <button
              type="button"
              className="button small quiet"
              disabled={rows.length === 0}
              onClick={() => setExporting(true)}
            >
              Export…
            </button>
            <a
              className="button small quiet"
              href={addressOf(figures)}
              onClick={onPlainClick(() => navigate(figures))}
            >
              Figures
            </a>
          </span>
        </div>
      </div>
      {problems.length > 0 && (
        <div className="banner warn" role="alert">
          <p>The address has filters that can't be used, so more may be found than was meant:</p>
          <ul>
            {problems.map((text) => (
              <li key={text}>
                <VisibleText text={text} />
              </li>
            ))}
          </ul>
          <button type="button" className="button small" onClick={() => show(filter)}>
            Remove them from the address
          </button>
        </div>
      )}
      <Problem text={problem} onRetry={() => setRound(round + 1)} />
      {isReading && items.length === 0 && (
        <div className="list-loading" role="status" aria-label="Searching" />
      )}
      {isEmpty && (
        <div className="nothing">
          <p className="nothing-title">No matches</p>
          <p>Payloads are not searched. New reviews can be found after a second.</p>
          {query !== '' && (
            <button type="button" className="button" onClick={() => show(emptyFilter)}>
              Show all reviews
            </button>
          )}
        </div>
      )}
      <VirtualList
        label="Reviews found"
        items={items}
        scroller={scroller}
        virtualizer={virtualizer}
        view="search"
        openId={openId}
        selected={noSelection}
      />
      {isExporting && (
        <Suspense>
          <ExportDialog search={search} total={total} onClose={() => setExporting(false)} />
        </Suspense>
      )}
    </>
  );
}

/** Exact up to 10,000. */
function countText(total: Total, shown: number, isMore: boolean): string {
  if (typeof total === 'number') return count(total, 'review');
  if (!isMore) return count(shown, 'review');
  return total === null ? '10,000+ reviews' : 'Searching…';
}

function Problem({ text, onRetry }: { text: string | null; onRetry(): void }): ReactNode {
  // The page says above everything that the service is away.
  const isAway = useIsAway();
  if (text === null) return null;
  return (
    <div className="banner bad" role={isAway ? undefined : 'alert'}>
      <p>{text}</p>
      <button type="button" className="button small" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

type TextFieldProps = {
  field: RefObject<HTMLInputElement | null>;
  text: string;
  onChange(text: string, isSameEntry: boolean): void;
};

/**
 * The words to search for. The search follows the typing; all letters typed in a row are one entry
 * of the browser's history.
 */
function TextField({ field, text, onChange }: TextFieldProps): ReactNode {
  const [typed, setTyped] = useState(text);
  const hasEntry = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sent = useRef(text);
  useEffect(() => {
    // The address has changed in another way, such as with the back button.
    if (text === sent.current) return;
    sent.current = text;
    hasEntry.current = false;
    setTyped(text);
  }, [text]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const send = (value: string) => {
    clearTimeout(timer.current);
    const words = value.trim();
    if (words === sent.current) return;
    sent.current = words;
    onChange(words, hasEntry.current);
    hasEntry.current = true;
  };
  return (
    <input
      ref={field}
      type="search"
      className="filter"
      placeholder="Search  /"
      aria-label="Search by words of the headline, instructions, step, workflow, run or tags"
      maxLength={200}
      value={typed}
      onChange={({ target }) => {
        setTyped(target.value);
        clearTimeout(timer.current);
        timer.current = setTimeout(send, TYPING_MS, target.value);
      }}
      onBlur={() => {
        send(typed);
        hasEntry.current = false;
      }}
      onKeyDown={(event) => {
        if (isComposing(event.nativeEvent)) return;
        if (event.key === 'Enter') send(typed);
        if (event.key === 'Escape') {
          if (typed === '') event.currentTarget.blur();
          setTyped('');
          send('');
        }
      }}
    />
  );
}
