import { useCallback, useMemo, useState } from 'react';
import { useInbox } from './useInbox.ts';

/** The service takes at most this many decisions at once. */
export const MAX_SELECTED = 100;

/** Which reviews are selected. One that was settled or has left is selected no longer. */
export function useSelection() {
  const { byId } = useInbox();
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const selected = useMemo(
    () =>
      new Set(
        [...ids].filter((nodeExecId) => {
          const row = byId.get(nodeExecId);
          return row !== undefined && row.settled === null;
        }),
      ),
    [ids, byId],
  );
  const toggle = useCallback(
    (nodeExecId: string) =>
      setIds((before) => {
        const after = new Set(before);
        if (!after.delete(nodeExecId) && after.size < MAX_SELECTED) after.add(nodeExecId);
        return after;
      }),
    [],
  );
  const choose = useCallback(
    (nodeExecIds: readonly string[]) => setIds(new Set(nodeExecIds.slice(0, MAX_SELECTED))),
    [],
  );
  return { selected, toggle, choose };
}
