import type { JsonText } from '@holdpoint/client/json';
import { approversOf } from '../people/ballot.ts';
import type { Requirement } from '../people/requirement.ts';
import { evaluate } from '../policy/evaluate.ts';
import { nowOf, type Policy } from '../policy/policies.ts';
import type { Risk } from '../policy/rule.ts';
import { denialOf, stricter } from './policyOutcome.ts';
import { subjectWith } from './policySubject.ts';
import type { Review } from './review.ts';

/** What a review requires from now on because of rules, and how risky it is. */
export type NewBallot = {
  risk: Risk | null;
  approvalsRequired: Requirement[];
  approverTeams: string[];
  approverActors: string[];
};

type Change = {
  /** Which rule denies the payload. Null: none. */
  denial: string | null;
  risk: Risk | null;
  /** Undefined: it stays as it is. */
  ballot: NewBallot | undefined;
};

/**
 * Evaluates a changed payload like a new request. Rules can only add approvals and raise the risk.
 * A rule that allows has no effect.
 */
export function evaluateChange(policy: Policy, review: Review, payload: JsonText): Change {
  const unchanged = { denial: null, risk: review.risk, ballot: undefined };
  if (policy.mode !== 'ENFORCED') return unchanged;
  const verdict = evaluate(policy.rules, subjectWith(review, payload, nowOf(policy)));
  if (verdict.effect === 'DENY') return { ...unchanged, denial: denialOf(verdict) };
  const { approvalsRequired, risk } = stricter(review, verdict);
  const isStricter = verdict.approvalsRequired.length > 0 || risk !== review.risk;
  if (approvalsRequired === null || !isStricter) return { ...unchanged, risk };
  const { teams, actors } = approversOf({ ...review, approvalsRequired });
  const ballot = { risk, approvalsRequired, approverTeams: teams, approverActors: actors };
  return { denial: null, risk, ballot };
}
