import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Detail } from '../data/details.ts';
import { useIsAway, usePage } from '../data/page.ts';
import { navigate } from '../data/route.ts';
import { type Given, UNDO_MS } from '../data/undo.ts';
import { mayHaveActed, withdraw } from '../data/withdraw.ts';
import { announce } from '../parts/Announcer.tsx';
import { count } from '../parts/format.ts';
import { Key, useShortcuts } from '../parts/shortcuts.tsx';
import { VisibleText } from '../payload/Text.tsx';

/** Offers for a few seconds to undo the last approval, and says what became of that. */
export function UndoBar(): ReactNode {
  const { lastApproval } = usePage();
  const given = useSyncExternalStore(lastApproval.subscribe, lastApproval.get);
  if (given === null) return null;
  const key = given.reviews.map(({ nodeExecId, updatedAt }) => nodeExecId + updatedAt).join('\n');
  return <Undo key={key} given={given} onClose={lastApproval.forget} />;
}

/** What could not be undone, and why. */
type Kept = { review: Detail; problem: string };

type UndoProps = { given: Given; onClose(): void };

function Undo({ given: { reviews, draft }, onClose }: UndoProps): ReactNode {
  const page = usePage();
  const isAway = useIsAway();
  const [isSending, setSending] = useState(false);
  const isLocked = useRef(false);
  const [kept, setKept] = useState<readonly Kept[] | null>(null);
  /** Whether the pointer or the focus is on it. Then it stays. */
  const [isHeld, setHeld] = useState(false);
  const isOver = kept !== null;
  const leftMs = useRef(UNDO_MS);

  useEffect(() => {
    if (isHeld || isSending || isOver) return;
    const since = performance.now();
    const timer = setTimeout(onClose, leftMs.current);
    return () => {
      clearTimeout(timer);
      leftMs.current = Math.max(1_000, leftMs.current - (performance.now() - since));
    };
  }, [isHeld, isSending, isOver, onClose]);

  const undo = async () => {
    if (isLocked.current || isOver || isAway) return;
    isLocked.current = true;
    setSending(true);
    const results = await Promise.all(
      reviews.map(async (review) => ({ review, ...(await undoOne(review)) })),
    );
    isLocked.current = false;
    setSending(false);
    const failed = results.flatMap(({ review, problem }) => (problem ? { review, problem } : []));
    const undone = results.length - failed.length;
    if (undone > 0) announce(undoneText(reviews, undone));
    if (failed.length > 0) return setKept(failed);
    onClose();
  };
  const undoOne = async (review: Detail): Promise<{ problem: string | null }> => {
    const { nodeExecId } = review;
    // Before the review is shown as waiting again.
    if (draft !== null) page.drafts.change(nodeExecId, draft);
    const { problem } = await withdraw(page, review, null);
    if (problem !== null) page.drafts.drop(nodeExecId);
    else if (reviews.length === 1) open(review);
    return { problem };
  };
  useShortcuts({ u: () => void undo() });

  const [first] = reviews;
  if (!first) return null;
  if (kept !== null) return <TooLate kept={kept} of={reviews.length} onClose={onClose} />;
  return (
    <section
      className="undo-bar"
      aria-label="Undo"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <p>
        {reviews.length === 1 ? (
          <>
            {first.status === 'WAITING' ? 'Your approval counts: ' : 'Approved: '}
            <VisibleText text={first.headline ?? first.nodeId} />
          </>
        ) : (
          `Approved: ${count(reviews.length, 'review')}`
        )}
      </p>
      <button
        type="button"
        className="button small"
        disabled={isAway}
        aria-busy={isSending}
        onClick={() => void undo()}
      >
        {isSending ? 'Sending…' : 'Undo'} <Key>U</Key>
      </button>
      <span className="undo-time" aria-hidden="true" />
    </section>
  );
}

const open = ({ nodeExecId }: Detail): void => navigate({ view: 'waiting', nodeExecId });

function undoneText(reviews: readonly Detail[], undone: number): string {
  // Other approvals were still missing, so no agent was told anything.
  const areVotes = reviews.every(({ status }) => status === 'WAITING');
  if (reviews.length === 1) {
    return areVotes ? 'Your approval was withdrawn' : `Withdrawn: it waits again. ${mayHaveActed}`;
  }
  const which = `${undone} of ${count(reviews.length, 'approval')}`;
  return areVotes ? `Withdrawn: ${which}` : `Withdrawn: ${which}. ${mayHaveActed}`;
}

type TooLateProps = { kept: readonly Kept[]; of: number; onClose(): void };

/** Says which approvals stay, and why. It stays until it is closed. */
const TooLate = ({ kept, of, onClose }: TooLateProps): ReactNode => (
  <section className="undo-bar is-late" role="alert" aria-label="Undo">
    <div>
      <p>
        <strong>{of === 1 ? 'Not undone' : `${kept.length} of ${of} not undone`}</strong>
      </p>
      <ul>
        {kept.map(({ review, problem }) => (
          <li key={review.nodeExecId}>
            <VisibleText text={review.headline ?? review.nodeId} />: <VisibleText text={problem} />{' '}
            <button
              type="button"
              className="quiet-button"
              onClick={() => {
                open(review);
                onClose();
              }}
            >
              Open
            </button>
          </li>
        ))}
      </ul>
    </div>
    <button type="button" className="button small" onClick={onClose}>
      Close
    </button>
  </section>
);
