import type { ReactNode } from 'react';
import { Modal } from '../parts/Modal.tsx';
import { VisibleText } from '../payload/Text.tsx';

type Props = {
  claimedBy: string;
  verdict: 'APPROVE' | 'REJECT';
  onDecide(): void;
  onClose(): void;
};

/** Asks for a second look before somebody decides what another person has claimed. */
export function ClaimedDialog({ claimedBy, verdict, onDecide, onClose }: Props): ReactNode {
  const name = (
    <strong>
      <VisibleText text={claimedBy} />
    </strong>
  );
  return (
    <Modal title="Somebody else has claimed this review" onClose={onClose}>
      <p>
        {name} is looking at it and may be about to decide. Ask {name} first, or decide anyway: the
        history shows that you did.
      </p>
      <div className="actions">
        <button type="button" className="button primary" onClick={onClose}>
          Leave it to <VisibleText text={claimedBy} />
        </button>
        <button
          type="button"
          className={verdict === 'APPROVE' ? 'button' : 'button danger'}
          onClick={onDecide}
        >
          {verdict === 'APPROVE' ? 'Approve anyway' : 'Reject anyway'}
        </button>
      </div>
    </Modal>
  );
}
