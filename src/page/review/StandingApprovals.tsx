import { type ReactNode, useState } from 'react';
import { useIsAway, usePage } from '../data/page.ts';
import { useQuery } from '../data/useQuery.ts';
import { type StandingApprovalFragment, StandingApprovalsDocument } from '../generated/graphql.ts';
import { Age } from '../parts/Age.tsx';
import { count } from '../parts/format.ts';
import { VisibleText } from '../payload/Text.tsx';
import { Condition } from '../standing/Condition.tsx';
import { revokeStandingApproval } from '../standing/revokeStandingApproval.ts';

type Props = { graphExecId: string; mayRevoke?: boolean };

/** The active standing approvals of a run, which can be revoked. */
export function StandingApprovals({ graphExecId, mayRevoke = true }: Props): ReactNode {
  const { service } = usePage();
  const { data, error, reload } = useQuery(StandingApprovalsDocument, { graphExecId });
  const isAway = useIsAway();
  const [problem, setProblem] = useState<string | null>(null);
  const active = data?.autoApprovals.filter((approval) => approval.active) ?? [];

  const revoke = async (nodeId: string) => {
    setProblem(null);
    setProblem(await revokeStandingApproval(service, { graphExecId, nodeId }));
    reload();
  };
  return (
    <section className="standing" aria-label="Standing approvals">
      <p className="part-title">Standing approvals of this run</p>
      {error && !data && <p className="problem">They could not be loaded: {error}</p>}
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {data && active.length === 0 && <p className="muted">None</p>}
      <ul>
        {active.map(({ id, nodeId, createdBy, createdAt, uses, maxUses, expiresAt, ...bounds }) => (
          <li key={id}>
            <span className="standing-text">
              <strong>
                <VisibleText text={nodeId} />
              </strong>{' '}
              <span className="muted">
                by <VisibleText text={createdBy} />, <Age since={createdAt} /> ago, used{' '}
                {count(uses, 'time')}
                {maxUses !== null && ` of ${maxUses}`}
                {expiresAt !== null && `, expires ${new Date(expiresAt).toLocaleString()}`}
              </span>
              <Bounds {...bounds} />
            </span>
            {mayRevoke && (
              <button
                type="button"
                className="button small"
                disabled={isAway}
                onClick={() => void revoke(nodeId)}
              >
                Revoke<span className="visually-hidden"> {nodeId}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What a standing approval lets through. */
const Bounds = ({ when, requestedBy }: Pick<StandingApprovalFragment, 'when' | 'requestedBy'>) => (
  <span className="standing-bounds">
    {requestedBy === null ? (
      'Requests of any agent'
    ) : (
      <>
        Requests of <VisibleText text={requestedBy} />
      </>
    )}
    <Condition when={when} />
  </span>
);
