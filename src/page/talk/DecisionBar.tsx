import { lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import type { AnswerProblem, Decision } from '../data/decide.ts';
import type { Detail } from '../data/details.ts';
import type { Draft } from '../data/drafts.ts';
import { useDraft, useIsAway, usePage } from '../data/page.ts';
import { announce } from '../parts/Announcer.tsx';
import { Guard } from '../parts/Guard.tsx';
import { Key, useShortcuts } from '../parts/shortcuts.tsx';
import { type Folds, focusFold, unopenedReason, useHasUnopened } from '../payload/folds.tsx';
import {
  forbiddenReason,
  isRisky,
  notApprovableReason,
  serviceIsAway,
} from '../review/obstacles.ts';
import { EditPanel } from './EditPanel.tsx';
import { goWithIt, MessagePanel } from './MessagePanel.tsx';
import { MAX_REVISIONS, offeredOf } from './offered.ts';

const FutureDialog = lazy(() => import('../review/FutureDialog.tsx'));
const AnswerPart = lazy(() => import('./AnswerPart.tsx'));

type Verdict = Omit<Decision, 'shown'>;

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
  /** What was wrong with the answer that was sent last. */
  answerProblems: readonly AnswerProblem[];
  onSend(decision: Verdict): Promise<void>;
  /** Claims the review, or releases it. */
  onClaim(): void;
  /** In whose place the viewer decides, if that is not simply their own. */
  decideAs: ReactNode;
};

/**
 * The decisions that the agent can deal with. An approval takes one step, and whatever goes with a
 * text takes two.
 */
