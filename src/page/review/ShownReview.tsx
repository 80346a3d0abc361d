import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Diff, Outcome, Payload } from '../payload/index.ts';
import type { Viewer } from '../session/useViewer.ts';
import type { Detail } from '../state/details.ts';
import { usePage } from '../state/page.ts';
import { AgentMessage } from './AgentMessage.tsx';
import { ChangedBanner } from './ChangedBanner.tsx';
import { DecisionBar } from './DecisionBar.tsx';
import { ExecutionPart } from './ExecutionPart.tsx';
import { HistoryPart } from './HistoryPart.tsx';
import { isSameMatter } from './isSameMatter.ts';
import { LeftTyped } from './LeftTyped.tsx';
import { ReviewHead } from './ReviewHead.tsx';
import { useDeciding } from './useDeciding.ts';

type Props = {
  current: Detail;
  /** The review as the reviewer has looked at it. */
  seen: Detail;
  /** The reviewer wants to see it as it is now. */
  onSeen(review: Detail): void;
  viewer: Viewer | null;
};

/**
 * A review as it was when it came on the screen. Where it changes while somebody looks at it, the change is shown and has to
 * be taken note of before anything can be decided.
 */
export function ShownReview({ current, seen, onSeen, viewer }: Props): ReactNode {
  const { drafts } = usePage();
  const [accepted, setAccepted] = useState(seen);
  const heading = useRef<HTMLHeadingElement>(null);
  const isOpen = current.status === 'WAITING';
  const isChanged = isOpen && !isSameMatter(accepted, current);
  const shown = isChanged ? accepted : current;
  const { isSending, notice, send } = useDeciding(shown, viewer?.actor ?? null);

  // The button that had the focus is gone: it goes to the heading, never to another review.
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current && !isOpen && !document.activeElement?.closest('.list-pane, .modal')) {
      heading.current?.focus({ preventScroll: true });
    }
    wasOpen.current = isOpen;
  }, [isOpen]);

  return (
    <article className="review" aria-labelledby="review-title">
      <div className="review-body">
        <ReviewHead review={shown} heading={heading} />
        {!isOpen && <Outcome review={current} />}
        {notice && (
          <p className={`banner ${notice.tone}`} role="alert">
            {notice.text}
          </p>
        )}
        {isChanged && (
          <ChangedBanner
            before={accepted}
            after={current}
            onAccept={() => {
              setAccepted(current);
              onSeen(current);
            }}
          />
        )}
        {!isOpen && <LeftTyped nodeExecId={current.nodeExecId} />}
        <AgentMessage review={shown} />
        <section aria-label="What will be done">
          <Payload text={shown.payload} />
        </section>
        {!isOpen && current.wasEdited && (
          <details className="part">
            <summary>What the edit changed</summary>
            <Diff before={current.originalPayload} after={current.payload} />
          </details>
        )}
        <ExecutionPart
          review={shown}
          mayDecide={viewer?.scopes.includes('review:decide') ?? false}
        />
        <HistoryPart nodeExecId={shown.nodeExecId} version={current.updatedAt} />
      </div>
      {isOpen && (
        <DecisionBar
          key={shown.subjectDigest}
          review={shown}
          viewer={viewer}
          isBlocked={isChanged}
          isSending={isSending}
          draft={drafts.get(shown.nodeExecId)}
          onSend={send}
        />
      )}
    </article>
  );
}
