import type { DecisionName } from './fields.ts';
import type { Review } from './review.ts';

/** The decisions that the agent can deal with. REJECT always is one. */
export function allowedDecisionsOf({
  kind,
  allowedDecisions,
}: Pick<Review, 'kind' | 'allowedDecisions'>): DecisionName[] {
  if (allowedDecisions.length === 0) return [kind === 'QUESTION' ? 'ANSWER' : 'APPROVE', 'REJECT'];
  return [...new Set([...(allowedDecisions as DecisionName[]), 'REJECT' as const])];
}
