import { type ReactNode, useState } from 'react';
import { counted } from '../parts/spanText.ts';
import type { Row } from '../state/inbox.ts';
import { BulkDialog } from './BulkDialog.tsx';

type Props = {
  rows: readonly Row[];
  /** The ids of the rows that the list shows at this moment. */
  onScreen: readonly string[];
  onChoose(nodeExecIds: readonly string[]): void;
};

/** What is selected, how much of it is out of sight, and what can be done with all of it. */
export function BulkBar({ rows, onScreen, onChoose }: Props): ReactNode {
  const [verdict, setVerdict] = useState<'APPROVE' | 'REJECT' | null>(null);
  const visible = new Set(onScreen);
  const hidden = rows.filter(({ nodeExecId }) => !visible.has(nodeExecId)).length;
  return (
    <section className="bulk-bar" aria-label="Selected reviews">
      <p>
        <strong>{counted(rows.length, 'review')}</strong> selected
        {hidden > 0 && <span className="muted">, {hidden} not on the screen</span>}
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
          onClick={() => onChoose([...rows.map(({ nodeExecId }) => nodeExecId), ...onScreen])}
        >
          Add all on the screen
        </button>
        <button type="button" className="button small quiet" onClick={() => onChoose([])}>
          Clear
        </button>
      </div>
      {verdict && (
        <BulkDialog
          verdict={verdict}
          nodeExecIds={rows.map(({ nodeExecId }) => nodeExecId)}
          onClose={() => setVerdict(null)}
        />
      )}
    </section>
  );
}
