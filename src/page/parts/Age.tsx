import type { ReactNode } from 'react';
import { useNow } from '../data/clock.ts';
import { spanText } from './format.ts';

/** How long ago something happened, updated every second. The tooltip shows the exact time. */
export function Age({ since }: { since: string }): ReactNode {
  const now = useNow();
  return (
    <time dateTime={since} title={new Date(since).toLocaleString()}>
      {spanText(now - Date.parse(since))}
    </time>
  );
}

/** How long until a review expires, updated every second. */
export function Remaining({ until }: { until: string }): ReactNode {
  const left = Date.parse(until) - useNow();
  return (
    <time
      dateTime={until}
      title={new Date(until).toLocaleString()}
      className={left < 60_000 ? 'soon' : ''}
    >
      {left > 0 ? `expires in ${spanText(left)}` : 'expiring'}
    </time>
  );
}
