import type { DatabaseState } from '../databaseState.ts';
import type { Entry } from '../history.ts';
import { isSigned } from '../load/signedStep.ts';
import { isTalk } from '../load/talkStep.ts';
import { approvalsAreForTheirOwn } from './approvals.ts';
import { consumedOnce } from './consumption.ts';
import { errorsAreHonest } from './errors.ts';
import { eventsAreEvidence } from './evidence.ts';
import { endedExecutionsAreClosed } from './executions.ts';
import { expiryIsKept } from './expiry.ts';
import { feedsAreWhole } from './feed.ts';
import { outcomesAreOne } from './outcomes.ts';
import { agentsKeepToTheirOwn } from './ownRequests.ts';
import { policyIsObeyed } from './policy.ts';
import { requestsAreKept } from './requests.ts';
import { type Rule, type Run, runOf } from './run.ts';
import { reviewOf, signOffsAreKept } from './signOffs.ts';
import { standingApprovalsAreBounded } from './standingApprovals.ts';
import { stopsAreFinal } from './stops.ts';
import { decisionsAreOfTheirSubject } from './subjects.ts';
import { talksAreKept } from './talks.ts';
import { webhooksAreDelivered } from './webhooks.ts';

/** What holds for reviews that one person decides once and for all. */
const rulesOfSingleDecisions = {
  'every review has one outcome': outcomesAreOne,
  'a decision is about what the reviewer saw': decisionsAreOfTheirSubject,
  'events are evidence': eventsAreEvidence,
} satisfies Record<string, Rule>;

/** What holds for reviews that are approved or rejected as they were requested. */
const rulesOfApprovals = {
  'every acknowledged request is stored': requestsAreKept,
  'several approvals are by as many eligible people': signOffsAreKept,
  'an approval is consumed once, as it was approved': consumedOnce,
  'an approval is only for its parties, while it is valid': approvalsAreForTheirOwn,
  'standing approvals stay within their bounds': standingApprovalsAreBounded,
  'the policy is obeyed, in the version that counts': policyIsObeyed,
  'ended runs let nothing through': endedExecutionsAreClosed,
  'stops are final': stopsAreFinal,
  'expired reviews are rejected on time': expiryIsKept,
} satisfies Record<string, Rule>;

/** What holds for all reviews. */
const rulesOfAll = {
  'questions have one answer, and the newest revision is approved': talksAreKept,
  'agents see and change only their own requests': agentsKeepToTheirOwn,
  'no event is lost, duplicated or out of order': feedsAreWhole,
  'every webhook is delivered, in order': webhooksAreDelivered,
  'errors are honest': errorsAreHonest,
} satisfies Record<string, Rule>;

export const rules = { ...rulesOfSingleDecisions, ...rulesOfApprovals, ...rulesOfAll };

export type Promised = keyof typeof rules;
export type Violation = { promise: Promised; what: string };

/**
 * Checks a history against the final state of the database.
 * @returns all violations
 */
export function check(entries: readonly Entry[], database: DatabaseState): Violation[] {
  const broken = (some: Partial<Record<Promised, Rule>>, run: Run) =>
    Object.entries(some).flatMap(([promise, rule]) =>
      rule(run).map((what) => ({ promise: promise as Promised, what })),
    );
  const isSingle = (nodeExecId: string) => !isSigned(nodeExecId) && !isTalk(nodeExecId);
  const isFixed = (nodeExecId: string) => !isTalk(nodeExecId);
  return [
    // The decisions of those that need several approvals can be withdrawn.
    ...broken(rulesOfSingleDecisions, runOfSome(entries, database, isSingle)),
    ...broken(rulesOfApprovals, runOfSome(entries, database, isFixed)),
    ...broken(rulesOfAll, runOf(entries, database)),
  ];
}

/** The run of only some reviews. */
function runOfSome(
  entries: readonly Entry[],
  database: DatabaseState,
  isOne: (nodeExecId: string) => boolean,
): Run {
  const isOfOne = ({ nodeExecId }: { nodeExecId: string }) => isOne(nodeExecId);
  const kept = entries.filter((entry) => {
    if (entry.type === 'operation') return isOne(reviewOf(entry));
    return entry.type === 'event' || entry.type === 'message' ? isOfOne(entry) : true;
  });
  return runOf(kept, {
    ...database,
    reviews: database.reviews.filter(isOfOne),
    events: database.events.filter(isOfOne),
  });
}
