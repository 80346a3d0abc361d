import { type ReactNode, useState } from 'react';
import { useInbox } from '../hooks/useInbox.ts';
import { useNotifications } from '../hooks/useNotifications.ts';
import { useRoute } from '../hooks/useRoute.ts';
import { useTitle } from '../hooks/useTitle.ts';
import { ListPane } from '../list/ListPane.tsx';
import { Guard } from '../parts/Guard.tsx';
import { ReviewPane } from '../review/ReviewPane.tsx';
import type { Viewer } from '../session/useViewer.ts';
import { Header } from './Header.tsx';
import { HelpDialog } from './HelpDialog.tsx';

/** The page of somebody who is signed in: the list, and beside it, or on a narrow screen instead of it, one review. */
export function Shell({ viewer }: { viewer: Viewer | null }): ReactNode {
  const { nodeExecId } = useRoute();
  const { waiting, total } = useInbox();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const notifications = useNotifications();
  useTitle(total ?? waiting);
  const mayDecide = viewer === null || viewer.scopes.includes('review:decide');
  return (
    <div className={nodeExecId === null ? 'shell' : 'shell has-review'}>
      <Header viewer={viewer} notifications={notifications} onHelp={() => setHelpOpen(true)} />
      <ListPane mayDecide={mayDecide} onHelp={() => setHelpOpen(true)} />
      <main className="review-pane" aria-label="The review">
        {nodeExecId === null ? (
          <NothingChosen />
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

const NothingChosen = (): ReactNode => (
  <div className="nothing">
    <p>Choose a review on the left, or press j for the first one.</p>
  </div>
);
