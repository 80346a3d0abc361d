import type { JsonText } from '@holdpoint/client/json';
import { type InputIssue, InvalidInputError } from '../input.ts';
import { approversOf } from '../people/ballot.ts';
import type { Requirement } from '../people/requirement.ts';
import { evaluate } from '../policy/evaluate.ts';
import { nowOf, type Policy } from '../policy/policies.ts';
import type { DecisionName } from './fields.ts';
import { denialOf, stricter } from './policyOutcome.ts';
import { subjectWith } from './policySubject.ts';
import type { Review } from './review.ts';

/** What a review requires after an edit, because rules require it. Parameter of `decide`. */
type Ballot = {
  approvalsRequired: Requirement[];
  approverTeams: string[];
  approverActors: string[];
};

export type EvaluatedEdits = {
  /** The version that they were evaluated under. Null: none needed it. */
  policyVersion: number | null;
  /** By decision. Undefined: the requirements stay as they are. */
  ballots: (Ballot | undefined)[];
};

type Decision = { decision: DecisionName; payload?: JsonText | undefined };

/**
 * Evaluates edits like new requests. A rule that asks for approvals adds them: the edit is then a
 * vote. A rule that allows has no effect.
 * @throws InvalidInputError if a rule denies an edit
 */
export function evaluateEdits(
  policy: Policy,
  decisions: readonly Decision[],
  reviews: readonly (Review & { isEdit: boolean })[],
): EvaluatedEdits {
  const denied: InputIssue[] = [];
  const ballots = reviews.map((review, at) => {
    const { decision, payload } = decisions[at] as Decision;
    if (policy.mode !== 'ENFORCED' || !review.isEdit || !payload || decision !== 'APPROVE') {
      return undefined;
    }
    const verdict = evaluate(policy.rules, subjectWith(review, payload, nowOf(policy)));
    if (verdict.effect === 'DENY') {
      const message = `is ${denialOf(verdict)}`;
      denied.push({ path: `input.decisions.${at}.payload`, message });
    }
    if (verdict.approvalsRequired.length === 0) return undefined;
    const { approvalsRequired } = stricter(review, verdict);
    const { teams, actors } = approversOf({ ...review, approvalsRequired });
    return {
      approvalsRequired: approvalsRequired as Requirement[],
      approverTeams: teams,
      approverActors: actors,
    };
  });
  if (denied.length > 0) throw new InvalidInputError(denied);
  return { policyVersion: policy.version, ballots };
}
