import type { PolicyMode } from '../database/generated/prisma/client.ts';
import type { RuleProblem, Verdict } from './evaluate.ts';
import { type Effect, highestRisk, type Risk } from './rule.ts';

/** What the policy said when a review was requested. Stored in the review as JSON, for good. */
export type StoredVerdict = {
  mode: PolicyMode;
  effect: Effect;
  ruleIds: string[];
  problems: RuleProblem[];
  /** The risk that the agent named. Absent unless a rule raised it. */
  askedRisk?: Risk | null;
};

export function storedVerdict(
  mode: PolicyMode,
  { effect, ruleIds, problems, risk }: Verdict,
  askedRisk: Risk | null,
): StoredVerdict {
  const isRaised = mode === 'ENFORCED' && highestRisk(askedRisk, risk) !== askedRisk;
  return { mode, effect, ruleIds, problems, ...(isRaised && { askedRisk }) };
}
