import type { ReactNode } from 'react';
import { Provider } from 'urql';
import { Announcer } from './parts/Announcer.tsx';
import { SignIn } from './session/SignIn.tsx';
import { useViewer } from './session/useViewer.ts';
import { Shell } from './shell/Shell.tsx';
import { usePage } from './state/page.ts';

/** The page: signed in or not. */
export function App(): ReactNode {
  const { client } = usePage();
  const { session, viewer } = useViewer();
  const reason = session.status === 'ended' ? session.reason : null;
  const isShown = viewer !== null || session.status === 'signed in';
  return (
    <Provider value={client}>
      {isShown && <Shell viewer={viewer} />}
      {session.status !== 'signed in' && <SignIn reason={reason} isOverPage={isShown} />}
      <Announcer />
    </Provider>
  );
}
