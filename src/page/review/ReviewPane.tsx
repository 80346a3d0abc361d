import { type ReactNode, useRef } from 'react';
import { useDetail } from '../hooks/useDetail.ts';
import { go, useRoute } from '../hooks/useRoute.ts';
import { CopyId } from '../parts/CopyId.tsx';
import type { Viewer } from '../session/useViewer.ts';
import type { Detail } from '../state/details.ts';
import { usePage } from '../state/page.ts';
import { ShownReview } from './ShownReview.tsx';

type Props = { nodeExecId: string; viewer: Viewer | null };

/** One review, whole; or why it cannot be shown. */
export function ReviewPane({ nodeExecId, viewer }: Props): ReactNode {
  const detail = useDetail(nodeExecId);
  const { view } = useRoute();
  const { details } = usePage();
  /** What the reviewer has looked at, also while the review is gone: another one under its id is not taken for it. */
  const seen = useRef<Detail | null>(null);
  if (detail.status === 'loaded') seen.current ??= detail.review;
  return (
    <>
      <button
        type="button"
        className="button quiet back"
        onClick={() => go({ view, nodeExecId: null })}
      >
        ← All reviews
      </button>
      {detail.status === 'loading' && (
        <div className="review-loading" role="status" aria-label="Reading the review" />
      )}
      {detail.status === 'missing' && (
        <div className="nothing">
          <p className="nothing-title">There is no such review</p>
          <p>It was deleted, never asked, or belongs to another owner than your token does.</p>
          <CopyId id={nodeExecId} what="id of the review" />
        </div>
      )}
      {detail.status === 'failed' && (
        <div className="nothing">
          <p className="banner bad" role="alert">
            The review could not be read: {detail.message}
          </p>
          <button type="button" className="button" onClick={() => details.want([nodeExecId])}>
            Try again
          </button>
        </div>
      )}
      {detail.status === 'loaded' && (
        <ShownReview
          current={detail.review}
          seen={seen.current ?? detail.review}
          onSeen={(review) => {
            seen.current = review;
          }}
          viewer={viewer}
        />
      )}
    </>
  );
}
