import { type ReactNode, useEffect } from 'react';
import { changeReview } from '../data/changeReview.ts';
import type { Detail } from '../data/details.ts';
import { usePage } from '../data/page.ts';
import { ClaimReviewDocument, ReleaseReviewDocument } from '../generated/graphql.ts';
import { announce } from '../parts/Announcer.tsx';
import { VisibleText } from '../payload/Text.tsx';

/** A claim lasts ten minutes. */
const RENEW_MS = 180_000;

/**
 * The viewer's claim on the open review. It is renewed while the page shows the review and is
 * visible itself.
 * @returns claims the review or, if the viewer has claimed it, releases it
 */
export function useClaim(review: Detail, actor: string | null): () => Promise<void> {
  const page = usePage();
  const { nodeExecId, claimedBy, status } = review;
  const isMine = claimedBy !== null && claimedBy === actor;
  const isRenewed = isMine && status === 'WAITING';
  useEffect(() => {
    if (!isRenewed) return;
    let renewedAt = Date.now();
    const renewIfDue = () => {
      if (document.visibilityState === 'hidden' || Date.now() - renewedAt < RENEW_MS) return;
      renewedAt = Date.now();
      void changeReview(page, ClaimReviewDocument, { nodeExecId });
    };
    const timer = setInterval(renewIfDue, RENEW_MS / 6);
    document.addEventListener('visibilitychange', renewIfDue);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', renewIfDue);
    };
  }, [isRenewed, nodeExecId, page]);

  return async () => {
    const { problem } = isMine
      ? await changeReview(page, ReleaseReviewDocument, { nodeExecId })
      : await changeReview(page, ClaimReviewDocument, { nodeExecId });
    const done = isMine ? 'Released' : 'Claimed. Others see that you are looking at it.';
    announce(problem ?? done);
  };
}

/** Who is looking at the review. */
export function ClaimLine({ review, actor }: { review: Detail; actor: string | null }): ReactNode {
  const { claimedBy } = review;
  if (claimedBy === null) return null;
  if (claimedBy === actor) return <p className="claim-line">You have claimed this review.</p>;
  return (
    <p className="claim-line">
      <strong>
        <VisibleText text={claimedBy} />
      </strong>{' '}
      has claimed this review and is looking at it.
    </p>
  );
}
