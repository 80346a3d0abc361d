import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { ViewerDocument, type ViewerQuery } from '../generated/graphql.ts';
import { ask } from '../service/openClient.ts';
import type { SessionState } from '../service/session.ts';
import { usePage } from '../state/page.ts';

export type Viewer = ViewerQuery['viewer'];

const RETRY_MS = 2_000;

/**
 * Who is signed in; null until the service has said so. With the first token the reviews are read at once; with a later one
 * only after the service has said whose it is, as another owner's page begins anew.
 */
export function useViewer(): { session: SessionState; viewer: Viewer | null } {
  const page = usePage();
  const [viewer, setViewer] = useState<Viewer | null>(null);
  const last = useRef<Viewer | null>(null);
  const session = useSyncExternalStore(page.session.subscribe, () => page.session.state);
  const token = session.status === 'signed in' ? session.token : null;

  useEffect(() => {
    if (token === null) {
      if (page.session.state.status !== 'signed out') return;
      page.forget();
      last.current = null;
      setViewer(null);
      return;
    }
    let isOver = false;
    let close = last.current ? undefined : page.inbox.open();
    const read = async (): Promise<void> => {
      try {
        const { viewer: found } = await ask(page.client, 'query', ViewerDocument, {});
        if (isOver) return;
        if (last.current && last.current.userId !== found.userId) {
          page.forget();
        }
        last.current = found;
        close ??= page.inbox.open();
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
  }, [token, page]);
  return { session, viewer };
}
