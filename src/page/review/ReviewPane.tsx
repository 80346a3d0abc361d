import { lazy, type ReactNode, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import type { Decision } from '../data/decide.ts';
import { type Detail, isSameRequest } from '../data/details.ts';
import { useDetail, usePage } from '../data/page.ts';
import { doesOpenNext } from '../data/preferences.ts';
import { currentRoute, navigate, useRoute } from '../data/route.ts';
import type { Viewer } from '../data/useViewer.ts';
import { CopyId } from '../parts/CopyId.tsx';
import { Diff } from '../payload/Diff.tsx';
import { Folds, FoldsOf, FoldView } from '../payload/folds.tsx';
import { Outcome } from '../payload/Outcome.tsx';
import { Payload } from '../payload/Payload.tsx';
import { CommentsPart } from '../talk/CommentsPart.tsx';
import { DecisionBar } from '../talk/DecisionBar.tsx';
import { PlacesOf } from '../talk/PlacesOf.tsx';
import { RevisedPart } from '../talk/RevisedPart.tsx';
import { Timeline } from '../talk/Timeline.tsx';
import { UnsentDraft } from '../talk/UnsentDraft.tsx';
import { useTalk } from '../talk/useTalk.ts';
import { AfterDeciding } from './AfterDeciding.tsx';
import { AgentMessage } from './AgentMessage.tsx';
import { ApprovalsPart } from './ApprovalsPart.tsx';
import { ChangedBanner } from './ChangedBanner.tsx';
import { ClaimLine, useClaim } from './Claim.tsx';
import { ClaimedDialog } from './ClaimedDialog.tsx';
import { DecideAs, useDecideAs } from './DecideAs.tsx';
import { forbiddenReason, isParty, mayReassign, otherClaimant } from './obstacles.ts';
import { ReviewAttachments } from './ReviewAttachments.tsx';
import { ReviewHead } from './ReviewHead.tsx';
import { RunPart } from './RunPart.tsx';
import { useDeciding } from './useDeciding.ts';
import { VerdictPart } from './VerdictPart.tsx';
import { WithdrawPart } from './WithdrawPart.tsx';

const ReassignDialog = lazy(() => import('./ReassignDialog.tsx'));
const OverrideDialog = lazy(() => import('./OverrideDialog.tsx'));

type Props = { nodeExecId: string; viewer: Viewer | null };

/** One whole review, or why it cannot be shown. */
export function ReviewPane({ nodeExecId, viewer }: Props): ReactNode {
  const detail = useDetail(nodeExecId);
  const { view } = useRoute();
  const { details } = usePage();
  /**
   * The review as the reviewer has seen it. It is kept while the review is gone, so that another
   * request under the same id is not mistaken for it.
   */
  const seen = useRef<Detail | null>(null);
  if (detail.status === 'loaded') seen.current ??= detail.review;
  return (
    <>
      <button
        type="button"
        className="button quiet back"
        onClick={() => navigate({ view, nodeExecId: null })}
      >
        ← All reviews
      </button>
      {detail.status === 'loading' && (
        <div className="review-loading" role="status" aria-label="Loading the review" />
      )}
      {detail.status === 'missing' && (
        <div className="nothing">
          <p className="nothing-title">Review not found</p>
          <p>It was deleted, doesn't exist, or you don't have access.</p>
          <CopyId id={nodeExecId} name="review ID" />
        </div>
      )}
      {detail.status === 'failed' && (
        <div className="nothing">
          <p className="banner bad" role="alert">
            The review could not be loaded: {detail.message}
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

type ShownReviewProps = {
  current: Detail;
  /** The review as the reviewer has seen it. */
  seen: Detail;
  /** The reviewer has seen the current version. */
  onSeen(review: Detail): void;
  viewer: Viewer | null;
};

/**
 * A review as it was when it was opened. If it changes, the changes are shown, and nothing can be
 * decided until the reviewer has accepted them.
 */
function ShownReview({ current, seen, onSeen, viewer }: ShownReviewProps): ReactNode {
  const { next, ownVersions } = usePage();
  const [accepted, setAccepted] = useState(seen);
  const heading = useRef<HTMLHeadingElement>(null);
  const isWaiting = current.status === 'WAITING';
  const isOutdated =
    isWaiting && !isSameRequest(accepted, current) && !ownVersions.has(current.subjectDigest);
  const shown = isOutdated ? accepted : current;
  const [folds] = useState(() => new Folds());
  const actor = viewer?.actor ?? null;
  /** The viewer has seen this version, or made it. */
  const accept = (review: Detail) => {
    setAccepted(review);
    onSeen(review);
  };
  const focusHeading = useCallback(() => {
    if (document.activeElement?.closest('.list-pane, .modal')) return;
    heading.current?.focus({ preventScroll: true });
  }, []);
  const [openedAt] = useState(() =>
    next.openedId === seen.nodeExecId ? Number.NEGATIVE_INFINITY : performance.now(),
  );
  // The button that decided the review before had the focus, and is gone.
  useEffect(() => {
    if (next.openedId !== seen.nodeExecId) return;
    next.openedId = null;
    focusHeading();
  }, [next, seen.nodeExecId, focusHeading]);
  const [isDecidedHere, setDecidedHere] = useState(false);
  const { isSending, notice, answerProblems, send } = useDeciding(
    shown,
    { actor, openedAt },
    (review) => {
      accept(review);
      // An answer that comes late moves the viewer nowhere.
      if (currentRoute().nodeExecId !== review.nodeExecId) return;
      if (doesOpenNext() && next.openAfter(review.nodeExecId)) return;
      setDecidedHere(true);
      focusHeading();
    },
  );
  const talk = useTalk(current.nodeExecId);
  const mayComment =
    viewer?.scopes.some((scope) => scope === 'review:decide' || scope === 'review:request') ??
    false;
  const toggleClaim = useClaim(current, actor);
  /** A decision that waits until the viewer has confirmed it, because of somebody's claim. */
  const [doubtful, setDoubtful] = useState<Omit<Decision, 'shown'> | null>(null);
  const claimedBy = otherClaimant(current, actor);
  const { principal, choose } = useDecideAs(current, actor);
  const sendIfUnclaimed = async (verdict: Omit<Decision, 'shown'>) => {
    const decision = { ...verdict, onBehalfOf: principal };
    if (claimedBy === null) await send(decision);
    else setDoubtful(decision);
  };
  const [dialog, setDialog] = useState<'reassign' | 'override' | null>(null);
  const mayOverride = viewer?.scopes.includes('review:override') && !isParty(current, actor);

  // The focused button disappears with the decision, so the focus moves to the heading.
  const wasWaiting = useRef(isWaiting);
  useEffect(() => {
    if (wasWaiting.current && !isWaiting) focusHeading();
    wasWaiting.current = isWaiting;
  }, [isWaiting, focusHeading]);

  return (
    <article className="review" aria-labelledby="review-title">
      <div className="review-body">
        <FoldsOf folds={folds}>
          <FoldView key={`${shown.subjectDigest} head`}>
            <ReviewHead review={shown} heading={heading} />
          </FoldView>
          {!isWaiting && <Outcome review={current} />}
          <WithdrawPart review={current} viewer={viewer} />
          {isDecidedHere && (!isWaiting || current.viewerMayNot === 'ALREADY_VOTED') && (
            <AfterDeciding nodeExecId={current.nodeExecId} />
          )}
          {isWaiting && <ClaimLine review={current} actor={actor} />}
          {notice && (
            <p className={`banner ${notice.tone}`} role="alert">
              {notice.text}
            </p>
          )}
          {isOutdated && (
            <ChangedBanner before={accepted} after={current} onAccept={() => accept(current)} />
          )}
          <VerdictPart review={shown} />
          <ApprovalsPart review={current} />
          {!isWaiting && <UnsentDraft nodeExecId={current.nodeExecId} />}
          <FoldView key={shown.subjectDigest}>
            <AgentMessage review={shown} />
          </FoldView>
          <RevisedPart review={shown} talk={talk} />
          <section aria-label="Payload">
            <PlacesOf review={shown} talk={talk} mayComment={mayComment && !isOutdated}>
              <ReviewAttachments review={shown}>
                <Payload key={shown.subjectDigest} text={shown.payload} tags={shown.tags} />
              </ReviewAttachments>
            </PlacesOf>
          </section>
        </FoldsOf>
        {!isWaiting && current.wasEdited && (
          <details className="part">
            <summary>Changes made by the edit</summary>
            <Diff before={current.originalPayload} after={current.payload} />
          </details>
        )}
        <div className="actions review-actions">
          {isWaiting && mayReassign(current, viewer) && (
            <button
              type="button"
              className="button small quiet"
              onClick={() => setDialog('reassign')}
            >
              Reassign…
            </button>
          )}
          {isWaiting && mayOverride && current.approvalsRequired.length > 0 && (
            <button
              type="button"
              className="button small quiet"
              onClick={() => setDialog('override')}
            >
              Override…
            </button>
          )}
        </div>
        <CommentsPart
          review={shown}
          talk={talk}
          actor={actor}
          mayComment={mayComment}
          canDecide={isWaiting && forbiddenReason(current) === null}
          isOutdated={isOutdated}
        />
        <RunPart review={shown} mayDecide={viewer?.scopes.includes('review:decide') ?? false} />
        <Timeline review={current} talk={talk} />
      </div>
      {isWaiting && (
        <DecisionBar
          key={shown.subjectDigest}
          review={shown}
          claim={current.claimedBy === actor ? 'mine' : claimedBy === null ? 'none' : 'other'}
          mayNot={current}
          folds={folds}
          isOutdated={isOutdated}
          isSending={isSending}
          answerProblems={answerProblems}
          onSend={sendIfUnclaimed}
          onClaim={() => void toggleClaim()}
          decideAs={
            <DecideAs review={current} actor={actor} principal={principal} choose={choose} />
          }
        />
      )}
      {doubtful && claimedBy !== null && isWaiting && (
        <ClaimedDialog
          claimedBy={claimedBy}
          verdict={doubtful.verdict}
          onDecide={() => {
            setDoubtful(null);
            void send({ ...doubtful, despiteClaim: true });
          }}
          onClose={() => setDoubtful(null)}
        />
      )}
      {dialog !== null && (
        <Suspense>
          {dialog === 'reassign' ? (
            <ReassignDialog review={current} onClose={() => setDialog(null)} />
          ) : (
            <OverrideDialog review={shown} onClose={() => setDialog(null)} />
          )}
        </Suspense>
      )}
    </article>
  );
}
