import { messageOf, readApproval } from '@holdpoint/client/approvals';
import { parseJson } from '@holdpoint/client/json';

/** Whether instructions are what the service writes for such a payload where the agent says nothing of its own. */
export function isOwnMessage(instructions: string, payload: string): boolean {
  const approval = readApproval(parseJson(payload));
  return approval !== null && messageOf(approval) === instructions;
}
