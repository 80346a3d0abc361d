import { type ReactNode, useId, useState } from 'react';
import { changeReview } from '../data/changeReview.ts';
import type { Detail } from '../data/details.ts';
import { useIsAway, usePage } from '../data/page.ts';
import { WithdrawDecisionDocument } from '../generated/graphql.ts';
import { announce } from '../parts/Announcer.tsx';
import { Modal } from '../parts/Modal.tsx';

type Props = { review: Detail; onTaken(review: Detail): void; onClose(): void };

/** Takes back the viewer's vote, or a decision that no agent has used yet, with a reason. */
export function TakeBackDialog({ review, onTaken, onClose }: Props): ReactNode {
  const page = usePage();
  const isAway = useIsAway();
  const [reason, setReason] = useState('');
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  const isVote = review.status === 'WAITING';
  const takeBack = async () => {
    setSending(true);
    setProblem(null);
    const { nodeExecId, subjectDigest } = review;
    const changed = await changeReview(page, WithdrawDecisionDocument, {
      nodeExecId,
      subjectDigest,
      reason: reason.trim() || null,
    });
    setSending(false);
    if (changed.review === null) return setProblem(changed.problem);
    announce(isVote ? 'Your approval was taken back' : 'Taken back. The review waits again.');
    onTaken(changed.review);
    onClose();
  };
  return (
    <Modal title={isVote ? 'Take your approval back' : 'Take the decision back'} onClose={onClose}>
      <p>
        {isVote
          ? 'Your approval no longer counts. You can approve again later.'
          : 'The review waits again, without approvals and edits, and standing approvals that were made with the decision end. This works as long as no agent has used the decision.'}
      </p>
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
          onClick={() => void takeBack()}
        >
          {isSending ? 'Sending…' : 'Take back'}
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Modal>
  );
}

/** Whether to offer to take the decision back. The service has the last word. */
export function mayTakeBack(review: Detail, actor: string, scopes: readonly string[]): boolean {
  const { status, decidedBy, decisionSource, requestedBy, consumers, votes } = review;
  if (!scopes.includes('review:decide') || review.processed || review.voidedAt !== null)
    return false;
  if (actor === requestedBy || consumers.includes(actor)) return false;
  if (status === 'WAITING') {
    return votes.some((vote) => vote.actor === actor && vote.endedBy === null);
  }
  const isByPerson = decisionSource === 'REVIEWER' || decisionSource === 'OVERRIDE';
  if (status === 'REJECTED') return isByPerson && decidedBy === actor;
  return review.consumedAt === null;
}
