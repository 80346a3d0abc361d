import { useCallback, useEffect, useSyncExternalStore } from 'react';
import type { DetailState } from '../state/details.ts';
import { usePage } from '../state/page.ts';

/** One whole review, read when it is not there yet, and anew when something happens to it. */
export function useDetail(nodeExecId: string): DetailState {
  const { details } = usePage();
  const subscribe = useCallback(
    (listener: () => void) => details.subscribe(nodeExecId, listener),
    [details, nodeExecId],
  );
  const state = useSyncExternalStore(subscribe, () => details.get(nodeExecId));
  useEffect(() => details.want([nodeExecId]), [details, nodeExecId]);
  return state;
}
