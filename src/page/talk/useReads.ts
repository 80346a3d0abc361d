import { useCallback, useEffect, useRef, useState } from 'react';
import { usePage } from '../data/page.ts';
import { messageOf } from '../data/service.ts';

/** However fast events arrive, no two reads follow each other sooner than this. */
const PAUSE_MS = 200;

/** Why the last read failed, or null, and a function that reads again. */
type Reads = { problem: string | null; reload(): void };

/**
 * Reads something about a review: once it is wanted, after each of the review's events, and when the
 * service is back after a failure. One read runs at a time.
 */
export function useReads(
  nodeExecId: string,
  read: () => Promise<void>,
  isWanted: boolean = true,
): Reads {
  const { service, waiting } = usePage();
  const [problem, setProblem] = useState<string | null>(null);
  const latest = useRef(read);
  latest.current = read;
  const start = useRef(() => {});
  useEffect(() => {
    if (!isWanted) return undefined;
    let isOver = false;
    let isReading = false;
    let isStale = false;
    let hasFailed = false;
    const run = async (): Promise<void> => {
      isStale = true;
      if (isReading) return;
      isReading = true;
      while (isStale && !isOver) {
        isStale = false;
        try {
          await latest.current();
          hasFailed = false;
          if (!isOver) setProblem(null);
        } catch (error) {
          hasFailed = true;
          if (!isOver) setProblem(messageOf(error));
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
      isReading = false;
    };
    start.current = () => void run();
    void run();
    const stopEvents = waiting.listen({
      onEvent: (event) => {
        if (event.nodeExecId === nodeExecId) void run();
      },
      onReadAnew: () => void run(),
    });
    const stopService = service.subscribe(() => {
      if (hasFailed && !service.isAway()) void run();
    });
    return () => {
      isOver = true;
      stopEvents();
      stopService();
    };
  }, [service, waiting, nodeExecId, isWanted]);
  const reload = useCallback(() => start.current(), []);
  return { problem, reload };
}
