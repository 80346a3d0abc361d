import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { type Conflict, decide } from '../data/decide.ts';
import { type Detail, isSameRequest } from '../data/details.ts';
import { useIsAway, usePage } from '../data/page.ts';
import type { Viewer } from '../data/useViewer.ts';
import { announce } from '../parts/Announcer.tsx';
import { count } from '../parts/format.ts';
import { Modal } from '../parts/Modal.tsx';
import { Folds, FoldsOf, focusFold, unopenedReason, useHasUnopened } from '../payload/folds.tsx';
import { outcomeLine } from '../payload/outcomeText.ts';
import { defaultPrincipal } from '../review/DecideAs.tsx';
import {
  forbiddenReason,
  isRisky,
  notApprovableReason,
  otherClaimant,
  serviceIsAway,
} from '../review/obstacles.ts';
import { offeredOf } from '../talk/offered.ts';
import { BulkTable } from './BulkTable.tsx';

type Props = {
  verdict: 'APPROVE' | 'REJECT';
  nodeExecIds: readonly string[];
  viewer: Viewer | null;
  onClose(): void;
};

type Problem = { text: string; conflicts: Conflict[] };

/**
 * Shows the selected reviews as a table, each in full on demand, and once all of it has been on the
 * screen, decides them together: all or none. What a closed row hides must not mislead. The reviews it was opened with are the ones that it decides.
 */
