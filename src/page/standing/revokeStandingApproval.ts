import { messageOf, type Service } from '../data/service.ts';
import { RevokeAutoApprovalDocument } from '../generated/graphql.ts';
import { announce } from '../parts/Announcer.tsx';

type Step = { graphExecId: string; nodeId: string };

/**
 * Revokes the standing approvals of a step in a run.
 * @returns why they could not be revoked; null if they were
 */
export async function revokeStandingApproval(
  service: Service,
  { graphExecId, nodeId }: Step,
): Promise<string | null> {
  try {
    const input = { graphExecId, nodeId };
    const { revokeAutoApproval } = await service.request(RevokeAutoApprovalDocument, { input });
    if (revokeAutoApproval.__typename !== 'RevokeAutoApprovalPayload') {
      return revokeAutoApproval.message;
    }
    announce(`Revoked. ${nodeId} needs approval again.`);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
