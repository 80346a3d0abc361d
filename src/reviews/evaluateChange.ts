import type { JsonText } from '@holdpoint/client/json';
import { approversOf } from '../people/ballot.ts';
import type { Requirement } from '../people/requirement.ts';
import { evaluate } from '../policy/evaluate.ts';
import { nowOf, type Policy } from '../policy/policies.ts';
import { denialOf, stricter } from './policyOutcome.ts';
import { subjectWith } from './policySubject.ts';
import type { Review } from './review.ts';

/** What a review requires from now on, because rules require it. */
export type NewBallot = {
  approvalsRequired: Requirement[];
  approverTeams: string[];
  approverActors: string[];
};

/**
 * Evaluates a changed payload like a new request. A rule that asks for approvals adds them, and
 * removes none. A rule that allows has no effect.
 * @returns which rule denies it, or null; and the new ballot, undefined if it stays as it is
 */
export function evaluateChange(
  policy: Policy,
  review: Review,
  payload: JsonText,
): { denial: string | null; ballot: NewBallot | undefined } {
  if (policy.mode !== 'ENFORCED') return { denial: null, ballot: undefined };
  const verdict = evaluate(policy.rules, subjectWith(review, payload, nowOf(policy)));
  if (verdict.effect === 'DENY') return { denial: denialOf(verdict), ballot: undefined };
  const { approvalsRequired } = stricter(review, verdict);
  if (verdict.approvalsRequired.length === 0 || approvalsRequired === null) {
    return { denial: null, ballot: undefined };
  }
  const { teams, actors } = approversOf({ ...review, approvalsRequired });
  return {
    denial: null,
    ballot: { approvalsRequired, approverTeams: teams, approverActors: actors },
  };
}
