import type { DatabaseState } from '../databaseState.ts';
import type { Entry } from '../history.ts';
import { approvalsAreForTheirOwn } from './approvals.ts';
import { consumedOnce } from './consumption.ts';
import { errorsAreHonest } from './errors.ts';
import { eventsAreEvidence } from './evidence.ts';
import { endedExecutionsAreClosed } from './executions.ts';
import { expiryIsKept } from './expiry.ts';
import { feedsAreWhole } from './feed.ts';
import { outcomesAreOne } from './outcomes.ts';
import { agentsKeepToTheirOwn } from './ownRequests.ts';
import { requestsAreKept } from './requests.ts';
import { type Rule, runOf } from './run.ts';
import { standingApprovalsAreBounded } from './standingApprovals.ts';
import { stopsAreFinal } from './stops.ts';
import { decisionsAreOfTheirSubject } from './subjects.ts';
import { webhooksAreDelivered } from './webhooks.ts';

export const rules = {
  'every acknowledged request is stored': requestsAreKept,
  'every review has one outcome': outcomesAreOne,
  'a decision is about what the reviewer saw': decisionsAreOfTheirSubject,
  'an approval is consumed once, as it was approved': consumedOnce,
  'an approval is only for its parties, while it is valid': approvalsAreForTheirOwn,
  'standing approvals stay within their bounds': standingApprovalsAreBounded,
  'ended runs let nothing through': endedExecutionsAreClosed,
  'stops are final': stopsAreFinal,
  'expired reviews are rejected on time': expiryIsKept,
  'agents see and change only their own requests': agentsKeepToTheirOwn,
  'no event is lost, duplicated or out of order': feedsAreWhole,
  'events are evidence': eventsAreEvidence,
  'every webhook is delivered, in order': webhooksAreDelivered,
  'errors are honest': errorsAreHonest,
} satisfies Record<string, Rule>;

export type Promised = keyof typeof rules;
export type Violation = { promise: Promised; what: string };

/**
 * Checks a history against the final state of the database.
 * @returns all violations
 */
export function check(entries: readonly Entry[], database: DatabaseState): Violation[] {
  const run = runOf(entries, database);
  return Object.entries(rules).flatMap(([promise, rule]) =>
    rule(run).map((what) => ({ promise: promise as Promised, what })),
  );
}
