import type { ReactNode, RefObject } from 'react';
import type { Detail } from '../data/details.ts';
import { Age, Remaining } from '../parts/Age.tsx';
import { CopyId } from '../parts/CopyId.tsx';
import { VisibleText } from '../payload/Text.tsx';

type Props = { review: Detail; heading: RefObject<HTMLHeadingElement | null> };

/** The step and the facts of a review. */
export function ReviewHead({ review, heading }: Props): ReactNode {
  return (
    <header className="review-head">
      <h2 id="review-title" ref={heading} tabIndex={-1}>
        <VisibleText text={review.nodeId} />
      </h2>
      <ReviewFacts review={review} />
    </header>
  );
}

/** Everything besides message and payload that a decision covers: who asks, until when, and ids. */
export function ReviewFacts({ review }: { review: Detail }): ReactNode {
  const { requestedBy, createdAt, graphId, graphVersion, graphExecId, nodeExecId } = review;
  const { expiresAt, status, consumers, editable } = review;
  return (
    <>
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
