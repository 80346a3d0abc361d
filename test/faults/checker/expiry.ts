import { ROUNDING_MS, type Rule } from './run.ts';

/** How late a review may expire after the last fault. The service promises one second. */
const GRACE_MS = 2_000;

/**
 * An undecided review expires, not too early, and cannot be decided afterwards. Each review has an
 * expiry time after its request, whatever the client's clock shows.
 */
export const expiryIsKept: Rule = ({ database }) => {
  const wrong: string[] = [];
  for (const row of database.reviews) {
    const { nodeExecId, status, decisionSource, expiresAt, reviewedAt, createdAt } = row;
    if (expiresAt === null || expiresAt < createdAt) {
      wrong.push(`${nodeExecId} was accepted with the invalid expiry time ${expiresAt}`);
      continue;
    }
    const at = reviewedAt ?? 0;
    if (status === 'WAITING' && expiresAt < database.readAt - GRACE_MS)
      wrong.push(`${nodeExecId} is WAITING after its expiry`);
    if (decisionSource === 'EXPIRY' && status !== 'REJECTED')
      wrong.push(`${nodeExecId} was approved by expiry`);
    if (decisionSource === 'EXPIRY' && at < expiresAt - ROUNDING_MS)
      wrong.push(`${nodeExecId} expired too early`);
    const isHuman = ['REVIEWER', 'OVERRIDE', 'AUTO_APPROVAL'].includes(decisionSource ?? '');
    if (isHuman && at > expiresAt + ROUNDING_MS)
      wrong.push(`${nodeExecId} was decided after its expiry`);
  }
  return wrong;
};
