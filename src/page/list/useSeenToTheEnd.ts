import { useEffect, useState } from 'react';

/** Whether the end of what scrolls has been on the screen: all before it has been, then. */
export function useSeenToTheEnd() {
  // State and not references: in a dialog both are there only some time after the first drawing.
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const [end, setEnd] = useState<HTMLElement | null>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    if (!scroller || !end) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
      },
      { root: scroller, rootMargin: '0px 0px 24px 0px' },
    );
    observer.observe(end);
    return () => observer.disconnect();
  }, [scroller, end]);
  return { scroller: setScroller, end: setEnd, isSeen };
}
