import type { ReactNode } from 'react';
import { Modal } from '../parts/Modal.tsx';
import { VisibleText } from '../payload/text/VisibleText.tsx';
import type { Detail } from '../state/details.ts';
import { StandingApprovals } from './StandingApprovals.tsx';

type Props = { review: Detail; onApprove(): void; onClose(): void };

/** Says what an approval of all future reviews of a node covers, before it is given. */
export function FutureDialog({ review, onApprove, onClose }: Props): ReactNode {
  const { nodeId, graphExecId, requestedBy } = review;
  return (
    <Modal title="Approve this and all future ones of its node" onClose={onClose}>
      <p>
        This review is approved, and from now on every request of{' '}
        <strong>
          <VisibleText text={requestedBy} />
        </strong>{' '}
        for the node{' '}
        <strong>
          <VisibleText text={nodeId} />
        </strong>{' '}
        in the execution{' '}
        <strong>
          <VisibleText text={graphExecId} />
        </strong>{' '}
        is approved <strong>without asking anybody, regardless of its content</strong>.
      </p>
      <p>
        It does not cover other agents, nodes or executions. It ends by itself, after a day unless
        the service is set up otherwise, or when somebody revokes it, here or below any review of
        this execution.
      </p>
      <StandingApprovals graphExecId={graphExecId} />
      <div className="actions">
        <button type="button" className="button primary" onClick={onApprove}>
          Approve this and all future ones
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Modal>
  );
}
