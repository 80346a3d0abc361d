import { clockNow } from '../data/clock.ts';
import type { StandingApprovalFragment } from '../generated/graphql.ts';

type Approval = Pick<
  StandingApprovalFragment,
  'active' | 'revokedAt' | 'revokedBy' | 'expiresAt' | 'maxUses' | 'uses'
>;

/** Why a standing approval approves nothing any more. Null: it is active. */
export function whyEnded(approval: Approval): string | null {
  const { active, revokedAt, revokedBy, expiresAt, maxUses, uses } = approval;
  if (revokedAt !== null) return revokedBy === null ? 'Revoked' : `Revoked by ${revokedBy}`;
  if (maxUses !== null && uses >= maxUses) return 'Used up';
  // It may also end while it is shown.
  const isOver = expiresAt !== null && Date.parse(expiresAt) <= clockNow();
  return active && !isOver ? null : 'Expired';
}
