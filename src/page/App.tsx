import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { useIsAway, useWaitingReviews } from './data/page.ts';
import { useRoute } from './data/route.ts';
import { useOffer } from './data/useOffer.ts';
import { useSessionCheck } from './data/useSessionCheck.ts';
import { canDecide, canRead, useViewer, type Viewer } from './data/useViewer.ts';
import { ListPane } from './list/ListPane.tsx';
import { Announcer } from './parts/Announcer.tsx';
import { Guard } from './parts/Guard.tsx';
import { later, loadRest } from './parts/later.ts';
import { ReviewPane } from './review/ReviewPane.tsx';
import { UndoBar } from './review/UndoBar.tsx';
import { Header } from './shell/Header.tsx';
import { NoAccess } from './shell/NoAccess.tsx';
import { ReplacedDialog } from './shell/ReplacedDialog.tsx';
import { SignIn, Splash } from './shell/SignIn.tsx';
import { SwitchDialog } from './shell/SwitchDialog.tsx';
import { useNotifications } from './shell/useNotifications.ts';

const Settings = lazy(() => import('./settings/Settings.tsx'));
const FiguresPage = lazy(() => import('./find/FiguresPage.tsx'));
const StandingPage = lazy(() => import('./standing/StandingPage.tsx'));
const HelpDialog = later(() => import('./shell/HelpDialog.tsx'));

/** The page, or the sign-in if nobody is signed in. */
export function App(): ReactNode {
  const { session, viewer, round } = useViewer();
  useSessionCheck();
  const question = useOffer();
  const reason = session.status === 'ended' ? session.reason : null;
  const isShown = viewer !== null || session.status === 'signed in';
  const asksForToken = session.status === 'signed out' || session.status === 'ended';
  return (
    <>
      {session.status === 'checking' && !isShown && <Splash />}
      {isShown && <Shell key={round} viewer={viewer} />}
      {session.status === 'replaced' && <ReplacedDialog />}
      {question && <SwitchDialog question={question} />}
      {asksForToken && !question && (
        <SignIn session={session} reason={reason} isOverPage={isShown} />
      )}
      <Announcer />
    </>
  );
}

/** The list with one review beside it, or instead of it on a narrow screen. */
function Shell({ viewer }: { viewer: Viewer | null }): ReactNode {
  const { nodeExecId, settings, isFigures, isStanding } = useRoute();
  const { waiting, mine, total, connection } = useWaitingReviews();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const notifications = useNotifications();
  const mayOpen = canRead(viewer);
  const showsReviews = mayOpen && !settings && !isFigures && !isStanding;
  useEffect(() => {
    if (connection === 'live') loadRest();
  }, [connection]);
  const shownCount = canDecide(viewer) ? mine : (total ?? waiting);
  useEffect(() => {
    document.title = shownCount > 0 ? `(${shownCount}) Holdpoint` : 'Holdpoint';
  }, [shownCount]);
  return (
    <div className={nodeExecId === null ? 'shell' : 'shell has-review'}>
      <div className="top">
        <Header viewer={viewer} notifications={notifications} onHelp={() => setHelpOpen(true)} />
        <AwayBanner />
      </div>
      {viewer && !mayOpen && !settings && <NoAccess viewer={viewer} />}
      {settings && viewer && (
        <Guard key={settings} what="This page">
          <Suspense
            fallback={<div className="review-loading" role="status" aria-label="Loading" />}
          >
            <Settings page={settings} viewer={viewer} />
          </Suspense>
        </Guard>
      )}
      {mayOpen && isFigures && (
        <Guard key="figures" what="This page">
          <Suspense
            fallback={<div className="review-loading" role="status" aria-label="Loading" />}
          >
            <FiguresPage />
          </Suspense>
        </Guard>
      )}
      {mayOpen && isStanding && viewer && (
        <Guard key="standing" what="This page">
          <Suspense
            fallback={<div className="review-loading" role="status" aria-label="Loading" />}
          >
            <StandingPage viewer={viewer} />
          </Suspense>
        </Guard>
      )}
      {showsReviews && <ListPane viewer={viewer} onHelp={() => setHelpOpen(true)} />}
      {showsReviews && (
        <main className="review-pane" aria-label="Review">
          {nodeExecId === null ? (
            <div className="nothing">
              <p>Choose a review from the list, or press J to open the first.</p>
            </div>
          ) : (
            <Guard key={nodeExecId} what="This review">
              <ReviewPane nodeExecId={nodeExecId} viewer={viewer} />
            </Guard>
          )}
        </main>
      )}
      {mayOpen && <UndoBar />}
      {isHelpOpen && (
        <Suspense>
          <HelpDialog onClose={() => setHelpOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}

/** Says that the service does not answer. It goes away by itself. */
function AwayBanner(): ReactNode {
  if (!useIsAway()) return null;
  return (
    <p className="banner bad away" role="alert">
      Holdpoint can't be reached. Reconnecting… Until then nothing can be decided, but what you type
      is kept.
    </p>
  );
}
