import { type ReactNode, useEffect, useState } from 'react';
import { useQuery } from '../data/useQuery.ts';
import { HistoryDocument, type ReviewEventKind } from '../generated/graphql.ts';
import { VisibleText } from '../payload/Text.tsx';

const texts: Record<ReviewEventKind, string> = {
  REQUESTED: 'requested approval',
  APPROVED: 'approved',
  REJECTED: 'rejected',
  CANCELLED: 'cancelled it with its run',
  EXPIRED: 'expired it: nobody decided in time',
  PROCESSED: 'picked up the decision',
  REPORTED: 'reported the result',
  DELETED: 'deleted it',
  UPDATED: 'changed it by hand',
  VOIDED: 'voided the approval',
  VOTED: 'approved; more approvals are required',
  WITHDRAWN: 'withdrew an approval or a decision',
  CLAIMED: 'claimed it',
  RELEASED: 'released it',
  REASSIGNED: 'changed who has to approve',
  ESCALATED: 'asked more people, because nobody had decided',
  ANSWERED: 'Answered',
  CHANGES_REQUESTED: 'Changes requested',
  REVISED: 'Revised',
  COMMENTED: 'Commented',
};

const isDecision = new Set<ReviewEventKind>(['APPROVED', 'REJECTED']);
/** Kinds whose message is about the event itself. */
const withMessage = new Set<ReviewEventKind>(['APPROVED', 'REJECTED', 'WITHDRAWN', 'REASSIGNED']);

type Props = {
  nodeExecId: string;
  /** The review's `updatedAt`: a new version has a longer history. */
  version: string;
};

/** The history of a review, oldest first. It is loaded when it is opened. */
export function HistoryPart({ nodeExecId, version }: Props): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const { data, error, reload } = useQuery(HistoryDocument, { nodeExecId }, isOpen);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs for every new version
  useEffect(reload, [version, reload]);
  const events = data?.reviews[0]?.events;
  return (
    <details className="part" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>History</summary>
      {error && <p className="problem">The history could not be loaded: {error}</p>}
      <ol className="history">
        {events?.map(({ cursor, kind, actor, at, decisionSource, message }) => (
          <li key={cursor}>
            <time dateTime={at}>{new Date(at).toLocaleString()}</time>
            <span>
              {decisionSource === 'POLICY' && isDecision.has(kind) ? (
                <VisibleText text={message ?? 'Decided by the policy'} />
              ) : decisionSource === 'AUTO_APPROVAL' && kind === 'APPROVED' ? (
                <>
                  Approved by a standing approval of <VisibleText text={actor} />
                </>
              ) : (
                <>
                  <VisibleText text={actor} /> {texts[kind]}
                  {decisionSource === 'OVERRIDE' && isDecision.has(kind) && ' by override'}
                  {message && withMessage.has(kind) && (
                    <>
                      : <VisibleText text={message} />
                    </>
                  )}
                </>
              )}
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}
