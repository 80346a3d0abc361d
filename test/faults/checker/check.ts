import type { DatabaseState } from '../databaseState.ts';
import type { Entry } from '../history.ts';
import { autoApprovalsAreBounded } from './autoApprovals.ts';
import { consumedOnce } from './consumption.ts';
import { errorsAreHonest } from './errors.ts';
import { endedExecutionsAreClosed } from './executions.ts';
import { expiryIsKept } from './expiry.ts';
import { feedsAreWhole } from './feed.ts';
import { outcomesAreOne } from './outcomes.ts';
import { requestsAreKept } from './requests.ts';
import { type Rule, runOf } from './run.ts';
import { webhooksAreDelivered } from './webhooks.ts';

export const rules = {
  'every answered request is there': requestsAreKept,
  'every review has one outcome': outcomesAreOne,
  'nothing is consumed twice, or otherwise than approved': consumedOnce,
  'auto-approvals stay within their bounds': autoApprovalsAreBounded,
  'ended executions let nothing through': endedExecutionsAreClosed,
  'what expires is rejected, in its time': expiryIsKept,
  'no event is lost, doubled or out of order': feedsAreWhole,
  'every webhook is delivered, in order': webhooksAreDelivered,
  'errors are honest': errorsAreHonest,
} satisfies Record<string, Rule>;

export type Promised = keyof typeof rules;
export type Violation = { promise: Promised; what: string };

/**
 * Reads what happened and what is left of it. Pure: the same history brings the same answer.
 * @returns every promise that was broken, with each case; none where all were kept
 */
export function check(entries: readonly Entry[], database: DatabaseState): Violation[] {
  const run = runOf(entries, database);
  return Object.entries(rules).flatMap(([promise, rule]) =>
    rule(run).map((what) => ({ promise: promise as Promised, what })),
  );
}
