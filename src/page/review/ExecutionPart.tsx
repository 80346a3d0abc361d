import { type ReactNode, useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { ExecutionDocument } from '../generated/graphql.ts';
import { addressOf, go, useRoute } from '../hooks/useRoute.ts';
import { Age } from '../parts/Age.tsx';
import { settledText } from '../parts/settledText.ts';
import { VisibleText } from '../payload/text/VisibleText.tsx';
import { documentOf } from '../service/openClient.ts';
import type { Detail } from '../state/details.ts';
import { usePage } from '../state/page.ts';
import { StandingApprovals } from './StandingApprovals.tsx';
import { StopDialog } from './StopDialog.tsx';

const document = documentOf(ExecutionDocument);
const REFRESH_MS = 300;

type Props = { review: Detail; mayDecide: boolean };

/** The execution that asked: its other reviews, its standing approvals, and the way to stop it. */
export function ExecutionPart({
  review: { graphExecId, nodeExecId },
  mayDecide,
}: Props): ReactNode {
  const { inbox } = usePage();
  const { view } = useRoute();
  const [isOpen, setOpen] = useState(false);
  const [isStopping, setStopping] = useState(false);
  const [{ data, error }, again] = useQuery({
    query: document,
    variables: { graphExecId },
    pause: !isOpen,
  });
  useEffect(() => {
    if (!isOpen) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = inbox.listen({
      onEvent: (event) => {
        if (event.graphExecId !== graphExecId) return;
        clearTimeout(timer);
        timer = setTimeout(() => again({ requestPolicy: 'network-only' }), REFRESH_MS);
      },
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [isOpen, inbox, graphExecId, again]);

  const page = data?.reviewsForExecution;
  const others =
    page?.edges.map(({ node }) => node).filter((row) => row.nodeExecId !== nodeExecId) ?? [];
  return (
    <details className="part" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The execution and its other reviews</summary>
      {error && <p className="problem">It could not be read: {error.message}</p>}
      {data && (
        <p className="muted">
          {data.graphExecution
            ? `${data.graphExecution.graphId} v${data.graphExecution.graphVersion}, ${data.graphExecution.status}`
            : 'A copilot session'}
        </p>
      )}
      {page && others.length === 0 && <p className="muted">It has no other reviews.</p>}
      <ul className="others">
        {others.map((row) => (
          <li key={row.nodeExecId}>
            <a
              href={addressOf({ view, nodeExecId: row.nodeExecId })}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                go({ view, nodeExecId: row.nodeExecId });
              }}
            >
              <VisibleText text={row.nodeId} />
            </a>{' '}
            <span className="muted">
              {row.status === 'WAITING' ? 'waits' : settledText(row)}, <Age since={row.createdAt} />{' '}
              ago
            </span>
          </li>
        ))}
      </ul>
      {page?.pageInfo.hasNextPage && (
        <p className="muted">
          The first {others.length} of {page.totalCount}.
        </p>
      )}
      {isOpen && <StandingApprovals graphExecId={graphExecId} mayRevoke={mayDecide} />}
      {mayDecide && (
        <button type="button" className="button danger" onClick={() => setStopping(true)}>
          Stop the execution…
        </button>
      )}
      {isStopping && <StopDialog graphExecId={graphExecId} onClose={() => setStopping(false)} />}
    </details>
  );
}
