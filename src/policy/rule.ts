import type { EscalationStep } from '../people/escalation.ts';
import type { Requirement } from '../people/requirement.ts';
import { requirementUnion } from '../people/requirementUnion.ts';
import { compile, type Expression, isExpression } from './expression/compile.ts';
import { type ExpressionProblem, problemAt, type Range } from './expression/position.ts';

/** From the mildest. */
export const EFFECTS = ['ALLOW', 'REVIEW', 'DENY'] as const;
export type Effect = (typeof EFFECTS)[number];

/** From the lowest. */
export const RISKS = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type Risk = (typeof RISKS)[number];

/** The higher of two risks. Null is lower than all. */
export const highestRisk = (one: Risk | null, other: Risk | null): Risk | null =>
  RISKS.findLast((risk) => risk === one || risk === other) ?? null;

/** Whether only a decision about the step itself approves it. */
export const isHighRisk = (risk: Risk | null): boolean => risk === 'HIGH' || risk === 'CRITICAL';

/** A rule of a policy, as stored in it as JSON. */
export type PolicyRule = {
  ruleId: string;
  when: string;
  effect: Effect;
  reason: string | null;
  approvalsRequired: Requirement[];
  escalation: EscalationStep[];
  expiresAfter: string | null;
  risk: Risk | null;
};

/** A requirement, and the rules that it comes from. */
export type RuleRequirement = Requirement & { ruleIds: string[] };

/** What REVIEW rules require together. */
export const requiredBy = (
  rules: readonly Pick<PolicyRule, 'ruleId' | 'approvalsRequired'>[],
): RuleRequirement[] =>
  requirementUnion(
    rules.flatMap(({ ruleId, approvalsRequired }) =>
      approvalsRequired.map((requirement) => ({ ...requirement, ruleIds: [ruleId] })),
    ),
  );

/** The agent's own words. A rule that lets an agent act alone may not rest on them. */
const AGENTS_WORDS = ['instructions', 'headline', 'tags', 'risk'] as const;

/**
 * Compiles an expression that lets an agent act without a person: it may not use the agent's own
 * words.
 */
export function compileForAllow(when: string): Expression | ExpressionProblem {
  const compiled = compile(when);
  if (!isExpression(compiled)) return compiled;
  const word = AGENTS_WORDS.find((word) => compiled.variables.has(word));
  if (word === undefined) return compiled;
  const message = `${word} is the agent's own words, which must not decide that nobody is asked`;
  return problemAt(when, message, compiled.variables.get(word) as Range);
}

export const compileRule = ({ when, effect }: Pick<PolicyRule, 'when' | 'effect'>) =>
  effect === 'ALLOW' ? compileForAllow(when) : compile(when);
