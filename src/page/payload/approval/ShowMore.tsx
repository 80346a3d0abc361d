import { type ReactNode, useState } from 'react';
import { count } from '../text/count.ts';

/** How many of a long list are shown, and how to show as many more. */
export function useShownCount(total: number, step: number): [shown: number, more: () => void] {
  const [limit, setLimit] = useState(step);
  return [Math.min(limit, total), () => setLimit(limit + step)];
}

type Props = {
  readonly shown: number;
  readonly total: number;
  readonly what: string;
  readonly onMore: () => void;
};

/** Says how many are not shown, and shows more of them. Nothing where all are. */
export function ShowMore({ shown, total, what, onMore }: Props): ReactNode {
  if (shown >= total) return null;
  return (
    <button type="button" className="fold" onClick={onMore}>
      … {count(total - shown, what)} folded, of {total.toLocaleString('en')}: show more
    </button>
  );
}
