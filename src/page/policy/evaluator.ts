import { JsonText } from '@holdpoint/client/json';
import { parseDuration } from '../../duration.ts';
import { whyNotMet } from '../../policy/condition.ts';
import { compileRules, evaluate, type Verdict } from '../../policy/evaluate.ts';
import { isExpression } from '../../policy/expression/compile.ts';
import type { ExpressionProblem } from '../../policy/expression/position.ts';
import { compileRule, type Effect, type PolicyRule } from '../../policy/rule.ts';
import type { Subject } from '../../policy/subject.ts';
import type { Detail } from '../data/details.ts';
import type { RuleInput } from './draft.ts';

// The service's own evaluation of rules. It is loaded when somebody writes an expression.

export { checkCondition } from '../../policy/condition.ts';
export type { Verdict } from '../../policy/evaluate.ts';
export type { Subject } from '../../policy/subject.ts';

/** What is wrong with the expression of a rule; null if nothing is. */
export function checkRule(when: string, effect: Effect): ExpressionProblem | null {
  const compiled = compileRule({ when, effect });
  return isExpression(compiled) ? null : compiled;
}

/** Why a condition is not true for a review; null if it is. */
export const whyNotMetBy = (when: string, { payload, createdAt, ...review }: Detail) =>
  whyNotMet(when, {
    ...review,
    kind: 'ACTION',
    payload: new JsonText(payload),
    now: new Date(createdAt),
  });

/** What a draft says about a request. */
export const verdictOf = (
  rules: readonly RuleInput[],
  { payload, ...subject }: Omit<Subject, 'payload'> & { payload: string },
): Verdict =>
  evaluate(compileRules(rules.map(ruleOf)), { ...subject, payload: new JsonText(payload) });

const ruleOf = ({ approvalsRequired, escalation, ...rule }: RuleInput): PolicyRule => ({
  ...rule,
  approvalsRequired: approvalsRequired.map(({ teamId = null, actors = null, count }) => ({
    teamId,
    actors,
    count,
  })),
  escalation: escalation.map(({ after, ...who }) => ({
    ...who,
    afterMs: parseDuration(after) ?? 0,
  })),
});
