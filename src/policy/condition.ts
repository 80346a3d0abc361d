import { LRUCache } from 'lru-cache';
import { type Expression, isExpression } from './expression/compile.ts';
import type { ExpressionProblem } from './expression/position.ts';
import { Scope } from './expression/scope.ts';
import { compileForAllow } from './rule.ts';
import { type Subject, variablesOf } from './subject.ts';

// The bounds of standing approvals.

const MAX_CACHED = 1_000;

/** Steps of about 5 ns. */
const MAX_STEPS = 4_000_000;

const cache = new LRUCache<string, Expression | ExpressionProblem>({ max: MAX_CACHED });

function compiled(text: string): Expression | ExpressionProblem {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const fresh = compileForAllow(text);
  cache.set(text, fresh);
  return fresh;
}

/** What is wrong with the bounds of a standing approval; null if nothing is. */
export function checkCondition(text: string): ExpressionProblem | null {
  const condition = compiled(text);
  return isExpression(condition) ? null : condition;
}

/** Whether a review is within the bounds of a standing approval. An error means no. */
export const meets = (text: string, subject: Subject): boolean => whyNotMet(text, subject) === null;

/** Why a review is not within the bounds of a standing approval; null if it is. */
export function whyNotMet(text: string, subject: Subject): string | null {
  const condition = compiled(text);
  if (!isExpression(condition)) return condition.message;
  const result = condition.evaluate(new Scope(variablesOf(subject), MAX_STEPS));
  if (result === true) return null;
  return result === false ? 'it is false' : result.message;
}
