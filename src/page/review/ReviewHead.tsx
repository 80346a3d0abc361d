import type { ReactNode, RefObject } from 'react';
import { Age, Remaining } from '../parts/Age.tsx';
import { CopyId } from '../parts/CopyId.tsx';
import { VisibleText } from '../payload/text/VisibleText.tsx';
import type { Detail } from '../state/details.ts';

type Props = { review: Detail; heading: RefObject<HTMLHeadingElement | null> };

/** What it is, who asks, since when, and its ids. */
export function ReviewHead({ review, heading }: Props): ReactNode {
  const { nodeId, requestedBy, createdAt, graphId, graphVersion, graphExecId, nodeExecId } = review;
  const { expiresAt, status, consumers } = review;
  return (
    <header className="review-head">
      <h2 id="review-title" ref={heading} tabIndex={-1}>
        <VisibleText text={nodeId} />
      </h2>
      <p className="review-who">
        <strong>
          <VisibleText text={requestedBy} />
        </strong>{' '}
        {status === 'WAITING' ? 'asks, since ' : 'asked '}
        <Age since={createdAt} />
        {status !== 'WAITING' && ' ago'}
        {expiresAt !== null && status === 'WAITING' && (
          <>
            , <Remaining until={expiresAt} />
          </>
        )}
      </p>
      <dl className="ids">
        <div>
          <dt>Graph</dt>
          <dd>
            <VisibleText text={graphId} /> v{graphVersion}
          </dd>
        </div>
        <div>
          <dt>Execution</dt>
          <dd>
            <CopyId id={graphExecId} what="id of the execution" />
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
            <CopyId id={nodeExecId} what="id of the review" />
          </dd>
        </div>
      </dl>
    </header>
  );
}
