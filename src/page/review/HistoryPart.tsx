import { type ReactNode, useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { HistoryDocument, type ReviewEventKind } from '../generated/graphql.ts';
import { VisibleText } from '../payload/text/VisibleText.tsx';
import { documentOf } from '../service/openClient.ts';

const document = documentOf(HistoryDocument);

const texts: Record<ReviewEventKind, string> = {
  REQUESTED: 'asked',
  APPROVED: 'approved',
  REJECTED: 'rejected',
  CANCELLED: 'cancelled: the execution was stopped',
  EXPIRED: 'expired: nobody decided in time',
  PROCESSED: 'took up the outcome',
  REPORTED: 'reported what came of it',
  DELETED: 'deleted',
  UPDATED: 'changed by hand',
  VOIDED: 'made the approval void',
};

/** What happened to a review, oldest first; read when somebody wants to see it. */
export function HistoryPart({
  nodeExecId,
  version,
}: {
  nodeExecId: string;
  version: string;
}): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const [{ data, error }, again] = useQuery({
    query: document,
    variables: { nodeExecId },
    pause: !isOpen,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version has a longer history
  useEffect(() => {
    if (isOpen) again({ requestPolicy: 'network-only' });
  }, [version]);
  const events = data?.reviews[0]?.events;
  return (
    <details className="part" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>History</summary>
      {error && <p className="problem">It could not be read: {error.message}</p>}
      <ol className="history">
        {events?.map(({ cursor, kind, actor, at }) => (
          <li key={cursor}>
            <time dateTime={at}>{new Date(at).toLocaleString()}</time>
            <span>
              <VisibleText text={actor} /> {texts[kind]}
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}
