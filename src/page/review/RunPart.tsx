import { type ReactNode, useEffect, useState } from 'react';
import type { Detail } from '../data/details.ts';
import { useIsAway, usePage } from '../data/page.ts';
import { addressOf, navigate, useRoute } from '../data/route.ts';
import { isUnanswered, messageOf } from '../data/service.ts';
import { useQuery } from '../data/useQuery.ts';
import {
  ExecutionDocument,
  StopExecutionDocument,
  WaitingCountDocument,
} from '../generated/graphql.ts';
import { Age } from '../parts/Age.tsx';
import { announce } from '../parts/Announcer.tsx';
import { count } from '../parts/format.ts';
import { Modal } from '../parts/Modal.tsx';
import { onPlainClick } from '../parts/shortcuts.tsx';
import { outcomeLine } from '../payload/outcomeText.ts';
import { VisibleText } from '../payload/Text.tsx';
import { StandingApprovals } from './StandingApprovals.tsx';

const REFRESH_MS = 300;

type Props = { review: Detail; mayDecide: boolean };

/**
 * The run that requested the review: its other reviews, its standing approvals, and a way to stop
 * it.
 */
export function RunPart({ review: { graphExecId, nodeExecId }, mayDecide }: Props): ReactNode {
  const { waiting } = usePage();
  const { view } = useRoute();
  const [isOpen, setOpen] = useState(false);
  const [isStopping, setStopping] = useState(false);
  const { data, error, reload } = useQuery(ExecutionDocument, { graphExecId }, isOpen);
  useEffect(() => {
    if (!isOpen) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = waiting.listen({
      onEvent: (event) => {
        if (event.graphExecId !== graphExecId) return;
        clearTimeout(timer);
        timer = setTimeout(reload, REFRESH_MS);
      },
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [isOpen, waiting, graphExecId, reload]);

  const run = data?.graphExecution;
  const page = data?.reviewsForExecution;
  const others =
    page?.edges.map(({ node }) => node).filter((row) => row.nodeExecId !== nodeExecId) ?? [];
  return (
    <details className="part" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>This run</summary>
      {error && <p className="problem">The run could not be loaded: {error}</p>}
      {data && (
        <p className="muted">
          {run ? (
            <>
              <VisibleText text={run.graphId} /> v{run.graphVersion}, {run.status.toLowerCase()}
            </>
          ) : (
            'Copilot session'
          )}
        </p>
      )}
      {page && others.length === 0 && <p className="muted">No other reviews</p>}
      <ul className="others">
        {others.map((row) => {
          const route = { view, nodeExecId: row.nodeExecId };
          return (
            <li key={row.nodeExecId}>
              <a href={addressOf(route)} onClick={onPlainClick(() => navigate(route))}>
                <VisibleText text={row.nodeId} />
              </a>{' '}
              <span className="muted">
                {row.status === 'WAITING' ? (
                  <>
                    waiting for <Age since={row.createdAt} />
                  </>
                ) : (
                  <>
                    {outcomeLine(row)}, requested <Age since={row.createdAt} /> ago
                  </>
                )}
              </span>
            </li>
          );
        })}
      </ul>
      {page?.pageInfo.hasNextPage && (
        <p className="muted">
          Showing the first {others.length} of {page.totalCount}.
        </p>
      )}
      {isOpen && <StandingApprovals graphExecId={graphExecId} mayRevoke={mayDecide} />}
      {mayDecide && (
        <button type="button" className="button danger" onClick={() => setStopping(true)}>
          Stop this run…
        </button>
      )}
      {isStopping && <StopDialog graphExecId={graphExecId} onClose={() => setStopping(false)} />}
    </details>
  );
}

type StopDialogProps = { graphExecId: string; onClose(): void };

/** Asks for confirmation before a run is stopped, with the number of reviews that rejects. */
function StopDialog({ graphExecId, onClose }: StopDialogProps): ReactNode {
  const { service } = usePage();
  const { data, error } = useQuery(WaitingCountDocument, { graphExecId });
  const isAway = useIsAway();
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const pending = data?.pendingReviewsForExecution.totalCount;

  const stop = async () => {
    setSending(true);
    setProblem(null);
    try {
      const input = { graphExecId };
      const { cancelPendingReviews } = await service.request(StopExecutionDocument, { input });
      if (cancelPendingReviews.__typename === 'CancelPendingReviewsPayload') {
        announce(`Run stopped. ${count(cancelPendingReviews.cancelledCount, 'review')} rejected.`);
        return onClose();
      }
      setProblem(cancelPendingReviews.message);
    } catch (failure) {
      setProblem(
        isUnanswered(failure)
          ? 'The connection was lost, so the run may or may not be stopped. It is safe to try again.'
          : messageOf(failure),
      );
    }
    setSending(false);
  };
  return (
    <Modal title="Stop this run" onClose={onClose}>
      <p>
        <code>
          <VisibleText text={graphExecId} />
        </code>
      </p>
      {error && <p className="problem">The pending reviews could not be counted: {error}</p>}
      {pending !== undefined && (
        <p>
          {count(pending, 'pending review')} will be rejected. Unused approvals become void and
          standing approvals end. This can't be undone.
        </p>
      )}
      {problem !== null && (
        <p className="banner bad" role="alert">
          {problem}
        </p>
      )}
      <div className="actions">
        <button
          type="button"
          className="button danger solid"
          disabled={pending === undefined || isSending || isAway}
          onClick={() => void stop()}
        >
          {pending === undefined ? 'Counting…' : `Stop and reject ${count(pending, 'review')}`}
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Modal>
  );
}
