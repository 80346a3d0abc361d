import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useIsAway, usePage } from '../data/page.ts';
import { messageOf } from '../data/service.ts';
import { canDecide, type Viewer } from '../data/useViewer.ts';
import {
  AllStandingApprovalsDocument,
  type AllStandingApprovalsQuery,
} from '../generated/graphql.ts';
import { Age, Remaining } from '../parts/Age.tsx';
import { BackToReviews } from '../parts/BackToReviews.tsx';
import { Modal } from '../parts/Modal.tsx';
import { VisibleText } from '../payload/Text.tsx';
import { Condition } from './Condition.tsx';
import { revokeStandingApproval } from './revokeStandingApproval.ts';
import { whyEnded } from './whyEnded.ts';

type Approval = AllStandingApprovalsQuery['allAutoApprovals']['edges'][number]['node'];

const choices = { active: 'Active', ended: 'Ended', all: 'All' } as const;
type Choice = keyof typeof choices;
const activeOf: Record<Choice, boolean | null> = { active: true, ended: false, all: null };

/** All standing approvals of the workspace: what they let through, for how long, and who gave them. */
export default function StandingPage({ viewer }: { viewer: Viewer }): ReactNode {
  const [choice, setChoice] = useState<Choice>('active');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <main className="settings standing-page">
      <nav className="views" aria-label="Standing approvals">
        <BackToReviews />
      </nav>
      <div className="settings-body">
        <h2 ref={heading} tabIndex={-1}>
          Standing approvals
        </h2>
        <p className="muted">
          Requests that they cover are approved without asking anybody. They are given in a review,
          with <em>Approve all future…</em>
        </p>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row everywhere */}
        <div className="scopes" role="group" aria-label="Which standing approvals">
          {(Object.keys(choices) as Choice[]).map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === choice}
              onClick={() => setChoice(name)}
            >
              {choices[name]}
            </button>
          ))}
        </div>
        <Approvals key={choice} choice={choice} mayRevoke={canDecide(viewer)} />
      </div>
    </main>
  );
}

type ListProps = { choice: Choice; mayRevoke: boolean };

function Approvals({ choice, mayRevoke }: ListProps): ReactNode {
  const { service } = usePage();
  const { approvals, hasMore, problem, isReading, more, reload } = useApprovals(choice);
  const [revoking, setRevoking] = useState<Approval | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  const revoke = async (approval: Approval) => {
    setRevoking(null);
    setFailure(null);
    setFailure(await revokeStandingApproval(service, approval));
    reload();
  };

  return (
    <>
      {[failure, problem].map(
        (text, at) =>
          text !== null && (
            // biome-ignore lint/suspicious/noArrayIndexKey: two fixed places
            <p key={at} className="banner bad" role="alert">
              {text}
            </p>
          ),
      )}
      {isReading && approvals === null && (
        <div className="review-loading" role="status" aria-label="Loading standing approvals" />
      )}
      {approvals?.length === 0 && (
        <p className="muted">
          {choice === 'active' ? 'Nothing is approved without asking.' : 'None'}
        </p>
      )}
      {approvals !== null && approvals.length > 0 && (
        <table className="standing-table">
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Covers</th>
              <th scope="col">Given by</th>
              <th scope="col">Uses</th>
              <th scope="col">Until</th>
              {mayRevoke && (
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {approvals.map((approval) => (
              <ApprovalRow
                key={approval.id}
                approval={approval}
                mayRevoke={mayRevoke}
                onRevoke={() => setRevoking(approval)}
              />
            ))}
          </tbody>
        </table>
      )}
      {hasMore && (
        <button type="button" className="button" disabled={isReading} onClick={more}>
          Show more
        </button>
      )}
      {revoking && (
        <Modal title={`Revoke for ${revoking.nodeId}?`} onClose={() => setRevoking(null)}>
          <p>
            All standing approvals for the step{' '}
            <strong>
              <VisibleText text={revoking.nodeId} />
            </strong>{' '}
            in the run{' '}
            <strong>
              <VisibleText text={revoking.graphExecId} />
            </strong>{' '}
            end. Requests come to a person again. What was already approved stays approved.
          </p>
          <div className="actions">
            <button
              type="button"
              className="button danger solid"
              onClick={() => void revoke(revoking)}
            >
              Revoke
            </button>
            <button type="button" className="button" onClick={() => setRevoking(null)}>
              Cancel
            </button>
          </div>
        </Modal>
      )}
    </>
  );
}

type RowProps = { approval: Approval; mayRevoke: boolean; onRevoke(): void };

function ApprovalRow({ approval, mayRevoke, onRevoke }: RowProps): ReactNode {
  const { nodeId, graphId, graphVersion, graphExecId, requestedBy, when } = approval;
  const { createdBy, createdAt, uses, maxUses, expiresAt } = approval;
  const isAway = useIsAway();
  const ended = whyEnded(approval);
  return (
    <tr data-off={ended === null ? undefined : ''}>
      <th scope="row">
        <VisibleText text={nodeId} />
        <span className="standing-place">
          <VisibleText text={graphId} /> v{graphVersion}
        </span>
        <span className="standing-place">
          Run <VisibleText text={graphExecId} />
        </span>
      </th>
      <td data-label="Covers">
        {requestedBy === null ? 'Any agent' : <VisibleText text={requestedBy} />}
        <Condition when={when} />
      </td>
      <td data-label="Given by">
        <VisibleText text={createdBy} />, <Age since={createdAt} /> ago
      </td>
      <td data-label="Uses">
        {uses.toLocaleString('en')}
        {maxUses === null ? '' : ` of ${maxUses.toLocaleString('en')}`}
      </td>
      <td data-label="Until">
        {ended !== null ? (
          <span className="tag">
            <VisibleText text={ended} />
          </span>
        ) : expiresAt === null ? (
          'No end'
        ) : (
          <>
            {new Date(expiresAt).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })}
            <span className="standing-place">
              <Remaining until={expiresAt} />
            </span>
          </>
        )}
      </td>
      {mayRevoke && (
        <td>
          {ended === null && (
            <button
              type="button"
              className="button small danger"
              disabled={isAway}
              onClick={onRevoke}
            >
              Revoke…<span className="visually-hidden"> {nodeId}</span>
            </button>
          )}
        </td>
      )}
    </tr>
  );
}

/** The standing approvals, page by page, newest first. */
function useApprovals(choice: Choice) {
  const { service } = usePage();
  const [approvals, setApprovals] = useState<readonly Approval[] | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isReading, setReading] = useState(true);
  /** Answers to earlier requests are ignored. */
  const round = useRef(0);

  const read = async (after: string | null) => {
    const own = ++round.current;
    setReading(true);
    try {
      const variables = { active: activeOf[choice], after };
      const { allAutoApprovals } = await service.request(AllStandingApprovalsDocument, variables);
      if (own !== round.current) return;
      const { edges, pageInfo } = allAutoApprovals;
      const found = edges.map(({ node }) => node);
      setApprovals((before) => (after === null ? found : [...(before ?? []), ...found]));
      setCursor(pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null);
      setProblem(null);
    } catch (error) {
      if (own === round.current) setProblem(messageOf(error));
    } finally {
      if (own === round.current) setReading(false);
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: mounted anew for each choice
  useEffect(() => {
    void read(null);
    return () => {
      round.current++;
    };
  }, []);
  return {
    approvals,
    hasMore: cursor !== null,
    problem,
    isReading,
    more: () => void read(cursor),
    reload: () => void read(null),
  };
}
