import { type MouseEvent, memo, type ReactNode, useMemo } from 'react';
import { usePeek } from '../hooks/usePeek.ts';
import { addressOf, go, type View } from '../hooks/useRoute.ts';
import { Age, Remaining } from '../parts/Age.tsx';
import { settledText } from '../parts/settledText.ts';
import { VisibleText } from '../payload/text/VisibleText.tsx';
import type { Row } from '../state/inbox.ts';
import { payloadSummary } from './payloadSummary.ts';

/** Longer instructions are cut in the list; the review shows them whole. */
const MAX_INSTRUCTIONS_CHARACTERS = 160;

type Props = {
  row: Row;
  view: View;
  isOpen: boolean;
  isSelected: boolean;
  /** Absent: nothing can be selected in this list. */
  onSelect?: ((nodeExecId: string) => void) | undefined;
};

/** One review in the list: what, who asks, for how long, and in a line what for. */
export const ReviewRow = memo(function ReviewRow(props: Props): ReactNode {
  const { row, view, isOpen, isSelected, onSelect } = props;
  const { nodeExecId, nodeId, requestedBy, createdAt, expiresAt, settled } = row;
  const open = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go({ view, nodeExecId });
  };
  return (
    <div
      className="row"
      data-open-row={isOpen || undefined}
      data-settled={settled ? '' : undefined}
    >
      {onSelect && (
        <label className="row-select">
          <input
            type="checkbox"
            checked={isSelected}
            disabled={settled !== null}
            onChange={() => onSelect(nodeExecId)}
            aria-label={`Select ${nodeId} of ${requestedBy}`}
          />
        </label>
      )}
      <a
        className="row-link"
        href={addressOf({ view, nodeExecId })}
        aria-current={isOpen ? 'true' : undefined}
        data-row={nodeExecId}
        onClick={open}
      >
        <span className="row-head">
          <strong>
            <VisibleText text={nodeId} />
          </strong>
          <span className="row-who">
            <VisibleText text={requestedBy} />
          </span>
          <span className="row-age">
            {expiresAt !== null && !settled ? (
              <Remaining until={expiresAt} />
            ) : (
              <Age since={createdAt} />
            )}
          </span>
        </span>
        {settled ? (
          <span className="row-line outcome-line">{settledText(row)}</span>
        ) : (
          <Lines row={row} />
        )}
      </a>
    </div>
  );
});

function Lines({ row: { nodeExecId, instructions, graphExecId } }: { row: Row }): ReactNode {
  const detail = usePeek(nodeExecId);
  const payload = detail.status === 'loaded' ? detail.review.payload : null;
  const summary = useMemo(() => (payload === null ? null : payloadSummary(payload)), [payload]);
  const first = instructions && firstWords(instructions);
  return (
    <>
      <span className="row-line">
        <VisibleText text={first || graphExecId} />
      </span>
      <span className="row-line row-summary">
        {summary !== null && <VisibleText text={summary} />}
      </span>
    </>
  );
}

/** The marks of Markdown that would only be in the way. */
const firstWords = (instructions: string): string =>
  instructions
    .trim()
    .slice(0, MAX_INSTRUCTIONS_CHARACTERS)
    .replace(/\s+/g, ' ')
    .replace(/\[([^[\]]*)\]\([^()]*\)/g, '$1')
    .replace(/\*\*|`|^#+ /g, '');
