import { type ReactNode, useRef, useState } from 'react';
import { useShortcuts } from '../hooks/useShortcuts.ts';
import { announce } from '../parts/Announcer.tsx';
import { Guard } from '../parts/Guard.tsx';
import { Key } from '../parts/Key.tsx';
import type { Viewer } from '../session/useViewer.ts';
import type { Decision } from '../state/decide.ts';
import type { Detail } from '../state/details.ts';
import type { Draft } from '../state/drafts.ts';
import { usePage } from '../state/page.ts';
import { EditPanel } from './EditPanel.tsx';
import { FutureDialog } from './FutureDialog.tsx';
import { RejectPanel } from './RejectPanel.tsx';

type Props = {
  review: Detail;
  viewer: Viewer | null;
  /** The review changed, and what is on the screen is what it was. */
  isBlocked: boolean;
  isSending: boolean;
  draft: Draft;
  onSend(decision: Omit<Decision, 'shown'>): Promise<void>;
};

/** Where the review that is shown is decided: an approval takes one step, a rejection and an edit take two. */
export function DecisionBar(props: Props): ReactNode {
  const { review, viewer, isBlocked, isSending, onSend } = props;
  const { drafts } = usePage();
  const [draft, setDraft] = useState(props.draft);
  const [isFutureOpen, setFutureOpen] = useState(false);
  const bar = useRef<HTMLDivElement>(null);
  const obstacle = obstacleOf(review, viewer);
  const change = (part: Partial<Draft>) => setDraft(drafts.change(review.nodeExecId, part));
  const isOff = isBlocked || obstacle !== null;

  const unlessOff = (act: () => void) => () => {
    if (isBlocked) announce('It changed: show it as it is now, then decide');
    else if (obstacle !== null) announce(obstacle);
    else act();
  };
  const approve = unlessOff(() => {
    if (draft.panel === null) void onSend({ verdict: 'APPROVE' });
    else announce(`Close the ${draft.panel === 'edit' ? 'edit' : 'rejection'} first: Escape`);
  });
  const edit = unlessOff(() => {
    if (review.editable) change({ panel: 'edit' });
    else announce('The agent lets nobody edit this: it can only be decided as it is');
  });
  const close = () => {
    change({ panel: null });
    bar.current?.querySelector('button')?.focus();
  };
  useShortcuts({
    a: approve,
    r: unlessOff(() => change({ panel: 'reject' })),
    e: edit,
    A: unlessOff(() => setFutureOpen(true)),
  });

  if (obstacle !== null) return <p className="decision-bar obstacle">{obstacle}</p>;
  if (draft.panel === 'reject') {
    return (
      <RejectPanel
        message={draft.message}
        isOff={isOff || isSending}
        onMessage={(message) => change({ message })}
        onReject={() => void onSend({ verdict: 'REJECT', message: draft.message })}
        onClose={close}
      />
    );
  }
  if (draft.panel === 'edit') {
    return (
      <Guard what="The editor">
        <EditPanel
          review={review}
          draft={draft}
          isOff={isOff || isSending}
          onChange={change}
          onApprove={(text) =>
            void onSend({ verdict: 'APPROVE', edit: text, message: draft.message })
          }
          onClose={close}
        />
      </Guard>
    );
  }
  return (
    <section className="decision-bar" ref={bar} aria-label="Decide">
      <button
        type="button"
        className="button primary"
        disabled={isBlocked}
        aria-busy={isSending}
        onClick={approve}
      >
        {isSending ? 'Sending…' : draft.edit === null ? 'Approve' : 'Approve without your edit'}{' '}
        <Key>a</Key>
      </button>
      <button
        type="button"
        className="button"
        disabled={isBlocked || isSending || !review.editable}
        title={review.editable ? undefined : 'The agent lets nobody edit this'}
        onClick={edit}
      >
        {review.editable ? 'Edit…' : 'Not editable'} {review.editable && <Key>e</Key>}
      </button>
      <button
        type="button"
        className="button danger"
        disabled={isBlocked || isSending}
        onClick={() => change({ panel: 'reject' })}
      >
        Reject… <Key>r</Key>
      </button>
      <button
        type="button"
        className="button quiet push"
        disabled={isBlocked || isSending}
        onClick={() => setFutureOpen(true)}
      >
        Approve all future… <Key>A</Key>
      </button>
      {isFutureOpen && (
        <FutureDialog
          review={review}
          onApprove={() => {
            setFutureOpen(false);
            void onSend({ verdict: 'APPROVE', approvesFuture: true });
          }}
          onClose={() => setFutureOpen(false)}
        />
      )}
    </section>
  );
}

function obstacleOf({ requestedBy, consumers }: Detail, viewer: Viewer | null): string | null {
  if (viewer === null) return null;
  if (!viewer.scopes.includes('review:decide')) return 'Your token lets you read, not decide.';
  if (viewer.actor === requestedBy)
    return 'You asked for this yourself: somebody else must decide it.';
  if (consumers.includes(viewer.actor))
    return 'You may use the approval of this: somebody else must decide it.';
  return null;
}
