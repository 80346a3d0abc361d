import type { Approval, ApprovalKind } from './approvalKind.ts';
import { approvalTypeOf, isRecord } from './approvalType.ts';
import { type CodePayload, codeKind } from './codeApproval.ts';
import type { ApprovalIssue } from './invalidApprovalError.ts';
import { type MemoryPayload, memoryKind } from './memoryApproval.ts';
import { type PlanPayload, planKind } from './planApproval.ts';

type Payloads = { plan: PlanPayload; memory: MemoryPayload; code: CodePayload };
type Kind = keyof Payloads;

const kinds: { readonly [Name in Kind]: ApprovalKind<never, Payloads[Name]> } = {
  plan: planKind,
  memory: memoryKind,
  code: codeKind,
};

/** A payload of a built-in kind. */
export type BuiltInApproval = {
  [Name in Kind]: { readonly kind: Name; readonly payload: Approval<Payloads[Name]> };
}[Kind];

/** The approval in a payload; null if its kind is not built in, or it does not fit that kind. */
export function readApproval(payload: unknown): BuiltInApproval | null {
  const kind = kindNamedBy(payload);
  const approval = kind && kinds[kind].check(payload).approval;
  return approval ? ({ kind, payload: approval } as BuiltInApproval) : null;
}

/** The message to the reviewer, the same as in the request. */
export const messageOf = ({ kind, payload }: BuiltInApproval): string =>
  kinds[kind].message(payload as never);

/** Why an edit cannot replace an approval: it must fit the same kind and keep its type. */
export function editIssues(
  { kind, payload }: BuiltInApproval,
  edited: unknown,
): readonly ApprovalIssue[] {
  const type = payload.approval_type;
  if (approvalTypeOf(edited) !== type && isRecord(edited)) {
    return [{ path: ['approval_type'], message: `must stay ${JSON.stringify(type)}` }];
  }
  return kinds[kind].check(edited).issues ?? [];
}

function kindNamedBy(payload: unknown): Kind | null {
  const type = approvalTypeOf(payload);
  if (type === null) return null;
  return (Object.keys(kinds) as Kind[]).find((kind) => kinds[kind].covers(type)) ?? null;
}
