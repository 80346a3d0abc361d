import { type ReactNode, useMemo } from 'react';
import { navigate, useRoute, type View } from '../data/route.ts';
import { useReviewsByState } from '../data/useReviewsByState.ts';
import { count } from '../parts/format.ts';
import { useShortcuts } from '../parts/shortcuts.tsx';
import { itemsOf } from './items.ts';
import { useMoves } from './useMoves.ts';
import { useVirtualList, VirtualList } from './VirtualList.tsx';

type Props = { view: Exclude<View, 'waiting' | 'search'>; onHelp(): void };

const states = { unexecuted: 'UNCONSUMED', unreported: 'UNREPORTED' } as const;

const texts = {
  unexecuted: 'Approved, but not picked up by an agent yet.',
  unreported: 'Picked up by an agent that has not reported a result yet.',
};

const emptyTexts = {
  unexecuted: 'Every approval was picked up.',
  unreported: 'Every result was reported.',
};

const noSelection = new Set<string>();

/** Approved reviews that an agent has not picked up, or not reported a result for. */
export function ApprovedList({ view, onHelp }: Props): ReactNode {
  const { nodeExecId: openId } = useRoute();
  const { rows, total, hasMore, problem, isReading, more } = useReviewsByState(states[view]);
  const items = useMemo(() => itemsOf(rows, 'newest'), [rows]);
  const { scroller, virtualizer } = useVirtualList(items);
  const { move } = useMoves({ items, openId, view, virtualizer });
  const close = () => navigate({ view, nodeExecId: null });
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    '?': onHelp,
    Escape: close,
  });
  return (
    <>
      <div className="list-tools">
        <p className="muted">{texts[view]}</p>
        {total !== null && <p className="list-count">{count(total, 'review')}</p>}
      </div>
      {problem !== null && (
        <p className="banner bad" role="alert">
          {problem}
        </p>
      )}
      {isReading && items.length === 0 && (
        <div className="list-loading" role="status" aria-label="Loading reviews" />
      )}
      {total === 0 && (
        <div className="nothing">
          <p className="nothing-title">Nothing outstanding</p>
          <p>{emptyTexts[view]}</p>
        </div>
      )}
      <VirtualList
        label="Approved reviews"
        items={items}
        scroller={scroller}
        virtualizer={virtualizer}
        view={view}
        openId={openId}
        selected={noSelection}
      />
      {hasMore && (
        <button type="button" className="button quiet" onClick={more} disabled={isReading}>
          Show more
        </button>
      )}
    </>
  );
}
