import { type ReactNode, Suspense, useState } from 'react';
import type { Viewer } from '../data/useViewer.ts';
import type { Row } from '../data/waitingReviews.ts';
import { count } from '../parts/format.ts';
import { later } from '../parts/later.ts';
import { isRisky } from '../review/obstacles.ts';
import { MAX_SELECTED } from './useSelection.ts';

const BulkDialog = later(() => import('./BulkDialog.tsx'));

type Props = {
  rows: readonly Row[];
  /** The ids of the rows that are visible in the list. */
  visibleIds: readonly string[];
  /** The ids of all rows that match the filter and can be selected. */
  matchingIds: readonly string[];
  viewer: Viewer | null;
  onSelect(nodeExecIds: readonly string[]): void;
};

/** The button that selects everything that matches the filter. */
export const selectAllText = (matching: number): string =>
  matching > MAX_SELECTED
    ? `Select the first ${MAX_SELECTED} of ${matching.toLocaleString('en')} that match`
    : `Select all ${matching} that match`;

/**
 * The number of selected reviews, including those out of sight, and the actions for all of them.
 */
export function BulkBar({ rows, visibleIds, matchingIds, viewer, onSelect }: Props): ReactNode {
  const [verdict, setVerdict] = useState<'APPROVE' | 'REJECT' | null>(null);
  const ids = rows.map(({ nodeExecId }) => nodeExecId);
  const visible = new Set(visibleIds);
  const risky = rows.filter(isRisky).length;
  const isAllSelected = matchingIds.every((nodeExecId) => ids.includes(nodeExecId));
  const hidden = ids.filter((nodeExecId) => !visible.has(nodeExecId)).length;
  return (
    <section className="bulk-bar" aria-label="Selected reviews">
      <p>
        <strong>{count(rows.length, 'review')}</strong> selected
        {hidden > 0 && <span className="muted">, {hidden} not visible</span>}
      </p>
      {rows.length > 1 && risky > 0 && (
        <p className="muted">
          {risky === rows.length ? 'All' : risky} of them {risky === 1 ? 'has' : 'have'} a high
          risk: approve {risky === 1 ? 'it' : 'them'} one by one. Approving together leaves{' '}
          {risky === 1 ? 'it' : 'them'} out.
        </p>
      )}
      {rows.length === MAX_SELECTED && (
        <p className="muted">At most {MAX_SELECTED} reviews can be decided together.</p>
      )}
      <div className="actions">
        <button
          type="button"
          className="button small primary"
          onClick={() => setVerdict('APPROVE')}
        >
          Approve…
        </button>
        <button type="button" className="button small danger" onClick={() => setVerdict('REJECT')}>
          Reject…
        </button>
        {!isAllSelected && rows.length < MAX_SELECTED && (
          <button
            type="button"
            className="button small quiet"
            onClick={() => onSelect([...new Set([...ids, ...matchingIds])])}
          >
            {selectAllText(matchingIds.length)}
          </button>
        )}
        <button type="button" className="button small quiet" onClick={() => onSelect([])}>
          Clear
        </button>
      </div>
      {verdict && (
        <Suspense>
          <BulkDialog
            verdict={verdict}
            nodeExecIds={ids}
            viewer={viewer}
            onClose={() => setVerdict(null)}
          />
        </Suspense>
      )}
    </section>
  );
}
