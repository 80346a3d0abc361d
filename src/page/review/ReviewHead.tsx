import type { ReactNode, RefObject } from 'react';
import type { Detail } from '../data/details.ts';
import { Age, Remaining } from '../parts/Age.tsx';
import { CopyId } from '../parts/CopyId.tsx';
import { VisibleText } from '../payload/Text.tsx';

type Props = { review: Detail; heading: RefObject<HTMLHeadingElement | null> };

/** The step, the agent, the age and the ids of a review. */
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
        asked <Age since={createdAt} /> ago
        {expiresAt !== null && status === 'WAITING' && (
          <>
            , <Remaining until={expiresAt} />
          </>
        )}
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
    </header>
  );
}
