import { useEffect, useState } from 'react';
import mark from '../mark.svg';
import { counted } from '../parts/spanText.ts';
import type { Row } from '../state/inbox.ts';
import { usePage } from '../state/page.ts';
import { go } from './useRoute.ts';

const STORED_AS = 'holdpoint.notifications';
/** Those that come within this time are told of together. */
const TOGETHER_MS = 500;

export type Notifications = {
  state: 'on' | 'off' | 'refused' | 'impossible';
  change(isOn: boolean): Promise<void>;
};

/**
 * Browser notifications of new reviews while the page is not looked at, if the reviewer wants them. They name the step and
 * who asks, not what is in it: they are shown on locked screens too.
 */
export function useNotifications(): Notifications {
  const { inbox } = usePage();
  const [state, setState] = useState(stateNow);

  useEffect(() => {
    if (state !== 'on') return;
    let arrived: Row[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      timer = undefined;
      const rows = arrived.filter(({ nodeExecId }) => {
        const row = inbox.getSnapshot().byId.get(nodeExecId);
        return row !== undefined && !row.settled;
      });
      arrived = [];
      if (rows.length > 0 && document.visibilityState === 'hidden') show(rows);
    };
    const stop = inbox.listen({
      onArrived: (rows) => {
        arrived.push(...rows);
        timer ??= setTimeout(tell, TOGETHER_MS);
      },
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [state, inbox]);

  return {
    state,
    async change(isOn) {
      if (isOn && Notification.permission === 'default') await Notification.requestPermission();
      try {
        localStorage.setItem(STORED_AS, isOn ? 'on' : 'off');
      } catch {}
      setState(stateNow());
    },
  };
}

function stateNow(): Notifications['state'] {
  if (!('Notification' in globalThis)) return 'impossible';
  if (Notification.permission === 'denied') return 'refused';
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
      ? `${first.requestedBy} waits for you`
      : `${counted(rows.length, 'review')} wait for you`;
  const notification = new Notification(title, {
    body: rows.length === 1 ? first.nodeId : '',
    tag: 'holdpoint',
    icon: mark,
  });
  notification.onclick = () => {
    window.focus();
    if (rows.length === 1) go({ view: 'waiting', nodeExecId: first.nodeExecId });
    notification.close();
  };
}
