import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { Detail } from '../data/details.ts';
import { usePage } from '../data/page.ts';
import { TimelineDocument, type TimelineQuery } from '../generated/graphql.ts';
import { VisibleText } from '../payload/Text.tsx';
import { CommentView } from './CommentsPart.tsx';
import { Difference, Quote } from './RevisedPart.tsx';
import { type Entry, entriesOf } from './timelineEntries.ts';
import { useReads } from './useReads.ts';
import type { Talk } from './useTalk.ts';

/** Events that are read together. */
const PAGE_SIZE = 100;

type Event = TimelineQuery['reviews'][number]['events'][number];

type Props = { review: Detail; talk: Talk };

/**
 * Everything that happened to a review, oldest first, with what was said. It is loaded when it is
 * opened, and open from the start once the review is decided.
 */
export function Timeline({ review, talk }: Props): ReactNode {
  const isWaiting = review.status === 'WAITING';
  const [isOpen, setOpen] = useState(!isWaiting);
  useEffect(() => {
    if (!isWaiting) setOpen(true);
  }, [isWaiting]);
  const { events, hasMore, problem, more } = useEvents(review.nodeExecId, isOpen);
  const entries = useMemo(
    () => entriesOf(events, hasMore, review, talk),
    [events, hasMore, review, talk],
  );
  return (
    <details className="part" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>History</summary>
      {problem !== null && (
        <p className="problem" role="alert">
          The history could not be loaded: {problem}
        </p>
      )}
      {isOpen && (
        <ol className="timeline">
          {entries.map((entry) => (
            <li key={entry.key}>
              <EntryView entry={entry} review={review} />
            </li>
          ))}
        </ol>
      )}
      {isOpen && hasMore && entries.length > 0 && (
        <button type="button" className="fold" onClick={more}>
          Show more
        </button>
      )}
    </details>
  );
}

function EntryView({ entry, review }: { entry: Entry; review: Detail }): ReactNode {
  if (entry.comment !== undefined) {
    return <CommentView comment={entry.comment} revision={review.revision} />;
  }
  const { actor, text, at, said, revision } = entry;
  return (
    <>
      <p className="timeline-line">
        <span>
          {actor !== null && <VisibleText text={actor} />} <VisibleText text={text} />
        </span>
        <time dateTime={at} className="muted">
          {new Date(at).toLocaleString()}
        </time>
      </p>
      {said !== null && <Quote text={said} />}
      {revision !== null && (
        <Difference
          nodeExecId={review.nodeExecId}
          from={revision - 1}
          to={revision}
          title={`What changed since revision ${revision - 1}`}
        />
      )}
    </>
  );
}

/** The events of a review, page by page, with those that happen while it is open. */
function useEvents(nodeExecId: string, isWanted: boolean) {
  const { service } = usePage();
  const [events, setEvents] = useState<readonly Event[]>([]);
  /** Whether these are all events. */
  const [isComplete, setComplete] = useState(false);
  const [pages, setPages] = useState(1);
  const loaded = useRef<readonly Event[]>([]);
  const limit = pages * PAGE_SIZE;
  const { problem, reload } = useReads(
    nodeExecId,
    async () => {
      while (loaded.current.length <= limit) {
        const after = loaded.current.at(-1)?.cursor ?? null;
        const { reviews } = await service.request(TimelineDocument, { nodeExecId, after });
        const found = reviews[0]?.events ?? [];
        loaded.current = [...loaded.current, ...found];
        setEvents(loaded.current);
        setComplete(found.length < PAGE_SIZE);
        if (found.length < PAGE_SIZE) return;
      }
    },
    isWanted,
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: reads on when more is wanted
  useEffect(reload, [pages, reload]);
  return {
    events: events.slice(0, limit),
    hasMore: !isComplete || events.length > limit,
    problem,
    more: () => setPages(pages + 1),
  };
}
