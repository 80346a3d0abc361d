import { type ReactNode, Suspense, useState } from 'react';
import type { Viewer } from '../data/useViewer.ts';
import type { Row } from '../data/waitingReviews.ts';
import { count } from '../parts/format.ts';
import { later } from '../parts/later.ts';

const BulkDialog = later(() => import('./BulkDialog.tsx'));

type Props = {
  rows: readonly Row[];
  /** The ids of the rows that are visible in the list. */
  visibleIds: readonly string[];
  viewer: Viewer | null;
  onSelect(nodeExecIds: readonly string[]): void;
};

/**
 * The number of selected reviews, including those out of sight, and the actions for all of them.
 */
export function BulkBar({ rows, visibleIds, viewer, onSelect }: Props): ReactNode {
  const [verdict, setVerdict] = useState<'APPROVE' | 'REJECT' | null>(null);
  const ids = rows.map(({ nodeExecId }) => nodeExecId);
  const visible = new Set(visibleIds);
  const hidden = ids.filter((nodeExecId) => !visible.has(nodeExecId)).length;
  return (
    <section className="bulk-bar" aria-label="Selected reviews">
      <p>
        <strong>{count(rows.length, 'review')}</strong> selected
        {hidden > 0 && <span className="muted">, {hidden} not visible</span>}
      </p>
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
        <button
          type="button"
          className="button small quiet"
          onClick={() => onSelect([...ids, ...visibleIds])}
        >
          Select all visible
        </button>
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
