import { ROUNDING_MS, type Rule } from './run.ts';

/** How late an expiry may be after the last fault. The service promises a second. */
const GRACE_MS = 2_000;

/**
 * A review that nobody decided is rejected by expiry, not early, and is not decided after its time.
 * Each review has a time, and it lies ahead of its request, whatever the client's clock shows.
 */
export const expiryIsKept: Rule = ({ database }) => {
  const wrong: string[] = [];
  for (const row of database.reviews) {
    const { nodeExecId, status, decisionSource, expiresAt, reviewedAt, createdAt } = row;
    if (expiresAt === null || expiresAt < createdAt) {
      wrong.push(`${nodeExecId} was asked for with the time ${expiresAt}`);
      continue;
    }
    const at = reviewedAt ?? 0;
    if (status === 'WAITING' && expiresAt < database.readAt - GRACE_MS)
      wrong.push(`${nodeExecId} waits beyond its time`);
    if (decisionSource === 'EXPIRY' && status !== 'REJECTED')
      wrong.push(`${nodeExecId} was approved by time`);
    if (decisionSource === 'EXPIRY' && at < expiresAt - ROUNDING_MS)
      wrong.push(`${nodeExecId} was rejected before its time`);
    const isHuman = decisionSource === 'REVIEWER' || decisionSource === 'AUTO_APPROVAL';
    if (isHuman && at > expiresAt + ROUNDING_MS)
      wrong.push(`${nodeExecId} was decided after its time`);
  }
  return wrong;
};
