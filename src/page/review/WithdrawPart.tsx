import { type ReactNode, Suspense, useState } from 'react';
import type { Detail } from '../data/details.ts';
import type { Viewer } from '../data/useViewer.ts';
import { mayHaveActed, mayWithdraw, withdrawnNames } from '../data/withdraw.ts';
import { later } from '../parts/later.ts';

const WithdrawDialog = later(() => import('./WithdrawDialog.tsx'));

type Props = { review: Detail; viewer: Viewer | null };

/** Offers to withdraw a vote or a decision, and says until when that works. */
export function WithdrawPart({ review, viewer }: Props): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const isPossible = viewer !== null && mayWithdraw(review, viewer.actor, viewer.scopes);
  const text = review.status === 'APPROVED' ? textOf(review, isPossible) : null;
  if (!isPossible && text === null && !isOpen) return null;
  return (
    <div className="actions review-actions">
      {isPossible && (
        <button type="button" className="button small" onClick={() => setOpen(true)}>
          Withdraw {withdrawnNames[review.status]}…
        </button>
      )}
      {text !== null && <p className="muted">{text}</p>}
      {isOpen && (
        <Suspense>
          <WithdrawDialog review={review} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}

function textOf({ consumedAt, processed }: Detail, isPossible: boolean): string | null {
  if (isPossible) return `Until the agent picks it up. ${mayHaveActed}`;
  return consumedAt !== null || processed
    ? 'The agent has picked the approval up, so it can no longer be withdrawn.'
    : null;
}
