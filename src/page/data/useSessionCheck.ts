import { useEffect, useSyncExternalStore } from 'react';
import { usePage } from './page.ts';
import { isUnanswered, messageOf } from './service.ts';

const RETRY_MS = 2_000;

/** Finds out whether the cookie of this browser belongs to a session, whenever that is unknown. */
export function useSessionCheck(): void {
  const { session, service } = usePage();
  const state = useSyncExternalStore(session.subscribe, () => session.state);
  useEffect(() => {
    if (state.status !== 'checking') return;
    let isOver = false;
    const check = async (): Promise<void> => {
      try {
        const viewer = await service.viewerOf(null);
        if (!isOver) session.found(viewer);
      } catch (error) {
        if (isOver) return;
        if (isUnanswered(error)) setTimeout(() => isOver || check(), RETRY_MS);
        else session.notFound(messageOf(error));
      }
    };
    void check();
    return () => {
      isOver = true;
    };
  }, [state, session, service]);
}
