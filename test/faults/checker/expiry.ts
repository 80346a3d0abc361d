import type { Rule } from './run.ts';

/** Timestamps are kept to the millisecond. */
const ROUNDING_MS = 1;
/** After the last fault, and a good while more than the second that is promised. */
const GRACE_MS = 2_000;

/**
 * What nobody decided in time is rejected for that, not before its time and not otherwise afterwards. No wrong clock gets a
 * time that has passed, nor none: the service is set up with a longest one.
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
