import { approvalTypeOf, editIssues, messageOf, readApproval } from '@holdpoint/client/approvals';
import type { JsonText } from '@holdpoint/client/json';
import { type InputIssue, InvalidInputError } from '../input.ts';
import { MAX_INSTRUCTIONS_CHARACTERS } from './fields.ts';

/** What a payload says that it is: its `approval_type` where that is text, else null. */
export const approvalTypeIn = (payload: JsonText): string | null =>
  mayBeApproval(payload) ? approvalTypeOf(payload.value) : null;

/** The payload as an approval of a plan, of memory or of code; null where it is none. */
export const approvalIn = (payload: JsonText) =>
  mayBeApproval(payload) ? readApproval(payload.value) : null;

/** What a reviewer is told of an approval where the agent says nothing else. Null where it would be too long. */
export function defaultInstructions(payload: JsonText): string | null {
  const approval = approvalIn(payload);
  const message = approval && messageOf(approval);
  return message && message.length <= MAX_INSTRUCTIONS_CHARACTERS ? message : null;
}

export type ApprovalEdit = { at: number; stored: JsonText; edit: JsonText };

/**
 * An edit of an approval must still fit its kind, and cannot make it another. Payloads of no kind known here may be edited
 * at will.
 * @param at the place of the decision in its request
 * @throws InvalidInputError with a path for each value that does not fit
 */
export function checkApprovalEdits(edits: readonly ApprovalEdit[]): void {
  const issues = edits.flatMap(({ at, stored, edit }): InputIssue[] => {
    const approval = approvalIn(stored);
    if (approval === null) return [];
    return editIssues(approval, edit.value).map(({ path, message }) => ({
      path: ['input', 'decisions', at, 'payload', ...path].join('.'),
      message,
    }));
  });
  if (issues.length > 0) throw new InvalidInputError(issues);
}

/** Most payloads are none, and this spares parsing them. In a JsonText no key has needless escapes. */
const mayBeApproval = (payload: JsonText): boolean => payload.text.includes('"approval_type"');
