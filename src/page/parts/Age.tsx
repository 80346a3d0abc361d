import type { ReactNode } from 'react';
import { useNow } from '../hooks/useNow.ts';
import { spanText } from './spanText.ts';

/** How long ago, ticking; the very time on pointing at it. */
export function Age({ since }: { since: string }): ReactNode {
  const now = useNow();
  return (
    <time dateTime={since} title={new Date(since).toLocaleString()}>
      {spanText(now - Date.parse(since))}
    </time>
  );
}

/** How long until, ticking. */
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
