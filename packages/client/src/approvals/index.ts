// @holdpoint/client/approvals. It needs neither Node.js nor any package. LangGraph is imported only
// if a service inside a graph is interrupted.
export {
  type Approval,
  type ApprovalKind,
  type ApprovalKindDefinition,
  type ApprovalRequest,
  type CheckedApproval,
  defineApprovalKind,
  type PayloadSchema,
  type Presentation,
} from './approvalKind.ts';
export { approvalTypeOf, createApprovalType, isRecord } from './approvalType.ts';
export { type BuiltInApproval, editIssues, messageOf, readApproval } from './builtInKinds.ts';
export {
  type CodeApprovalInput,
  type CodePayload,
  codeKind,
  createCodeApproval,
  reasoningOf,
} from './codeApproval.ts';
export { handleServiceWithInterrupts, type Service } from './handleServiceWithInterrupts.ts';
export { type ApprovalIssue, InvalidApprovalError } from './invalidApprovalError.ts';
export {
  createMemoryApproval,
  type MemoryApprovalInput,
  type MemoryPayload,
  memoryKind,
} from './memoryApproval.ts';
export { block, code, line, link } from './message.ts';
export {
  createPlanApproval,
  type PlanApprovalInput,
  type PlanPayload,
  type PlanStep,
  planKind,
  planStepsOf,
} from './planApproval.ts';
export {
  type ApprovalResumeData,
  type ApprovalState,
  type ApprovedPayload,
  clearApprovalState,
  getApprovalResumeData,
  getApprovedPayloadFromState,
} from './resumeData.ts';
