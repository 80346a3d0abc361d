import { type ReactNode, useMemo } from 'react';
import { useListRange } from '../hooks/useListRange.ts';
import { useReviewsByState } from '../hooks/useReviewsByState.ts';
import { go, useRoute, type View } from '../hooks/useRoute.ts';
import { useShortcuts } from '../hooks/useShortcuts.ts';
import { counted } from '../parts/spanText.ts';
import { itemsOf } from './items.ts';
import { useMoves } from './useMoves.ts';
import { VirtualList } from './VirtualList.tsx';

type Props = { view: Exclude<View, 'waiting'>; onHelp(): void };

const states = { unexecuted: 'UNCONSUMED', unreported: 'UNREPORTED' } as const;

const texts = {
  unexecuted: 'Approved, but no agent has taken it up.',
  unreported: 'Taken up by an agent that has not said what came of it.',
};

const none = new Set<string>();

/** Approved reviews that were heard of no more: somebody may want to ask why. */
export function StateList({ view, onHelp }: Props): ReactNode {
  const { nodeExecId: openId } = useRoute();
  const { rows, total, hasMore, problem, isReading, more } = useReviewsByState(states[view]);
  const items = useMemo(() => itemsOf(rows, '', 'newest'), [rows]);
  const { scroller, virtualizer } = useListRange(items);
  const { move } = useMoves({ items, openId, view, virtualizer });
  const close = () => go({ view, nodeExecId: null });
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
        {total !== null && <p className="list-count">{counted(total, 'review')}</p>}
      </div>
      {problem !== null && (
        <p className="banner bad" role="alert">
          {problem}
        </p>
      )}
      {isReading && items.length === 0 && (
        <div className="list-loading" role="status" aria-label="Reading" />
      )}
      {total === 0 && (
        <div className="nothing">
          <p className="nothing-title">Nothing is open</p>
          <p>Every approval was taken up{view === 'unreported' && ', and its outcome reported'}.</p>
        </div>
      )}
      <VirtualList
        label="Reviews"
        items={items}
        scroller={scroller}
        virtualizer={virtualizer}
        view={view}
        openId={openId}
        selected={none}
      />
      {hasMore && (
        <button type="button" className="button quiet" onClick={more} disabled={isReading}>
          Show more
        </button>
      )}
    </>
  );
}
