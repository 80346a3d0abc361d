import { useEffect, useState } from 'react';
import { usePage } from '../data/page.ts';
import { navigate } from '../data/route.ts';
import type { Row } from '../data/waitingReviews.ts';
import mark from '../mark.svg';
import { count } from '../parts/format.ts';

const STORED_AS = 'holdpoint.notifications';
/** Reviews that arrive within this time share one notification. */
const BATCH_MS = 500;

export type Notifications = {
  state: 'on' | 'off' | 'blocked' | 'unsupported';
  change(isOn: boolean): Promise<void>;
};

/**
 * Browser notifications about new reviews while the page is in the background, if the reviewer
 * wants them and may decide them. They name the step and the agent but no content, because they appear on lock screens
 * too.
 */
export function useNotifications(): Notifications {
  const { waiting } = usePage();
  const [state, setState] = useState(currentState);

  useEffect(() => {
    if (state !== 'on') return;
    let arrived: Row[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const notify = () => {
      timer = undefined;
      const rows = arrived.filter(({ nodeExecId }) => {
        const row = waiting.getSnapshot().byId.get(nodeExecId);
        return row !== undefined && !row.closed && row.mayDecide !== false;
      });
      arrived = [];
      if (rows.length > 0 && document.visibilityState === 'hidden') show(rows);
    };
    const stop = waiting.listen({
      onArrived: (row) => {
        arrived.push(row);
        timer ??= setTimeout(notify, BATCH_MS);
      },
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [state, waiting]);

  return {
    state,
    async change(isOn) {
      if (isOn && Notification.permission === 'default') await Notification.requestPermission();
      try {
        localStorage.setItem(STORED_AS, isOn ? 'on' : 'off');
      } catch {}
      setState(currentState());
    },
  };
}

function currentState(): Notifications['state'] {
  if (!('Notification' in globalThis)) return 'unsupported';
  if (Notification.permission === 'denied') return 'blocked';
  let isWanted = false;
  try {
    isWanted = localStorage.getItem(STORED_AS) === 'on';
  } catch {}
  return isWanted && Notification.permission === 'granted' ? 'on' : 'off';
}

function show(rows: Row[]): void {
  const [first] = rows as [Row];
  const title =
    rows.length === 1
      ? `${first.requestedBy} is waiting for you`
      : `${count(rows.length, 'review')} are waiting for you`;
  const notification = new Notification(title, {
    body: rows.length === 1 ? (first.headline ?? first.nodeId) : '',
    tag: 'holdpoint',
    icon: mark,
  });
  notification.onclick = () => {
    window.focus();
    if (rows.length === 1) navigate({ view: 'waiting', nodeExecId: first.nodeExecId });
    notification.close();
  };
}
