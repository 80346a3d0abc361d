import type { ReactNode } from 'react';
import type { ReviewDecision } from '../generated/graphql.ts';
import { Modal } from '../parts/Modal.tsx';
import { VisibleText } from '../payload/Text.tsx';

type Props = {
  claimedBy: string;
  verdict: ReviewDecision;
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
          className={verdict === 'REJECT' ? 'button danger' : 'button'}
          onClick={onDecide}
        >
          {texts[verdict]}
        </button>
      </div>
    </Modal>
  );
}

const texts: Record<ReviewDecision, string> = {
  APPROVE: 'Approve anyway',
  REJECT: 'Reject anyway',
  ANSWER: 'Answer anyway',
  REQUEST_CHANGES: 'Request changes anyway',
};
