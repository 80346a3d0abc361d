import { useSyncExternalStore } from 'react';
import type { InboxSnapshot } from '../state/inbox.ts';
import { usePage } from '../state/page.ts';

/** The reviews that wait, as they are now. */
export function useInbox(): InboxSnapshot {
  const { inbox } = usePage();
  return useSyncExternalStore(inbox.subscribe, inbox.getSnapshot);
}
