import { lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import type { Decision } from '../data/decide.ts';
import type { Detail } from '../data/details.ts';
import { type Draft, useIsAway, usePage } from '../data/page.ts';
import { announce } from '../parts/Announcer.tsx';
import { Guard } from '../parts/Guard.tsx';
import { Key, useShortcuts } from '../parts/shortcuts.tsx';
import { type Folds, focusFold, unopenedReason, useHasUnopened } from '../payload/folds.tsx';
import { EditPanel } from './EditPanel.tsx';
import { forbiddenReason, isRisky, notApprovableReason, serviceIsAway } from './obstacles.ts';
import { RejectPanel } from './RejectPanel.tsx';

const FutureDialog = lazy(() => import('./FutureDialog.tsx'));

type Props = {
  review: Detail;
  /** The current version of the review, which says whether the viewer may decide. */
  mayNot: Detail;
  claim: 'none' | 'mine' | 'other';
  /** The folds of the review: those that hide something misleading must be opened first. */
  folds: Folds;
  /** Whether the review has changed, so that an earlier version is on the screen. */
  isOutdated: boolean;
  isSending: boolean;
  draft: Draft;
  onSend(decision: Omit<Decision, 'shown'>): Promise<void>;
  /** Claims the review, or releases it. */
  onClaim(): void;
  /** In whose place the viewer decides, if that is not simply their own. */
  decideAs: ReactNode;
};

/** The buttons that decide the review. An approval takes one step, a rejection or an edit two. */
export function DecisionBar(props: Props): ReactNode {
  const { review, mayNot, claim, isOutdated, isSending, onSend, onClaim } = props;
  const { drafts } = usePage();
  const [draft, setDraft] = useState(props.draft);
  const [isFutureOpen, setFutureOpen] = useState(false);
  const bar = useRef<HTMLDivElement>(null);
  const change = (part: Partial<Draft>) => setDraft(drafts.change(review.nodeExecId, part));
  const forbidden = forbiddenReason(mayNot);
  /** Why it can only be rejected, or null. */
  const notApprovable = notApprovableReason(mayNot);
  /** Whether one person can give a standing approval for it. */
  const canStand = review.approvalsRequired.length === 0 && !isRisky(review);
  const hasUnopened = useHasUnopened(props.folds);
  const isAway = useIsAway();
  /** Why nothing can be decided at the moment, or null. */
  const obstacle = isAway ? serviceIsAway : isOutdated ? reviewChanged : null;
  const isDisabled = obstacle !== null || isSending;

  const ifAllowed = (act: () => void) => () => {
    const reason = forbidden ?? obstacle;
    if (reason === null) act();
    else announce(reason);
  };
  const ifApprovable = (act: () => void) =>
    ifAllowed(() => {
      if (notApprovable === null) act();
      else announce(notApprovable);
    });
  const showFold = () => focusFold(document.querySelector('.review-body'));
  /** What approves waits until everything misleading has been shown. */
  const ifShown = (act: () => void) => () => {
    if (!hasUnopened) return act();
    announce(unopenedReason);
    showFold();
  };
  const approve = ifApprovable(() => {
    if (draft.panel === null) ifShown(() => void onSend({ verdict: 'APPROVE' }))();
    else announce(`Close the ${draft.panel === 'edit' ? 'edit' : 'rejection'} first: Escape`);
  });
  const approveFuture = ifApprovable(() => {
    if (canStand) ifShown(() => setFutureOpen(true))();
    else announce('No standing approval: the risk is high, or others have to approve it too');
  });
  const edit = ifApprovable(() => {
    if (review.editable) change({ panel: 'edit' });
    else announce(notEditable);
  });
  const close = () => {
    change({ panel: null });
    bar.current?.querySelector('button')?.focus();
  };
  const claimIfPossible = () => {
    if (notApprovable === null) onClaim();
    else announce(notApprovable);
  };
  useShortcuts({
    a: approve,
    r: ifAllowed(() => change({ panel: 'reject' })),
    e: edit,
    A: approveFuture,
    c: ifAllowed(claimIfPossible),
  });

  if (forbidden !== null) return <p className="decision-bar obstacle">{forbidden}</p>;
  if (draft.panel === 'reject') {
    return (
      <RejectPanel
        message={draft.message}
        obstacle={obstacle}
        isSending={isSending}
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
          obstacle={obstacle ?? notApprovable}
          isSending={isSending}
          onChange={change}
          onApprove={(text) =>
            ifShown(() => void onSend({ verdict: 'APPROVE', edit: text, message: draft.message }))()
          }
          onClose={close}
        />
      </Guard>
    );
  }
  return (
    <section className="decision-bar" ref={bar} aria-label="Decide">
      {notApprovable !== null && <p className="obstacle">{notApprovable}</p>}
      {props.decideAs}
      {hasUnopened && (
        <p className="obstacle" role="note">
          {unopenedReason}{' '}
          <button type="button" className="quiet-button" onClick={showFold}>
            Go to it
          </button>
        </p>
      )}
      <button
        type="button"
        className="button primary"
        disabled={obstacle !== null || notApprovable !== null}
        aria-busy={isSending}
        onClick={approve}
      >
        {isSending ? 'Sending…' : draft.edit === null ? 'Approve' : 'Approve without your edit'}{' '}
        <Key>A</Key>
      </button>
      <button
        type="button"
        className="button"
        disabled={isDisabled || notApprovable !== null || !review.editable}
        title={review.editable ? undefined : notEditable}
        onClick={edit}
      >
        {review.editable ? 'Edit…' : 'Not editable'} {review.editable && <Key>E</Key>}
      </button>
      <button
        type="button"
        className="button danger"
        disabled={isDisabled}
        onClick={() => change({ panel: 'reject' })}
      >
        Reject… <Key>R</Key>
      </button>
      {canStand && (
        <button
          type="button"
          className="button quiet push"
          disabled={isDisabled || notApprovable !== null}
          onClick={approveFuture}
        >
          Approve all future… <Key>Shift A</Key>
        </button>
      )}
      {claim !== 'other' && notApprovable === null && (
        <button
          type="button"
          className={canStand ? 'button quiet' : 'button quiet push'}
          disabled={isDisabled}
          onClick={onClaim}
        >
          {claim === 'mine' ? 'Release' : 'Claim'} <Key>C</Key>
        </button>
      )}
      {obstacle !== null && <p className="obstacle">{obstacle}</p>}
      {isFutureOpen && (
        <Suspense>
          <FutureDialog
            review={review}
            obstacle={obstacle}
            onApprove={(futureWhen) => {
              setFutureOpen(false);
              void onSend({
                verdict: 'APPROVE',
                approvesFuture: true,
                ...(futureWhen !== null && { futureWhen }),
              });
            }}
            onClose={() => setFutureOpen(false)}
          />
        </Suspense>
      )}
    </section>
  );
}

const reviewChanged = 'This review changed. Show the current version, then decide.';
const notEditable = 'Editing is disabled by the agent';
