import { useCallback, useSyncExternalStore } from 'react';
import type { DetailState } from '../state/details.ts';
import { usePage } from '../state/page.ts';

/** One whole review if it is there already; nothing is read for it. */
export function usePeek(nodeExecId: string): DetailState {
  const { details } = usePage();
  const subscribe = useCallback(
    (listener: () => void) => details.subscribe(nodeExecId, listener),
    [details, nodeExecId],
  );
  return useSyncExternalStore(subscribe, () => details.get(nodeExecId));
}
