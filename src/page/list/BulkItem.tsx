import type { ReactNode } from 'react';
import { Payload } from '../payload/index.ts';
import { VisibleText } from '../payload/text/VisibleText.tsx';
import { AgentMessage } from '../review/AgentMessage.tsx';
import type { Detail } from '../state/details.ts';

/** One of the reviews that are decided together, with all that it would do. */
export const BulkItem = ({ review }: { review: Detail }): ReactNode => (
  <section className="bulk-item" aria-label={`${review.nodeId} of ${review.requestedBy}`}>
    <p className="bulk-head">
      <strong>
        <VisibleText text={review.nodeId} />
      </strong>{' '}
      <span className="muted">
        <VisibleText text={review.requestedBy} /> in <VisibleText text={review.graphExecId} />
      </span>
    </p>
    <AgentMessage review={review} />
    <Payload text={review.payload} />
  </section>
);
