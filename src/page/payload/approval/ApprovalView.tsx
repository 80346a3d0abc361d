import type { ReactNode } from 'react';
import { JsonTree } from '../tree/JsonTree.tsx';
import type { Approval } from './approval.ts';
import { CodeView } from './CodeView.tsx';
import { MemoryView } from './MemoryView.tsx';
import { PlanView } from './PlanView.tsx';

type Props = { readonly approval: Approval };

/** A plan, a memory or code in its own form, and below it everything else that the payload holds. */
export function ApprovalView({ approval }: Props): ReactNode {
  return (
    <div className="approval">
      {approval.kind === 'plan' && <PlanView plan={approval} />}
      {approval.kind === 'memory' && <MemoryView memory={approval} />}
      {approval.kind === 'code' && <CodeView approval={approval} />}
      {approval.rest !== undefined && (
        <div className="approval-rest">
          <p className="part-title">Also in the payload</p>
          <JsonTree root={approval.rest} label="Also in the payload" />
        </div>
      )}
    </div>
  );
}
