import type { JsonText } from '@holdpoint/client/json';
import { type InputIssue, InvalidInputError } from '../input.ts';
import type { Policy } from '../policy/policies.ts';
import { evaluateChange, type NewBallot } from './evaluateChange.ts';
import type { DecisionName } from './fields.ts';
import type { Review } from './review.ts';

export type EvaluatedEdits = {
  /** The version that they were evaluated under. Null: none needed it. */
  policyVersion: number | null;
  /** By decision. Undefined: the requirements stay as they are. */
  ballots: (NewBallot | undefined)[];
};

type Decision = { decision: DecisionName; payload?: JsonText | undefined };

/**
 * Evaluates edits like new requests. A rule that asks for approvals adds them: the edit is then a
 * vote. Where others still have to vote, a rule may raise the risk. A rule that allows has no
 * effect.
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
    if (!review.isEdit || !payload || decision !== 'APPROVE') {
      return undefined;
    }
    const changed = evaluateChange(policy, review, payload);
    if (changed.denial === null) return changed.ballot;
    denied.push({ path: `input.decisions.${at}.payload`, message: `is ${changed.denial}` });
    return undefined;
  });
  if (denied.length > 0) throw new InvalidInputError(denied);
  return { policyVersion: policy.version, ballots };
}
