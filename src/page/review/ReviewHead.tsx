import type { ReactNode, RefObject } from 'react';
import type { Detail } from '../data/details.ts';
import { Age, Remaining } from '../parts/Age.tsx';
import { CopyId } from '../parts/CopyId.tsx';
import { RiskBadge } from '../parts/RiskBadge.tsx';
import { VisibleText } from '../payload/Text.tsx';

type Props = { review: Detail; heading: RefObject<HTMLHeadingElement | null> };

/** The headline or the step, and the facts of a review. */
export function ReviewHead({ review, heading }: Props): ReactNode {
  return (
    <header className="review-head">
      <h2 id="review-title" ref={heading} tabIndex={-1}>
        <VisibleText text={review.headline ?? review.nodeId} />
      </h2>
      <ReviewFacts review={review} />
    </header>
  );
}

/** Everything besides message and payload that a decision covers: who asks, until when, and ids. */
export function ReviewFacts({ review }: { review: Detail }): ReactNode {
  const { requestedBy, createdAt, graphId, graphVersion, graphExecId, nodeExecId } = review;
  const { expiresAt, status, consumers, editable, headline, nodeId, risk, tags } = review;
  return (
    <>
      {headline !== null && (
        <p className="review-step">
          <span className="visually-hidden">Step </span>
          <VisibleText text={nodeId} />
        </p>
      )}
      <p className="review-who">
        <strong>
          <VisibleText text={requestedBy} />
        </strong>{' '}
        asked <Age since={createdAt} /> ago
        {expiresAt !== null && status === 'WAITING' && (
          <>
            , <Remaining until={expiresAt} />
          </>
        )}
        {!editable && ', not editable'}
      </p>
      {(risk !== null || tags.length > 0) && (
        <p className="labels">
          {risk !== null && <RiskBadge risk={risk} />}
          {tags.length > 0 && <span className="visually-hidden">Tags:</span>}
          {tags.map((tag) => (
            <span key={tag} className="label">
              <VisibleText text={tag} />
            </span>
          ))}
        </p>
      )}
      <dl className="ids">
        <div>
          <dt>Workflow</dt>
          <dd>
            <VisibleText text={graphId} /> v{graphVersion}
          </dd>
        </div>
        <div>
          <dt>Run</dt>
          <dd>
            <CopyId id={graphExecId} name="run ID" />
          </dd>
        </div>
        {consumers.length > 0 && (
          <div>
            <dt>Approval can be used by</dt>
            <dd>
              <VisibleText text={[requestedBy, ...consumers].join(', ')} />
            </dd>
          </div>
        )}
        <div>
          <dt>Review</dt>
          <dd>
            <CopyId id={nodeExecId} name="review ID" />
          </dd>
        </div>
      </dl>
    </>
  );
}
