import { JsonText } from '@holdpoint/client/json';
import { compileRules, evaluate, type Verdict } from '../../policy/evaluate.ts';
import { type ExpressionProblem, isExpression } from '../../policy/expression/compile.ts';
import { Problem } from '../../policy/expression/values.ts';
import { compileForAllow, compileRule, type Effect, type PolicyRule } from '../../policy/rule.ts';
import { type Subject, variablesOf } from '../../policy/subject.ts';
import type { Detail } from '../data/details.ts';

// The service's own evaluation of rules. It is loaded when somebody writes an expression.

/** What is wrong with the expression of a rule; null if nothing is. */
export function checkRule(when: string, effect: Effect): ExpressionProblem | null {
  const compiled = compileRule({ when, effect });
  return isExpression(compiled) ? null : compiled;
}

/** What is wrong with the condition of a standing approval; null if nothing is. */
export function checkCondition(when: string): ExpressionProblem | null {
  const compiled = compileForAllow(when);
  return isExpression(compiled) ? null : compiled;
}

/** Why a condition is not true for a review; null if it is. */
export function whyNotMet(when: string, review: Detail): string | null {
  const compiled = compileForAllow(when);
  if (!isExpression(compiled)) return compiled.message;
  const result = compiled.evaluate(variablesOf(subjectOf(review)));
  if (result === true) return null;
  return result instanceof Problem ? result.message : 'it is false';
}

/** What a draft says about a request. */
export const verdictOf = (rules: readonly PolicyRule[], subject: Subject): Verdict =>
  evaluate(compileRules(rules), subject);

const subjectOf = ({ payload, createdAt, ...review }: Detail): Subject => ({
  ...review,
  kind: 'ACTION',
  payload: new JsonText(payload),
  now: new Date(createdAt),
});