export default function BulkDialog(props: Props): ReactNode {
  const { verdict, nodeExecIds: selected, viewer, onClose } = props;
  const page = usePage();
  const isAway = useIsAway();
  const [ids] = useState(selected);
  const { reviews, failed, changed } = useReviews(ids);
  const [message, setMessage] = useState('');
  const [isSending, setSending] = useState(false);
  const isLocked = useRef(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { scroller, content, isSeen } = useSeenToTheEnd();
  const [folds] = useState(() => new Folds());
  const hasUnopened = useHasUnopened(folds) && verdict === 'APPROVE';
  const messageId = useId();
  /** Why a review is not decided, or null if it is. */
  const reasonToSkip = (review: Detail): string | null => {
    if (review.status !== 'WAITING') return `${outcomeLine(review)}.`;
    if (changed.has(review.nodeExecId)) return 'changed while you were looking.';
    const reason =
      forbiddenReason(review) ?? (verdict === 'APPROVE' ? notApprovableReason(review) : null);
    if (reason !== null) return reason;
    if (verdict === 'APPROVE' && !offeredOf(review).approve) return 'asks for an answer.';
    if (verdict === 'APPROVE' && ids.length > 1 && isRisky(review)) {
      return 'has a high risk: approve it on its own.';
    }
    const claimedBy = otherClaimant(review, viewer?.actor ?? null);
    return claimedBy === null ? null : `${claimedBy} has claimed it.`;
  };
  const bulk = (reviews ?? []).map((review) => ({
    review,
    principal: defaultPrincipal(review, viewer?.actor ?? null),
    leftOut: reasonToSkip(review),
  }));
  const decided = bulk.filter(({ leftOut }) => leftOut === null);
  const leftOut = bulk.filter((one) => one.leftOut !== null);
  const waiting = decided.map(({ review }) => review);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (nodeExecId: string) => {
    const after = new Set(open);
    if (!after.delete(nodeExecId)) after.add(nodeExecId);
    setOpen(after);
  };
  const areAllOpen = waiting.every(({ nodeExecId }) => open.has(nodeExecId));
  const missing = reviews === null ? 0 : ids.length - reviews.length - failed;
  const [word, pastWord] = verdict === 'APPROVE' ? ['Approve', 'Approved'] : ['Reject', 'Rejected'];

  const send = async () => {
    if (isLocked.current || !isSeen || isAway || hasUnopened) return;
    isLocked.current = true;
    setSending(true);
    setProblem(null);
    try {
      const decisions = waiting.map((shown) => ({
        shown,
        verdict,
        message,
        onBehalfOf: defaultPrincipal(shown, viewer?.actor ?? null),
      }));
      const result = await decide(page.service, decisions);
      if (result.kind === 'done') {
        page.lastDecision.at = performance.now();
        page.apply(result.reviews);
        const voted = result.reviews.filter(({ status }) => status === 'WAITING').length;
        const more =
          voted === 0
            ? ''
            : `, ${voted} of them still ${voted === 1 ? 'needs' : 'need'} more approvals`;
        const text = `${pastWord} ${count(result.reviews.length, 'review')}${more}`;
        if (verdict === 'APPROVE') {
          page.lastApproval.given(result.reviews);
          announce(`${text}. Press U to undo.`, { isShown: false });
        } else announce(text);
        return onClose();
      }
      const conflicts = result.kind === 'refused' ? result.conflicts : [];
      const reason = result.kind === 'refused' && conflicts.length === 0 ? result.message : '';
      setProblem({
        text:
          result.kind === 'refused'
            ? `Nothing was decided. ${reason || 'Conflicts:'}`
            : 'The connection was lost. Either all of these were decided or none: the list will show which once you are reconnected.',
        conflicts,
      });
      for (const nodeExecId of ids) page.details.invalidate(nodeExecId);
    } finally {
      isLocked.current = false;
      setSending(false);
    }
  };

  return (
    <Modal title={`${word} ${count(waiting.length, 'review')} together`} onClose={onClose} isWide>
      {problem && (
        <div className="banner bad" role="alert">
          <p>{problem.text}</p>
          <ul>
            {problem.conflicts.map(({ nodeExecId, review, reason }) => (
              <li key={nodeExecId}>
                {nodeExecId}: {review ? outcomeLine(review) : reason}
              </li>
            ))}
          </ul>
        </div>
      )}
      {reviews !== null && (
        <p className="bulk-summary">
          <span>
            {leftOut.length > 0 &&
              `${count(leftOut.length, 'review')} left out, see the end of the table.`}
          </span>
          {waiting.length > 0 && (
            <button
              type="button"
              className="quiet-button"
              onClick={() =>
                setOpen(new Set(areAllOpen ? [] : waiting.map(({ nodeExecId }) => nodeExecId)))
              }
            >
              {areAllOpen ? 'Close all' : 'Show all in full'}
            </button>
          )}
        </p>
      )}
      {reviews === null ? (
        <div className="review-loading" role="status" aria-label="Loading the selected reviews" />
      ) : (
        <section
          className="bulk-list"
          ref={scroller}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be focusable
          tabIndex={0}
          aria-label={`Reviews to ${word.toLowerCase()}`}
        >
          <div className="bulk-content" ref={content}>
            <FoldsOf folds={folds}>
              <BulkTable reviews={[...decided, ...leftOut]} open={open} onToggle={toggle} />
            </FoldsOf>
            {failed > 0 && (
              <p className="problem" role="alert">
                {count(failed, 'review')} could not be loaded. Skipped.
              </p>
            )}
            {missing > 0 && (
              <p className="muted">
                {count(missing, 'review')} {missing === 1 ? 'no longer exists' : 'no longer exist'}.
                Skipped.
              </p>
            )}
          </div>
        </section>
      )}
      {verdict === 'REJECT' && (
        <>
          <label htmlFor={messageId}>Why? Shared with each agent and saved in the history.</label>
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
          disabled={!isSeen || isAway || hasUnopened || isSending || waiting.length === 0}
          onClick={() => void send()}
        >
          {isSending ? 'Sending…' : `${word} ${count(waiting.length, 'review')}`}
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        {isAway ? (
          <p className="obstacle">{serviceIsAway}</p>
        ) : (
          !isSeen && reviews !== null && <p className="obstacle">Scroll to the end to continue</p>
        )}
        {isSeen && hasUnopened && (
          <span className="muted">
            {unopenedReason}{' '}
            <button
              type="button"
              className="quiet-button"
              onClick={(event) => focusFold(event.currentTarget.closest('[role="dialog"]'))}
            >
              Go to it
            </button>
          </span>
        )}
      </div>
    </Modal>
  );
}

type LoadedReviews = {
  /** The current reviews without missing ones, or null until all of them are loaded. */
  reviews: Detail[] | null;
  failed: number;
  /** The ids of reviews that ask for something else than when they were first shown. */
  changed: ReadonlySet<string>;
};

function useReviews(ids: readonly string[]): LoadedReviews {
  const { details } = usePage();
  const [, render] = useState(0);
  const firstShown = useRef(new Map<string, Detail>());
  useEffect(() => {
    const stops = ids.map((id) => details.subscribe(id, () => render((before) => before + 1)));
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
    const first = firstShown.current.get(review.nodeExecId) ?? review;
    firstShown.current.set(review.nodeExecId, first);
    if (!isSameRequest(first, review)) changed.add(review.nodeExecId);
  }
  return { reviews, failed, changed };
}

/** The end counts as visible from here on, in pixels. */
const END_MARGIN = 24;

/**
 * Whether the end of scrollable content has been visible since the content last grew, so that all
 * of it could be seen. It grows when a text has been formatted, or when a fold is opened.
 */
function useSeenToTheEnd() {
  // State instead of refs, because a dialog mounts its content after the first render.
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const [content, setContent] = useState<HTMLElement | null>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    if (!scroller || !content) return;
    let seenHeight = 0;
    const check = () => {
      const end = content.getBoundingClientRect().bottom - END_MARGIN;
      if (end <= scroller.getBoundingClientRect().bottom) seenHeight = content.offsetHeight;
      setSeen(content.offsetHeight <= seenHeight);
    };
    const sizes = new ResizeObserver(check);
    sizes.observe(content);
    sizes.observe(scroller);
    scroller.addEventListener('scroll', check, { passive: true });
    return () => {
      sizes.disconnect();
      scroller.removeEventListener('scroll', check);
    };
  }, [scroller, content]);
  return { scroller: setScroller, content: setContent, isSeen };
}
