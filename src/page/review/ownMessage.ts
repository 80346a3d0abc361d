import { messageOf, readApproval } from '../../approvals/builtInKinds.ts';
import { parseJson } from '../../json/parseJson.ts';

/** Whether instructions are what the service writes for such a payload where the agent says nothing of its own. */
export function isOwnMessage(instructions: string, payload: string): boolean {
  const approval = readApproval(parseJson(payload));
  return approval !== null && messageOf(approval) === instructions;
}
