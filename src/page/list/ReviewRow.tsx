import { readJsonTree } from '@holdpoint/client/json';
import { memo, type ReactNode, useMemo } from 'react';
import { useLoadedDetail } from '../data/page.ts';
import { addressOf, navigate, type View } from '../data/route.ts';
import type { Row } from '../data/waitingReviews.ts';
import { Age, Remaining } from '../parts/Age.tsx';
import { RiskBadge } from '../parts/RiskBadge.tsx';
import { onPlainClick } from '../parts/shortcuts.tsx';
import { outcomeLine } from '../payload/outcomeText.ts';
import { VisibleText } from '../payload/Text.tsx';
import { RowValues } from './RowValues.tsx';
import { type TellingValue, tellingValues } from './tellingValues.ts';

/** Longer instructions are cut in the list. The review shows them in full. */
const MAX_INSTRUCTIONS_CHARACTERS = 160;
/** Longer payloads are not parsed for the list. */
const MAX_PARSED_CHARACTERS = 50_000;

type Props = {
  row: Row;
  view: View;
  isOpen: boolean;
  isSelected: boolean;
  /** Absent if reviews cannot be selected in this list. */
  onSelect?: ((nodeExecId: string) => void) | undefined;
};

/** One review in the list, in two lines: what it is and its age; risk, telling values and agent. */
export const ReviewRow = memo(function ReviewRow(props: Props): ReactNode {
  const { row, view, isOpen, isSelected, onSelect } = props;
  const { nodeExecId, nodeId, headline, requestedBy, createdAt, expiresAt, claimedBy } = row;
  const { closed } = row;
  // A closed review leaves the other lists after a moment.
  const isLeaving = closed !== null && view !== 'search';
  return (
    <div
      className="row"
      data-open-row={isOpen || undefined}
      data-closed={isLeaving ? '' : undefined}
    >
      {onSelect && (
        <label className="row-select">
          <input
            type="checkbox"
            checked={isSelected}
            disabled={closed !== null}
            onChange={() => onSelect(nodeExecId)}
            aria-label={`Select ${nodeId} by ${requestedBy}`}
          />
        </label>
      )}
      <a
        className="row-link"
        href={addressOf({ view, nodeExecId })}
        aria-current={isOpen ? 'true' : undefined}
        data-row={nodeExecId}
        onClick={onPlainClick(() => navigate({ view, nodeExecId }))}
      >
        <span className="row-head">
          <strong>
            <VisibleText text={headline ?? nodeId} />
          </strong>
          {claimedBy !== null && !closed && (
            <span className="row-claim">
              <span className="visually-hidden">claimed by </span>
              <VisibleText text={claimedBy} />
            </span>
          )}
          <span className="row-age">
            {expiresAt !== null && !closed ? (
              <Remaining until={expiresAt} />
            ) : (
              <Age since={createdAt} />
            )}
          </span>
        </span>
        {closed ? (
          <span className={isLeaving ? 'row-line outcome-line' : 'row-line'}>
            <VisibleText text={outcomeLine(row)} />
            {!isLeaving && row.reviewedAt !== null && (
              <span className="muted">
                {' · '}
                <Age since={row.reviewedAt} /> ago
              </span>
            )}
          </span>
        ) : (
          <Summary row={row} />
        )}
      </a>
    </div>
  );
});

function Summary({ row }: { row: Row }): ReactNode {
  const { nodeExecId, kind, headline, instructions, graphExecId, risk, policy, requestedBy } = row;
  const detail = useLoadedDetail(nodeExecId);
  const payload = detail.status === 'loaded' ? detail.review.payload : null;
  const values = useMemo(() => (payload === null ? [] : valuesOf(payload)), [payload]);
  const firstWords = instructions && withoutMarkdown(instructions);
  return (
    <span className="row-line">
      {kind === 'QUESTION' && <span className="label is-question">Question</span>}
      {risk !== null && <RiskBadge risk={risk} />}
      {policy !== null && policy.problems.length > 0 && (
        <span className="row-problem" title="A rule of the policy could not be evaluated">
          rule problem
        </span>
      )}
      <span className="row-summary">
        <RowValues values={values} />
        {(headline === null || values.length === 0) && (
          <span className="row-words">
            <VisibleText text={firstWords || graphExecId} />
          </span>
        )}
      </span>
      <span className="row-who">
        <VisibleText text={requestedBy} />
      </span>
    </span>
  );
}

/** The start of the instructions, without common Markdown marks. */
const withoutMarkdown = (instructions: string): string =>
  instructions
    .trim()
    .slice(0, MAX_INSTRUCTIONS_CHARACTERS)
    .replace(/\s+/g, ' ')
    .replace(/\[([^[\]]*)\]\([^()]*\)/g, '$1')
    .replace(/\*\*|`|^#+ /g, '');

const valuesOf = (payload: string): TellingValue[] =>
  payload.length > MAX_PARSED_CHARACTERS ? [] : tellingValues(readJsonTree(payload));
