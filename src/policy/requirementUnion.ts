import type { Requirement } from '../people/requirement.ts';
import type { PolicyRule } from './rule.ts';

/** A requirement, and the rules that it comes from. */
export type RuleRequirement = Requirement & { ruleIds: string[] };

/** The requirements of several rules: of the same team or actors, those with the larger count. */
export function requirementUnion(
  rules: readonly Pick<PolicyRule, 'ruleId' | 'approvalsRequired'>[],
): RuleRequirement[] {
  const union = new Map<string, RuleRequirement>();
  for (const { ruleId, approvalsRequired } of rules) {
    for (const requirement of approvalsRequired) {
      const { teamId, actors, count } = requirement;
      const key = JSON.stringify([teamId, actors && [...actors].sort()]);
      const known = union.get(key);
      if (known === undefined) {
        union.set(key, { ...requirement, ruleIds: [ruleId] });
      } else {
        known.count = Math.max(known.count, count);
        if (!known.ruleIds.includes(ruleId)) known.ruleIds.push(ruleId);
      }
    }
  }
  return [...union.values()];
}
