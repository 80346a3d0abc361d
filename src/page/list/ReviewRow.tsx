import { isBranch, type JsonNode, printJson, readJsonTree } from '@holdpoint/client/json';
import { memo, type ReactNode, useMemo } from 'react';
import { useLoadedDetail } from '../data/page.ts';
import { addressOf, navigate, type View } from '../data/route.ts';
import type { Row } from '../data/waitingReviews.ts';
import { Age, Remaining } from '../parts/Age.tsx';
import { RiskBadge } from '../parts/RiskBadge.tsx';
import { onPlainClick } from '../parts/shortcuts.tsx';
import { outcomeLine } from '../payload/outcomeText.ts';
import { VisibleText } from '../payload/Text.tsx';

/** Longer instructions are cut in the list. The review shows them in full. */
const MAX_INSTRUCTIONS_CHARACTERS = 160;
/** Longer payloads are not parsed for their summary. */
const MAX_PARSED_CHARACTERS = 50_000;
const MAX_VALUE_CHARACTERS = 60;
const MAX_ENTRIES = 4;

type Props = {
  row: Row;
  view: View;
  isOpen: boolean;
  isSelected: boolean;
  /** Absent if reviews cannot be selected in this list. */
  onSelect?: ((nodeExecId: string) => void) | undefined;
};

/** One review in the list: headline or step, risk, agent, age, and the start of its instructions and payload. */
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
          <span className="row-who">
            <VisibleText text={requestedBy} />
          </span>
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
            {outcomeLine(row)}
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
  const { nodeExecId, nodeId, headline, instructions, graphExecId, risk, policy } = row;
  const detail = useLoadedDetail(nodeExecId);
  const payload = detail.status === 'loaded' ? detail.review.payload : null;
  const summary = useMemo(() => (payload === null ? null : summaryOf(payload)), [payload]);
  const firstWords = instructions && withoutMarkdown(instructions);
  return (
    <>
      <span className="row-line">
        {risk !== null && <RiskBadge risk={risk} />}
        {policy !== null && policy.problems.length > 0 && (
          <span className="row-problem" title="A rule of the policy could not be evaluated">
            rule problem
          </span>
        )}
        {headline !== null && (
          <>
            <span className="row-step">
              <VisibleText text={nodeId} />
            </span>{' '}
          </>
        )}
        <VisibleText text={firstWords || graphExecId} />
      </span>
      <span className="row-line row-summary">
        {summary !== null && <VisibleText text={summary} />}
      </span>
    </>
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

/** The first entries of a payload in one line. */
function summaryOf(payload: string): string {
  if (payload.length > MAX_PARSED_CHARACTERS) {
    return `${payload.slice(0, 2 * MAX_VALUE_CHARACTERS)}…`;
  }
  const root = readJsonTree(payload);
  if (!isBranch(root) || root.members.length === 0) return brief(root);
  const shown = root.members
    .slice(0, MAX_ENTRIES)
    .map(({ key, value }) => (root.kind === 'array' ? brief(value) : `${key}: ${brief(value)}`));
  return [...shown, ...(root.members.length > MAX_ENTRIES ? ['…'] : [])].join(' · ');
}

function brief(node: JsonNode): string {
  if (node.kind === 'array') return `[${node.members.length}]`;
  if (node.kind === 'object') return `{${node.members.length}}`;
  const text = node.kind === 'string' ? node.value.replace(/\s+/g, ' ') : printJson(node);
  return text.length > MAX_VALUE_CHARACTERS ? `${text.slice(0, MAX_VALUE_CHARACTERS)}…` : text;
}
