import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { announce } from '../parts/Announcer.tsx';
import { Modal } from '../parts/Modal.tsx';
import { settledText } from '../parts/settledText.ts';
import { counted } from '../parts/spanText.ts';
import { isSameMatter } from '../review/isSameMatter.ts';
import { take } from '../review/useDeciding.ts';
import { decide, type InTheWay } from '../state/decide.ts';
import type { Detail } from '../state/details.ts';
import { usePage } from '../state/page.ts';
import { BulkItem } from './BulkItem.tsx';
import { useSeenToTheEnd } from './useSeenToTheEnd.ts';

type Props = { verdict: 'APPROVE' | 'REJECT'; nodeExecIds: readonly string[]; onClose(): void };

type Problem = { text: string; inTheWay: InTheWay[] };

/**
 * Shows each of the selected reviews with all that it would do, and decides them together once all were on the screen: all
 * or none, and where none, which stood in the way. Those that it began with are those that it decides.
 */
export function BulkDialog({ verdict, nodeExecIds: selected, onClose }: Props): ReactNode {
  const page = usePage();
  const [ids] = useState(selected);
  const { reviews, failed, changed } = useReviews(ids);
  const [message, setMessage] = useState('');
  const [isSending, setSending] = useState(false);
  const isLocked = useRef(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { scroller, end, isSeen } = useSeenToTheEnd();
  const messageId = useId();
  const waiting =
    reviews?.filter((review) => review.status === 'WAITING' && !changed.has(review.nodeExecId)) ??
    [];
  const others = reviews?.filter((review) => !waiting.includes(review)) ?? [];
  const gone = reviews === null ? 0 : ids.length - reviews.length - failed;

  const send = async () => {
    if (isLocked.current || !isSeen) return;
    isLocked.current = true;
    setSending(true);
    setProblem(null);
    try {
      const decided = await decide(
        page.client,
        waiting.map((shown) => ({ shown, verdict, message })),
      );
      if (decided.kind === 'done') {
        take(page, decided.reviews);
        announce(
          `${verdict === 'APPROVE' ? 'Approved' : 'Rejected'} ${counted(decided.reviews.length, 'review')}`,
        );
        return onClose();
      }
      const { inTheWay } = decided.kind === 'refused' ? decided : { inTheWay: [] };
      setProblem(
        decided.kind === 'refused'
          ? {
              text: `None of them was decided. ${inTheWay.length > 0 ? 'In the way:' : decided.message}`,
              inTheWay,
            }
          : {
              text: 'The connection was lost before the answer came. All were decided, or none: the list below says which as soon as the service is back.',
              inTheWay,
            },
      );
      for (const nodeExecId of ids) page.details.invalidate(nodeExecId);
    } finally {
      isLocked.current = false;
      setSending(false);
    }
  };

  const word = verdict === 'APPROVE' ? 'Approve' : 'Reject';
  return (
    <Modal title={`${word} ${counted(waiting.length, 'review')} together`} onClose={onClose} isWide>
      {problem && (
        <div className="banner bad" role="alert">
          <p>{problem.text}</p>
          <ul>
            {problem.inTheWay.map(({ nodeExecId, review, why }) => (
              <li key={nodeExecId}>
                {nodeExecId}: {review ? settledText(review) : why}
              </li>
            ))}
          </ul>
        </div>
      )}
      {reviews === null ? (
        <div className="review-loading" role="status" aria-label="Reading what is selected" />
      ) : (
        <section
          className="bulk-list"
          ref={scroller}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard
          tabIndex={0}
          aria-label="What is selected"
        >
          {waiting.map((review) => (
            <BulkItem key={review.nodeExecId} review={review} />
          ))}
          {others.map((review) => (
            <p key={review.nodeExecId} className="muted bulk-left">
              {review.nodeId}:{' '}
              {review.status === 'WAITING'
                ? 'it changed while you were looking'
                : settledText(review)}
              . Left out.
            </p>
          ))}
          {failed > 0 && (
            <p className="problem" role="alert">
              {counted(failed, 'review')} could not be read. Left out.
            </p>
          )}
          {gone > 0 && (
            <p className="muted">{counted(gone, 'review')} no longer there. Left out.</p>
          )}
          <div ref={end} className="bulk-end" />
        </section>
      )}
      {verdict === 'REJECT' && (
        <>
          <label htmlFor={messageId}>Why? Each agent gets your words.</label>
          <textarea
            id={messageId}
            rows={2}
            maxLength={2_000}
            value={message}
            onChange={(event) => setMessage(event.target.value)}
          />
        </>
      )}
      <div className="actions">
        <button
          type="button"
          className={verdict === 'APPROVE' ? 'button primary' : 'button danger solid'}
          disabled={!isSeen || isSending || waiting.length === 0}
          onClick={() => void send()}
        >
          {isSending ? 'Sending…' : `${word} ${counted(waiting.length, 'review')}`}
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        {!isSeen && reviews !== null && <span className="muted">Scroll to the end to go on</span>}
      </div>
    </Modal>
  );
}

type Read = {
  /** As they are now, without those that are gone; null until all were read. */
  reviews: Detail[] | null;
  failed: number;
  /** Those that ask for something else than when they came on the screen. */
  changed: ReadonlySet<string>;
};

function useReviews(ids: readonly string[]): Read {
  const { details } = usePage();
  const [, redraw] = useState(0);
  const first = useRef(new Map<string, Detail>());
  useEffect(() => {
    const stops = ids.map((id) => details.subscribe(id, () => redraw((count) => count + 1)));
    details.want(ids);
    return () => {
      for (const stop of stops) stop();
    };
  }, [ids, details]);
  const states = ids.map((id) => details.get(id));
  const failed = states.filter(({ status }) => status === 'failed').length;
  if (states.some(({ status }) => status === 'loading')) {
    return { reviews: null, failed, changed: new Set() };
  }
  const reviews = states.flatMap((state) => (state.status === 'loaded' ? state.review : []));
  const changed = new Set<string>();
  for (const review of reviews) {
    const shown = first.current.get(review.nodeExecId) ?? review;
    first.current.set(review.nodeExecId, shown);
    if (!isSameMatter(shown, review)) changed.add(review.nodeExecId);
  }
  return { reviews, failed, changed };
}
