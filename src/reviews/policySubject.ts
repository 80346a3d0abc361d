import type { JsonText } from '@holdpoint/client/json';
import type { Queries } from '../database/connections.ts';
import type { Risk } from '../policy/rule.ts';
import type { Subject } from '../policy/subject.ts';
import type { StoredVerdict } from '../policy/verdict.ts';
import { payloadOf, storedJson } from './payloads.ts';
import type { Review } from './review.ts';

/**
 * A review as rules and conditions see it.
 * @param payload what the agent would act on
 * @param now the time that they see
 */
export const subjectWith = (review: Review, payload: JsonText, now: Date): Subject => ({
  kind: review.kind,
  nodeId: review.nodeId,
  graphId: review.graphId,
  graphVersion: review.graphVersion,
  graphExecId: review.graphExecId,
  requestedBy: review.requestedBy,
  consumers: review.consumers,
  instructions: review.instructions,
  headline: review.headline,
  tags: review.tags,
  risk: askedRiskOf(review),
  payload,
  now,
});

/**
 * A review with its current payload, which is read now if it is large.
 * @returns undefined if the review was deleted or edited since it was read
 */
export async function subjectOf(
  database: Queries,
  review: Review,
  now: Date,
): Promise<Subject | undefined> {
  const payload = await payloadOf(database, review);
  return payload === undefined ? undefined : subjectWith(review, storedJson(payload), now);
}

/** The risk that the agent named: rules do not see how a rule raised it. */
function askedRiskOf({ risk, policyVerdict }: Review): Risk | null {
  const { askedRisk } = (policyVerdict ?? {}) as Partial<StoredVerdict>;
  return askedRisk === undefined ? risk : askedRisk;
}
