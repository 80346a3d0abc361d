import { type ReactNode, useId, useState } from 'react';
import { changeReview } from '../data/changeReview.ts';
import type { Detail } from '../data/details.ts';
import { useIsAway, usePage } from '../data/page.ts';
import { OverrideReviewDocument } from '../generated/graphql.ts';
import { announce } from '../parts/Announcer.tsx';
import { Modal } from '../parts/Modal.tsx';
import { VisibleText } from '../payload/Text.tsx';
import { nameOf } from './approvals.ts';

const MIN_REASON = 10;
const MAX_REASON = 2_000;

/** Decides a review without the approvals it requires, after showing what is bypassed. */
export default function OverrideDialog({
  review,
  onClose,
}: {
  review: Detail;
  onClose(): void;
}): ReactNode {
  const page = usePage();
  const isAway = useIsAway();
  const [reason, setReason] = useState('');
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  const length = [...reason.trim()].length;
  const isValid = length >= MIN_REASON && length <= MAX_REASON;
  const open = review.approvalsRequired.filter(({ given, count }) => given < count);

  const override = async (decision: 'APPROVE' | 'REJECT') => {
    setSending(true);
    setProblem(null);
    const { nodeExecId, subjectDigest } = review;
    const input = { nodeExecId, subjectDigest, decision, reason };
    const changed = await changeReview(page, OverrideReviewDocument, input);
    setSending(false);
    if (changed.review === null) return setProblem(changed.problem);
    announce(decision === 'APPROVE' ? 'Approved by override' : 'Rejected by override');
    onClose();
  };
  const isDisabled = !isValid || isSending || isAway;
  return (
    <Modal title="Override the required approvals" onClose={onClose}>
      <p>
        You decide alone. These approvals are <strong>bypassed</strong>:
      </p>
      <ul className="bypassed">
        {open.map((requirement) => (
          <li key={nameOf(requirement)}>
            {requirement.count - requirement.given} of <VisibleText text={nameOf(requirement)} />
          </li>
        ))}
      </ul>
      <p>
        The history records the override with your name and your reason, and everybody who may
        override can see it.
      </p>
      {problem !== null && (
        <p className="banner bad" role="alert">
          {problem}
        </p>
      )}
      <label htmlFor={id}>Why? (at least {MIN_REASON} characters)</label>
      <textarea
        id={id}
        rows={3}
        value={reason}
        aria-invalid={length > MAX_REASON}
        aria-describedby={`${id}-length`}
        onChange={(event) => setReason(event.target.value)}
      />
      <p id={`${id}-length`} className={length > MAX_REASON ? 'problem' : 'muted'}>
        {length} of at most {MAX_REASON} characters
      </p>
      <div className="actions">
        <button
          type="button"
          className="button danger solid"
          disabled={isDisabled}
          onClick={() => void override('APPROVE')}
        >
          Approve by override
        </button>
        <button
          type="button"
          className="button danger"
          disabled={isDisabled}
          onClick={() => void override('REJECT')}
        >
          Reject by override
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Modal>
  );
}