export function DecisionBar(props: Props): ReactNode {
  const { review, mayNot, claim, isOutdated, isSending, onClaim } = props;
  const { drafts } = usePage();
  const draft = useDraft(review.nodeExecId);
  const [isFutureOpen, setFutureOpen] = useState(false);
  const bar = useRef<HTMLElement>(null);
  const change = (part: Partial<Draft>) => drafts.change(review.nodeExecId, part);
  const offered = offeredOf(review);
  const isQuestion = review.kind === 'QUESTION';
  const forbidden = forbiddenReason(mayNot);
  /** Why it can only be rejected, or null. */
  const notApprovable = notApprovableReason(mayNot);
  /** Whether one person can give a standing approval for it. */
  const canStand = offered.approve && review.approvalsRequired.length === 0 && !isRisky(review);
  const hasUnopened = useHasUnopened(props.folds);
  const isAway = useIsAway();
  /** Why nothing can be decided at the moment, or null. */
  const obstacle = isAway ? serviceIsAway : isOutdated ? reviewChanged : null;
  const isDisabled = obstacle !== null || isSending;
  const { comments } = draft;
  const send = (verdict: Verdict) =>
    void props.onSend({ ...verdict, ...(comments.length > 0 && { comments }) });

  const ifAllowed = (act: () => void) => () => {
    const reason = forbidden ?? obstacle;
    if (reason === null) act();
    else announce(reason);
  };
  const ifApprovable = (act: () => void) =>
    ifAllowed(() => {
      if (!offered.approve) announce('The agent asks for an answer, not for an approval');
      else if (notApprovable === null) act();
      else announce(notApprovable);
    });
  const showFold = () => focusFold(document.querySelector('.review-body'));
  /** What approves or answers waits until everything misleading has been shown. */
  const ifShown = (act: () => void) => () => {
    if (!hasUnopened) return act();
    announce(unopenedReason);
    showFold();
  };
  const approve = ifApprovable(() => {
    if (draft.panel === null) ifShown(() => send({ verdict: 'APPROVE' }))();
    else announce(`Close the ${panelNames[draft.panel]} first: Escape`);
  });
  const approveFuture = ifApprovable(() => {
    if (canStand) ifShown(() => setFutureOpen(true))();
    else announce('No standing approval: the risk is high, or others have to approve it too');
  });
  const edit = ifApprovable(() => {
    if (review.editable) change({ panel: 'edit' });
    else announce(notEditable);
  });
  const addNote = ifApprovable(() => change({ panel: 'approve' }));
  const requestChanges = ifAllowed(() => {
    if (offered.changes) change({ panel: 'changes' });
    else announce(noChanges(review));
  });
  const close = () => {
    change({ panel: null });
    // The buttons are back once the panel is gone.
    setTimeout(() => bar.current?.querySelector('button')?.focus());
  };
  const claimIfPossible = () => {
    if (notApprovable === null) onClaim();
    else announce(notApprovable);
  };
  useShortcuts({
    // A question has its own.
    ...(!isQuestion && { a: approve, e: edit, A: approveFuture, n: addNote }),
    r: ifAllowed(() => change({ panel: 'reject' })),
    q: requestChanges,
    c: ifAllowed(claimIfPossible),
  });

  if (forbidden !== null) return <p className="decision-bar obstacle">{forbidden}</p>;
  const message = { message: draft.message, comments, obstacle, isSending, onClose: close };
  const onMessage = (typed: string) => change({ message: typed });
  if (draft.panel === 'reject') {
    return (
      <MessagePanel
        {...message}
        kind={isQuestion ? 'noAnswer' : 'reject'}
        onMessage={onMessage}
        onSend={() => send({ verdict: 'REJECT', message: draft.message })}
      />
    );
  }
  if (draft.panel === 'changes' && offered.changes) {
    return (
      <MessagePanel
        {...message}
        kind="changes"
        onMessage={onMessage}
        onSend={() => send({ verdict: 'REQUEST_CHANGES', message: draft.message })}
      />
    );
  }
  if (draft.panel === 'approve' && offered.approve) {
    return (
      <MessagePanel
        {...message}
        kind="approve"
        obstacle={obstacle ?? notApprovable}
        onMessage={onMessage}
        onSend={ifShown(() => send({ verdict: 'APPROVE', message: draft.message }))}
      />
    );
  }
  if (draft.panel === 'edit' && offered.approve) {
    return (
      <Guard what="The editor">
        <EditPanel
          review={review}
          draft={draft}
          obstacle={obstacle ?? notApprovable}
          isSending={isSending}
          onChange={change}
          onApprove={(text) =>
            ifShown(() => send({ verdict: 'APPROVE', edit: text, message: draft.message }))()
          }
          onClose={close}
        />
      </Guard>
    );
  }
  const answerPart = offered.answer && (
    <Guard what="The form">
      <Suspense fallback={<p className="muted">Loading the form…</p>}>
        <AnswerPart
          review={review}
          draft={draft}
          obstacle={obstacle ?? notApprovable}
          isSending={isSending}
          problems={props.answerProblems}
          onChange={change}
          onAnswer={(answer) => ifShown(() => send({ verdict: 'ANSWER', answer }))()}
          onClose={close}
        />
      </Suspense>
    </Guard>
  );
  if (draft.panel === 'answer' && answerPart) return answerPart;
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
      {comments.length > 0 && <p className="obstacle">{goWithIt(comments)}</p>}
      {answerPart}
      {offered.approve && (
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
      )}
      {offered.approve && (
        <button
          type="button"
          className="button"
          disabled={isDisabled || notApprovable !== null || !review.editable}
          title={review.editable ? undefined : notEditable}
          onClick={edit}
        >
          {review.editable ? 'Edit…' : 'Not editable'} {review.editable && <Key>E</Key>}
        </button>
      )}
      {offered.changes && (
        <button type="button" className="button" disabled={isDisabled} onClick={requestChanges}>
          Request changes… <Key>Q</Key>
        </button>
      )}
      <button
        type="button"
        className="button danger"
        disabled={isDisabled}
        onClick={() => change({ panel: 'reject' })}
      >
        {isQuestion ? 'No answer…' : 'Reject…'} <Key>R</Key>
      </button>
      {offered.approve && (
        <button
          type="button"
          className="button quiet"
          disabled={isDisabled || notApprovable !== null}
          title="Approve with a note"
          onClick={addNote}
        >
          Note… <Key>N</Key>
        </button>
      )}
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
            onApprove={(bounds) => {
              setFutureOpen(false);
              send({ verdict: 'APPROVE', approvesFuture: true, ...bounds });
            }}
            onClose={() => setFutureOpen(false)}
          />
        </Suspense>
      )}
    </section>
  );
}

const panelNames: Record<NonNullable<Draft['panel']>, string> = {
  approve: 'note',
  reject: 'rejection',
  edit: 'edit',
  changes: 'request for changes',
  answer: 'answer',
};

const reviewChanged = 'This review changed. Show the current version, then decide.';
const notEditable = 'Editing is disabled by the agent';

const noChanges = ({ allowedDecisions, revision }: Detail): string =>
  allowedDecisions.includes('REQUEST_CHANGES')
    ? `Revision ${revision} of ${MAX_REVISIONS} is the last one: approve or reject it`
    : "The agent can't deal with requests for changes";
