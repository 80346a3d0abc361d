import type { Requirement } from './requirement.ts';

/** What a requirement asks for, without how many. */
const keyOf = ({ teamId, actors }: Requirement): string =>
  JSON.stringify([teamId, actors && [...actors].sort()]);

/** Requirements without repetition: of those of the same team or actors, the larger count. */
export function requirementUnion<R extends Requirement>(requirements: readonly R[]): R[] {
  const union = new Map<string, R>();
  for (const requirement of requirements) {
    const key = keyOf(requirement);
    const known = union.get(key);
    union.set(key, known === undefined ? requirement : merged(known, requirement));
  }
  return [...union.values()];
}

function merged<R extends Requirement>(one: R, other: R): R {
  const ruleIds = [...new Set([...(one.ruleIds ?? []), ...(other.ruleIds ?? [])])];
  const ruleCount = Math.max(one.ruleCount ?? 0, other.ruleCount ?? 0);
  return {
    ...one,
    count: Math.max(one.count, other.count),
    ...(ruleIds.length > 0 && { ruleIds }),
    ...(ruleCount > 0 && { ruleCount }),
  };
}

/** Adds what rules require to what a request requires. */
export const withRules = (
  requested: readonly Requirement[],
  ofRules: readonly Requirement[],
): Requirement[] =>
  requirementUnion([
    ...requested,
    ...ofRules.map((rule) => ({ ...rule, ruleCount: rule.ruleCount ?? rule.count })),
  ]);
