import { type ReactNode, useState } from 'react';
import { useQuery } from 'urql';
import { RevokeAutoApprovalDocument, StandingApprovalsDocument } from '../generated/graphql.ts';
import { Age } from '../parts/Age.tsx';
import { announce } from '../parts/Announcer.tsx';
import { counted } from '../parts/spanText.ts';
import { VisibleText } from '../payload/text/VisibleText.tsx';
import { ask, documentOf, type ServiceError } from '../service/openClient.ts';
import { usePage } from '../state/page.ts';

const document = documentOf(StandingApprovalsDocument);

/** The standing approvals of an execution, each with a way to end it. */
export function StandingApprovals({
  graphExecId,
  mayRevoke = true,
}: {
  graphExecId: string;
  mayRevoke?: boolean;
}): ReactNode {
  const { client } = usePage();
  const [{ data, error }, again] = useQuery({ query: document, variables: { graphExecId } });
  const [problem, setProblem] = useState<string | null>(null);
  const active = data?.autoApprovals.filter((approval) => approval.active) ?? [];

  const revoke = async (nodeId: string) => {
    setProblem(null);
    try {
      const { revokeAutoApproval } = await ask(client, 'mutation', RevokeAutoApprovalDocument, {
        input: { graphExecId, nodeId },
      });
      if (revokeAutoApproval.__typename !== 'RevokeAutoApprovalPayload') {
        setProblem(revokeAutoApproval.message);
      } else announce(`Revoked: ${nodeId} asks again`);
    } catch (failure) {
      setProblem((failure as ServiceError).message);
    }
    again({ requestPolicy: 'network-only' });
  };
  return (
    <section className="standing" aria-label="Standing approvals">
      <p className="part-title">Standing approvals of this execution</p>
      {error && !data && <p className="problem">They could not be read: {error.message}</p>}
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {data && active.length === 0 && <p className="muted">None</p>}
      <ul>
        {active.map(({ id, nodeId, createdBy, createdAt, uses, maxUses, expiresAt }) => (
          <li key={id}>
            <span>
              <strong>
                <VisibleText text={nodeId} />
              </strong>{' '}
              <span className="muted">
                by <VisibleText text={createdBy} />, <Age since={createdAt} /> ago, used{' '}
                {counted(uses, 'time')}
                {maxUses !== null && ` of ${maxUses}`}
                {expiresAt !== null && `, until ${new Date(expiresAt).toLocaleString()}`}
              </span>
            </span>
            {mayRevoke && (
              <button type="button" className="button small" onClick={() => void revoke(nodeId)}>
                Revoke<span className="visually-hidden"> {nodeId}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
