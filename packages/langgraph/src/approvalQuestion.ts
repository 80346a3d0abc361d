import {
  type ApprovalIssue,
  type ApprovalKind,
  type ApprovalRequest,
  approvalTypeOf,
  editIssues,
  isRecord,
  readApproval,
} from '@holdpoint/client/approvals';
import { instructionsOf } from './instructions.ts';
import { outcomeOfNode } from './outcome.ts';
import type { Decision, Interrupt, Questions } from './question.ts';

/** A kind with any payload. */
export type AnyKind = Pick<ApprovalKind<never, unknown>, 'name' | 'covers' | 'check'>;

/** The part of the state with the decision, and the answer to an approval interrupt. */
export type ApprovalAnswer = {
  approval_approved: boolean;
  approved_payload: Record<string, unknown> | null;
};

/** Whether an interrupt is an approval request of `@holdpoint/client/approvals`. */
export const isApprovalRequest = (value: unknown): value is ApprovalRequest =>
  isRecord(value) &&
  typeof value['userMessage'] === 'string' &&
  approvalTypeOf(value['resumePayload']) !== null;

/** The question of an approval request, of a built-in kind or one of the user's. */
export function approvalQuestion(
  interrupt: Interrupt,
  { userMessage, resumePayload }: ApprovalRequest,
  kinds: readonly AnyKind[],
): Questions {
  return {
    interrupt,
    questions: [
      {
        node: resumePayload.approval_type,
        payload: resumePayload,
        instructions: instructionsOf(userMessage),
        editable: true,
        refusal: ({ approved, data }) => {
          if (!approved) return null;
          const issues = issuesOf(resumePayload, data, kinds);
          return issues.length === 0 ? null : issues.map(textOf).join('; ');
        },
      },
    ],
    answer: ([decision]) => approvalAnswer(decision as Decision),
    outcome: (_at, _decisions, end) => outcomeOfNode(end),
  };
}

/** Case B35: `true` and the payload, or `false`. */
const approvalAnswer = ({ approved, data }: Decision): ApprovalAnswer => ({
  approval_approved: approved,
  approved_payload: approved ? (data as Record<string, unknown>) : null,
});

function issuesOf(
  asked: ApprovalRequest['resumePayload'],
  data: unknown,
  kinds: readonly AnyKind[],
): readonly ApprovalIssue[] {
  const builtIn = readApproval(asked);
  if (builtIn) return editIssues(builtIn, data);
  const type = asked.approval_type;
  if (approvalTypeOf(data) !== type) {
    return [{ path: ['approval_type'], message: `must stay ${JSON.stringify(type)}` }];
  }
  return kinds.find((kind) => kind.covers(type))?.check(data).issues ?? [];
}

const textOf = ({ path, message }: ApprovalIssue): string => `${path.join('.')} ${message}`.trim();
