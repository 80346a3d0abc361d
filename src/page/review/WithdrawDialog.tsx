import { type ReactNode, useId, useState } from 'react';
import type { Detail } from '../data/details.ts';
import { useIsAway, usePage } from '../data/page.ts';
import { mayHaveActed, withdraw, withdrawnNames } from '../data/withdraw.ts';
import { announce } from '../parts/Announcer.tsx';
import { Modal } from '../parts/Modal.tsx';

type Props = { review: Detail; onClose(): void };

/** Withdraws the viewer's vote, or a decision that no agent has picked up yet, with a reason. */
export default function WithdrawDialog({ review, onClose }: Props): ReactNode {
  const page = usePage();
  const isAway = useIsAway();
  const [reason, setReason] = useState('');
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  const isVote = review.status === 'WAITING';
  const name = withdrawnNames[review.status];
  const send = async () => {
    setSending(true);
    setProblem(null);
    const changed = await withdraw(page, review, reason.trim() || null);
    setSending(false);
    if (changed.review === null) return setProblem(changed.problem);
    announce(isVote ? 'Your approval was withdrawn' : 'Withdrawn. The review waits again.');
    onClose();
  };
  return (
    <Modal title={isVote ? 'Withdraw your approval' : `Withdraw the ${name}`} onClose={onClose}>
      {isVote ? (
        <p>Your approval no longer counts. You can approve again later.</p>
      ) : (
        <>
          <p>
            The review waits again, without approvals and edits, and standing approvals that were
            given with the decision end. This works until the agent picks the decision up.
          </p>
          {review.status === 'APPROVED' && <p>{mayHaveActed}</p>}
        </>
      )}
      {problem !== null && (
        <p className="banner bad" role="alert">
          {problem}
        </p>
      )}
      <label htmlFor={id}>Why? Saved in the history (optional)</label>
      <textarea
        id={id}
        rows={2}
        maxLength={2_000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <div className="actions">
        <button
          type="button"
          className="button primary"
          disabled={isSending || isAway}
          onClick={() => void send()}
        >
          {isSending ? 'Sending…' : `Withdraw ${name}`}
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Modal>
  );
}
