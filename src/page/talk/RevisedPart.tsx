import { lazy, type ReactNode, Suspense, useState } from 'react';
import type { Detail } from '../data/details.ts';
import { Age } from '../parts/Age.tsx';
import { LongText, VisibleText } from '../payload/Text.tsx';
import { useLastSeen } from './lastSeen.ts';
import { MAX_REVISIONS } from './offered.ts';
import type { Talk } from './useTalk.ts';

const RevisionDiff = lazy(() => import('./RevisionDiff.tsx'));

type Props = { review: Detail; talk: Talk };

/** What a revision changed since the reviewer last looked, what was asked for, and the agent's note. */
export function RevisedPart({ review, talk }: Props): ReactNode {
  const lastSeen = useLastSeen(review);
  const { revision, nodeExecId } = review;
  if (revision === 1) return null;
  const current = talk.revisions.find((other) => other.revision === revision);
  const earlier = talk.revisions.find((other) => other.revision === revision - 1);
  return (
    <section className="revised" aria-label={`Revision ${revision}`}>
      <p>
        <strong>
          Revision {revision} of at most {MAX_REVISIONS}
        </strong>
        {current && (
          <span className="muted">
            {' '}
            sent <Age since={current.at} /> ago
          </span>
        )}
      </p>
      {earlier?.changesRequestedBy != null && (
        <div className="said">
          <p>
            <VisibleText text={earlier.changesRequestedBy} /> requested changes
            {earlier.changesRequested !== null && ':'}
          </p>
          {earlier.changesRequested !== null && <Quote text={earlier.changesRequested} />}
        </div>
      )}
      {current?.note != null && (
        <div className="said">
          <p>
            <VisibleText text={review.requestedBy} /> about this revision:
          </p>
          <Quote text={current.note} />
        </div>
      )}
      <Difference
        // Another pair of revisions is another difference.
        key={`${lastSeen} ${revision}`}
        nodeExecId={nodeExecId}
        from={lastSeen ?? revision - 1}
        to={revision}
        isOpenAtFirst={review.status === 'WAITING'}
        title={
          lastSeen === null
            ? `Changed since revision ${revision - 1}`
            : `Changed since you last looked, at revision ${lastSeen}`
        }
      />
    </section>
  );
}

/** Somebody's words, of any length. */
export const Quote = ({ text }: { text: string }): ReactNode => (
  <blockquote className="quote">
    <LongText text={text} lines />
  </blockquote>
);

type DifferenceProps = {
  nodeExecId: string;
  from: number;
  to: number;
  title: string;
  isOpenAtFirst?: boolean;
};

/** The difference between two revisions, which is loaded when it is opened. */
export function Difference(props: DifferenceProps): ReactNode {
  const { nodeExecId, from, to, title, isOpenAtFirst = false } = props;
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {isOpen && (
        <Suspense fallback={<p className="muted">Loading the difference…</p>}>
          <RevisionDiff nodeExecId={nodeExecId} from={from} to={to} />
        </Suspense>
      )}
    </details>
  );
}
