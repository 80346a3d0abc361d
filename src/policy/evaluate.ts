import { parseDuration } from '../duration.ts';
import type { EscalationStep } from '../people/escalation.ts';
import { type Expression, isExpression } from './expression/compile.ts';
import { describe } from './expression/position.ts';
import { Scope } from './expression/scope.ts';
import { Problem } from './expression/values.ts';
import {
  compileRule,
  EFFECTS,
  type Effect,
  type PolicyRule,
  RISKS,
  type Risk,
  type RuleRequirement,
  requiredBy,
} from './rule.ts';
import { type Subject, variablesOf } from './subject.ts';

type CompiledRule = { rule: PolicyRule; evaluate: Expression['evaluate'] };

export type CompiledRules = {
  /** In the order of the policy. */
  readonly rules: readonly CompiledRule[];
  /** In the order in which they are evaluated. */
  readonly inTurn: readonly CompiledRule[];
};

// Together, the rules of a verdict may take 3.5 million steps of about 5 ns. Each may take what it
// needs of the shared steps, and in any case a few of its own, so that no rule can keep a simple one
// from being evaluated.
const OWN_STEPS = 20_000;
const SHARED_STEPS = 1_500_000;

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
  const compiled = rules.map((rule): CompiledRule => {
    const expression = compileRule(rule);
    if (isExpression(expression)) return { rule, evaluate: expression.evaluate };
    const problem = new Problem(describe(expression, rule.when));
    return { rule, evaluate: () => problem };
  });
  return { rules: compiled, inTurn: compiled.toSorted(byTurn) };
}

/**
 * An order that does not depend on that of the policy. Those that deny come first: no other rule
 * can use up what they need.
 */
function byTurn({ rule: one }: CompiledRule, { rule: other }: CompiledRule): number {
  const byStrictness = EFFECTS.indexOf(other.effect) - EFFECTS.indexOf(one.effect);
  return byStrictness || (one.ruleId < other.ruleId ? -1 : 1);
}

/**
 * Evaluates all rules; the strictest effect wins, so their order does not matter. What is uncertain
 * goes to a person: a REVIEW rule with a problem applies, a DENY rule with one asks for a person
 * and raises the risk to HIGH, an ALLOW rule with one does not apply.
 *
 * Never throws.
 */
export function evaluate({ rules, inTurn }: CompiledRules, subject: Subject): Verdict {
  const results = resultsOf(inTurn, subject);
  const problems: RuleProblem[] = [];
  const denying: PolicyRule[] = [];
  const asking: PolicyRule[] = [];
  const allowing: PolicyRule[] = [];
  const risks: Risk[] = [];
  for (const { rule } of rules) {
    const { ruleId, effect, risk } = rule;
    const result = results.get(rule);
    if (result === false) continue;
    if (result !== true) {
      problems.push({ ruleId, message: result?.message ?? 'was not evaluated' });
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

function resultsOf(
  rules: readonly CompiledRule[],
  subject: Subject,
): ReadonlyMap<PolicyRule, boolean | Problem> {
  const variables = variablesOf(subject);
  const results = new Map<PolicyRule, boolean | Problem>();
  let shared = SHARED_STEPS;
  for (const { rule, evaluate } of rules) {
    const scope = new Scope(variables, OWN_STEPS + shared);
    results.set(rule, evaluate(scope));
    shared = Math.min(shared, Math.max(0, scope.steps));
  }
  return results;
}

/** What REVIEW rules ask for together. */
function demandsOf(
  rules: readonly PolicyRule[],
): Pick<Verdict, 'approvalsRequired' | 'escalation' | 'expiresAfterMs'> {
  const times = rules.flatMap(({ expiresAfter }) =>
    expiresAfter === null ? [] : (parseDuration(expiresAfter) ?? 0),
  );
  return {
    approvalsRequired: requiredBy(rules),
    escalation: rules
      .flatMap(({ ruleId, escalation }) => escalation.map((step) => ({ ...step, ruleId })))
      .sort((one, other) => one.afterMs - other.afterMs),
    expiresAfterMs: times.length === 0 ? null : Math.min(...times),
  };
}

const highest = (risks: readonly Risk[]): Risk | null =>
  RISKS.findLast((risk) => risks.includes(risk)) ?? null;
