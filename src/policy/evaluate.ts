import { parseDuration } from '../duration.ts';
import type { EscalationStep } from '../people/escalation.ts';
import { describe, type Expression, isExpression } from './expression/compile.ts';
import type { Variables } from './expression/scope.ts';
import { Problem } from './expression/values.ts';
import { type RuleRequirement, requirementUnion } from './requirementUnion.ts';
import { compileRule, type Effect, type PolicyRule, RISKS, type Risk } from './rule.ts';
import { type Subject, variablesOf } from './subject.ts';

export type { RuleRequirement } from './requirementUnion.ts';

type CompiledRule = { rule: PolicyRule; evaluate: Expression['evaluate'] };

export type CompiledRules = readonly CompiledRule[];

/** A rule that could not be evaluated. */
export type RuleProblem = { ruleId: string; message: string };

/** What a policy says about a review. */
export type Verdict = {
  effect: Effect;
  /** The rules that decided, in the order of the policy. Empty if none applies. */
  ruleIds: string[];
  problems: RuleProblem[];
  reasons: string[];
  approvalsRequired: RuleRequirement[];
  escalation: (EscalationStep & { ruleId: string })[];
  expiresAfterMs: number | null;
  risk: Risk | null;
};

/** Never throws: a stored rule that does not compile any more is a problem whenever it is used. */
export function compileRules(rules: readonly PolicyRule[]): CompiledRules {
  return rules.map((rule) => {
    const compiled = compileRule(rule);
    if (isExpression(compiled)) return { rule, evaluate: compiled.evaluate };
    const problem = new Problem(describe(compiled, rule.when));
    return { rule, evaluate: () => problem };
  });
}

/**
 * Evaluates all rules; the strictest effect wins, so their order does not matter. What is uncertain
 * goes to a person: a REVIEW rule with a problem applies, a DENY rule with one asks for a person
 * and raises the risk to HIGH, an ALLOW rule with one does not apply.
 *
 * Never throws.
 */
export function evaluate(rules: CompiledRules, subject: Subject): Verdict {
  const variables: Variables = variablesOf(subject);
  const problems: Verdict['problems'] = [];
  const denying: PolicyRule[] = [];
  const asking: PolicyRule[] = [];
  const allowing: PolicyRule[] = [];
  const risks: Risk[] = [];
  for (const { rule, evaluate } of rules) {
    const { ruleId, effect, risk } = rule;
    const result = evaluate(variables);
    if (result === false) continue;
    if (result instanceof Problem) {
      problems.push({ ruleId, message: result.message });
      if (effect === 'ALLOW') continue;
      if (effect === 'DENY') risks.push('HIGH');
      asking.push(rule);
    } else if (effect === 'DENY') {
      denying.push(rule);
    } else if (effect === 'REVIEW') {
      asking.push(rule);
    } else {
      allowing.push(rule);
    }
    if (risk !== null) risks.push(risk);
  }
  const [effect, deciding]: [Effect, PolicyRule[]] =
    denying.length > 0
      ? ['DENY', denying]
      : asking.length > 0 || allowing.length === 0
        ? ['REVIEW', asking]
        : ['ALLOW', allowing];
  return {
    effect,
    ruleIds: deciding.map(({ ruleId }) => ruleId),
    problems,
    reasons: [...new Set(deciding.flatMap(({ reason }) => reason ?? []))],
    risk: highest(risks),
    ...demandsOf(effect === 'REVIEW' ? deciding : []),
  };
}

/** What REVIEW rules ask for together. */
function demandsOf(
  rules: readonly PolicyRule[],
): Pick<Verdict, 'approvalsRequired' | 'escalation' | 'expiresAfterMs'> {
  const times = rules.flatMap(({ expiresAfter }) =>
    expiresAfter === null ? [] : (parseDuration(expiresAfter) ?? 0),
  );
  return {
    approvalsRequired: requirementUnion(rules),
    escalation: rules
      .flatMap(({ ruleId, escalation }) => escalation.map((step) => ({ ...step, ruleId })))
      .sort((one, other) => one.afterMs - other.afterMs),
    expiresAfterMs: times.length === 0 ? null : Math.min(...times),
  };
}

const highest = (risks: readonly Risk[]): Risk | null =>
  RISKS.findLast((risk) => risks.includes(risk)) ?? null;
