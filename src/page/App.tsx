import { type ReactNode, useEffect, useState } from 'react';
import { useWaitingReviews } from './data/page.ts';
import { useRoute } from './data/route.ts';
import { useViewer, type Viewer } from './data/useViewer.ts';
import { ListPane } from './list/ListPane.tsx';
import { Announcer } from './parts/Announcer.tsx';
import { Guard } from './parts/Guard.tsx';
import { ReviewPane } from './review/ReviewPane.tsx';
import { Header } from './shell/Header.tsx';
import { HelpDialog } from './shell/HelpDialog.tsx';
import { SignIn } from './shell/SignIn.tsx';
import { useNotifications } from './shell/useNotifications.ts';

/** The page, or the sign-in if nobody is signed in. */
export function App(): ReactNode {
  const { session, viewer } = useViewer();
  const reason = session.status === 'ended' ? session.reason : null;
  const isShown = viewer !== null || session.status === 'signed in';
  return (
    <>
      {isShown && <Shell viewer={viewer} />}
      {session.status !== 'signed in' && <SignIn reason={reason} isOverPage={isShown} />}
      <Announcer />
    </>
  );
}

/** The list with one review beside it, or instead of it on a narrow screen. */
function Shell({ viewer }: { viewer: Viewer | null }): ReactNode {
  const { nodeExecId } = useRoute();
  const { waiting, total } = useWaitingReviews();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const notifications = useNotifications();
  const mayDecide = viewer === null || viewer.scopes.includes('review:decide');
  const shownCount = total ?? waiting;
  useEffect(() => {
    document.title = shownCount > 0 ? `(${shownCount}) Holdpoint` : 'Holdpoint';
  }, [shownCount]);
  return (
    <div className={nodeExecId === null ? 'shell' : 'shell has-review'}>
      <Header viewer={viewer} notifications={notifications} onHelp={() => setHelpOpen(true)} />
      <ListPane mayDecide={mayDecide} onHelp={() => setHelpOpen(true)} />
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
      {isHelpOpen && <HelpDialog onClose={() => setHelpOpen(false)} />}
    </div>
  );
}
