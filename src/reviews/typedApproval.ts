import { approvalTypeOf, messageOf, readApproval } from '@holdpoint/client/approvals';
import type { JsonText } from '@holdpoint/client/json';
import { MAX_INSTRUCTIONS_CHARACTERS } from './fields.ts';

/** The payload's `approval_type` if that is a string, otherwise null. */
export const approvalTypeIn = (payload: JsonText): string | null =>
  mayBeApproval(payload) ? approvalTypeOf(payload.value) : null;

/**
 * The payload as an approval of a plan, a memory operation or code. Null if it is none of these.
 */
export const approvalIn = (payload: JsonText) =>
  mayBeApproval(payload) ? readApproval(payload.value) : null;

/** Instructions for an approval that was requested without any. Null if they would be too long. */
export function defaultInstructions(payload: JsonText): string | null {
  const approval = approvalIn(payload);
  const message = approval && messageOf(approval);
  return message && message.length <= MAX_INSTRUCTIONS_CHARACTERS ? message : null;
}

/** A cheap check that avoids parsing most payloads. Keys in a JsonText have no needless escapes. */
const mayBeApproval = (payload: JsonText): boolean => payload.text.includes('"approval_type"');
