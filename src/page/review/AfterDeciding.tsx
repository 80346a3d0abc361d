import type { ReactNode } from 'react';
import { usePage, useWaitingReviews } from '../data/page.ts';
import { navigate, useRoute } from '../data/route.ts';
import { announce } from '../parts/Announcer.tsx';
import { Key } from '../parts/shortcuts.tsx';

/** What comes after a decision if no other review was opened. */
export function AfterDeciding({ nodeExecId }: { nodeExecId: string }): ReactNode {
  const { next } = usePage();
  const { view } = useRoute();
  const { mine } = useWaitingReviews();
  const close = () => navigate({ view, nodeExecId: null });
  const openNext = () => {
    if (!next.openAfter(nodeExecId)) announce('The list has no other review that you may decide');
  };
  return (
    <div className="after-deciding actions">
      {mine === 0 ? (
        <>
          <p>You're all caught up. New reviews appear here instantly.</p>
          <button type="button" className="button small narrow-only" onClick={close}>
            All reviews
          </button>
        </>
      ) : (
        <button type="button" className="button small" onClick={openNext}>
          Next review <Key>J</Key>
        </button>
      )}
    </div>
  );
}
