import { readJsonTree } from '@holdpoint/client/json';
import { type ReactNode, useMemo } from 'react';
import { misleads } from '../../text/characters.ts';
import type { Detail } from '../data/details.ts';
import { count } from '../parts/format.ts';
import { RiskBadge } from '../parts/RiskBadge.tsx';
import { FoldView, useFold } from '../payload/folds.tsx';
import { isMisleadingNode } from '../payload/JsonTree.tsx';
import { Payload } from '../payload/Payload.tsx';
import { VisibleText } from '../payload/Text.tsx';
import { AgentMessage } from '../review/AgentMessage.tsx';
import { ReviewAttachments } from '../review/ReviewAttachments.tsx';
import { ReviewFactsInList } from '../review/ReviewHead.tsx';
import { VerdictPart } from '../review/VerdictPart.tsx';
import { RowValues } from './RowValues.tsx';
import { countOthers, tellingValues } from './tellingValues.ts';

/** A review that is decided with others. */
export type BulkReview = {
  review: Detail;
  /** The person in whose place the viewer decides. Absent: in their own right. */
  principal: string | undefined;
  /** Why it is not decided, or null if it is. */
  leftOut: string | null;
};

type Props = {
  reviews: readonly BulkReview[];
  /** The ids of the reviews that are shown in full. */
  open: ReadonlySet<string>;
  onToggle(nodeExecId: string): void;
};

/** One row for each review, which opens to show it in full. */
export const BulkTable = ({ reviews, open, onToggle }: Props): ReactNode => (
  <table className="bulk-table">
    <thead>
      <tr>
        <th scope="col">Review</th>
        <th scope="col">Agent</th>
        <th scope="col">Values</th>
        <th scope="col">Risk</th>
        <th scope="col">
          <span className="visually-hidden">In full</span>
        </th>
      </tr>
    </thead>
    <tbody>
      {reviews.map((one) => (
        // A review that was asked again is another one, with other folds.
        <FoldView key={one.review.subjectDigest}>
          <BulkRow
            {...one}
            isOpen={open.has(one.review.nodeExecId)}
            onToggle={() => onToggle(one.review.nodeExecId)}
          />
        </FoldView>
      ))}
    </tbody>
  </table>
);

type RowProps = BulkReview & { isOpen: boolean; onToggle(): void };

function BulkRow({ review, principal, leftOut, isOpen, onToggle }: RowProps): ReactNode {
  const { nodeExecId, nodeId, headline, requestedBy, risk, payload } = review;
  const tree = useMemo(() => readJsonTree(payload), [payload]);
  const isMisleading = useMemo(
    () => leftOut === null && (isMisleadingNode(tree) || misleads(foldedText(review))),
    [tree, review, leftOut],
  );
  const values = useMemo(() => tellingValues(tree), [tree]);
  const others = useMemo(() => countOthers(tree, values), [tree, values]);
  const hides = useFold(`bulk ${nodeExecId}`, !isOpen && isMisleading);
  return (
    <>
      <tr data-left-out={leftOut === null ? undefined : ''}>
        <th scope="row">
          <span className="bulk-title">
            <VisibleText text={headline ?? nodeId} />
          </span>
          {headline !== null && (
            <span className="bulk-step">
              <VisibleText text={nodeId} />
            </span>
          )}
        </th>
        <td className="bulk-agent">
          <VisibleText text={requestedBy} />
        </td>
        <td className="bulk-values">
          {leftOut !== null ? (
            <span className="bulk-reason">
              Left out: <VisibleText text={leftOut} />
            </span>
          ) : (
            <>
              <RowValues values={values} />
              {others > 0 && (
                <span className="row-value muted">+ {count(others, 'more value')}</span>
              )}
            </>
          )}
          {principal !== undefined && (
            <span className="bulk-reason">
              You decide for <VisibleText text={principal} />, who delegates to you.
            </span>
          )}
        </td>
        <td>{risk !== null && <RiskBadge risk={risk} />}</td>
        <td className="bulk-open">
          <button
            type="button"
            className="button small quiet"
            aria-expanded={isOpen}
            aria-label={`Show ${headline ?? nodeId} in full`}
            onClick={onToggle}
            {...hides}
          >
            {isOpen ? '▾' : '▸'}
          </button>
        </td>
      </tr>
      {isOpen && (
        <tr className="bulk-full">
          <td colSpan={5}>
            <section className="bulk-item" aria-label={`${nodeId} by ${requestedBy}`}>
              <ReviewFactsInList review={review} />
              <VerdictPart review={review} />
              <AgentMessage review={review} />
              <ReviewAttachments review={review}>
                <Payload text={payload} tags={review.tags} />
              </ReviewAttachments>
            </section>
          </td>
        </tr>
      )}
    </>
  );
}

/** Everything but the payload that only the open row shows. */
function foldedText(review: Detail): string {
  const { instructions, graphId, graphExecId, nodeExecId, consumers, tags, links } = review;
  return [instructions ?? '', graphId, graphExecId, nodeExecId, ...consumers, ...tags]
    .concat(links.flatMap(({ title, url }) => [title, url]))
    .join('\n');
}
