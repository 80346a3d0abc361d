import { hasScope } from '@holdpoint/client';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { ViewerDocument, type ViewerQuery } from '../generated/graphql.ts';
import { usePage } from './page.ts';
import type { SessionState } from './session.ts';

export type Viewer = ViewerQuery['viewer'];

/** Whether a viewer may see the reviews of the workspace. Assumed until the viewer is known. */
export const canRead = (viewer: Viewer | null): boolean =>
  viewer === null || hasScope(viewer.scopes, 'review:read');

/** Whether a viewer may decide reviews. Assumed until the viewer is known. */
export const canDecide = (viewer: Viewer | null): boolean =>
  viewer === null || hasScope(viewer.scopes, 'review:decide');

const RETRY_MS = 2_000;

type ViewerState = {
  session: SessionState;
  viewer: Viewer | null;
  /** Changes when another workspace is shown, so that nothing of the previous one stays. */
  round: number;
};

/**
 * Who is signed in, or null until the service has answered. With the first token the reviews are
 * read at once. With a later one they are read once it is known whose it is, because another
 * workspace starts with an empty page.
 */
export function useViewer(): ViewerState {
  const page = usePage();
  const [viewer, setViewer] = useState<Viewer | null>(null);
  const [round, setRound] = useState(0);
  const session = useSyncExternalStore(page.session.subscribe, () => page.session.state);
  const authorization = session.status === 'signed in' ? session.authorization : null;

  const isSignedOut = session.status === 'signed out';
  useEffect(() => {
    if (!isSignedOut) return;
    page.clear();
    setViewer(null);
  }, [isSignedOut, page]);

  useEffect(() => {
    if (authorization === null) return;
    let isOver = false;
    let close = page.session.account ? undefined : page.waiting.open();
    const read = async (): Promise<void> => {
      try {
        const { viewer: found } = await page.service.request(ViewerDocument, {});
        if (isOver) return;
        const { account } = page.session;
        if (account && account.userId !== found.userId) {
          page.clear();
          setRound((before) => before + 1);
        }
        page.session.accept(authorization, found);
        close ??= page.waiting.open();
        setViewer(found);
      } catch {
        if (!isOver) setTimeout(() => isOver || read(), RETRY_MS);
      }
    };
    void read();
    return () => {
      isOver = true;
      close?.();
    };
  }, [authorization, page]);
  return { session, viewer, round };
}
