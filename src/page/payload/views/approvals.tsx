import type { JsonNode } from '@holdpoint/client/json';
import { type Approval, approvalOf } from '../approval.ts';
import { ApprovalView } from './ApprovalView.tsx';
import type { Found, Place, View } from './view.ts';

/** What asks for a plan, a memory change or code to be approved, by its `approval_type`. */
export const approvals: readonly View[] = [
  { name: 'plan', title: 'Plan', find: (node, place) => find('plan', node, place) },
  { name: 'memory', title: 'Memory', find: (node, place) => find('memory', node, place) },
  { name: 'python_executor', title: 'Code', find: (node, place) => find('code', node, place) },
];

function find(kind: Approval['kind'], node: JsonNode, { key }: Place): Found | undefined {
  const approval = key === undefined ? approvalOf(node) : undefined;
  if (approval?.kind !== kind) return undefined;
  return { show: <ApprovalView approval={approval} />, rest: approval.rest };
}
