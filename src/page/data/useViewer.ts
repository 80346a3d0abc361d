import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { ViewerDocument, type ViewerQuery } from '../generated/graphql.ts';
import { usePage } from './page.ts';
import type { SessionState } from './session.ts';

export type Viewer = ViewerQuery['viewer'];

const RETRY_MS = 2_000;

/**
 * Who is signed in, or null until the service has answered. With the first token the reviews are
 * read at once. With a later one they are read once it is known whose it is, because another
 * workspace starts with an empty page.
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
      page.clear();
      last.current = null;
      setViewer(null);
      return;
    }
    let isOver = false;
    let close = last.current ? undefined : page.waiting.open();
    const read = async (): Promise<void> => {
      try {
        const { viewer: found } = await page.service.request(ViewerDocument, {});
        if (isOver) return;
        if (last.current && last.current.userId !== found.userId) page.clear();
        last.current = found;
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
  }, [token, page]);
  return { session, viewer };
}
