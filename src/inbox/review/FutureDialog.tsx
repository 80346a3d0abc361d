import type { ReactNode } from 'react';
import { Modal } from '../parts/Modal.tsx';
import { VisibleText } from '../payload/text/VisibleText.tsx';
import type { Detail } from '../state/details.ts';
import { StandingApprovals } from './StandingApprovals.tsx';

type Props = { review: Detail; onApprove(): void; onClose(): void };

/** Says what an approval of all future reviews of a node covers, before it is given. */
export function FutureDialog({ review, onApprove, onClose }: Props): ReactNode {
  const { nodeId, graphExecId } = review;
  return (
    <Modal title="Approve this and all future ones of its node" onClose={onClose}>
      <p>
        This review is approved, and from now on every run of the node{' '}
        <strong>
          <VisibleText text={nodeId} />
        </strong>{' '}
        in the execution{' '}
        <strong>
          <VisibleText text={graphExecId} />
        </strong>{' '}
        goes on <strong>without asking anybody, whatever it is about to do</strong>.
      </p>
      <p>
        It does not cover other nodes, nor other executions. It holds until somebody revokes it,
        here or below any review of this execution.
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
