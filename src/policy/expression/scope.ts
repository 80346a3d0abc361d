import type { Value } from './values.ts';

/** The variables of an expression. The others are those of macros, such as `item` in `all(item, …)`. */
export type Variables = {
  readonly node: string;
  readonly graph: string;
  readonly graphVersion: number;
  readonly execution: string;
  readonly requestedBy: string;
  readonly consumers: readonly string[];
  readonly kind: string;
  readonly instructions: string | null;
  readonly headline: string | null;
  readonly tags: readonly string[];
  readonly risk: string | null;
  readonly payload: Value;
  readonly now: Value;
};

/**
 * How much work one expression may take: one step for each part of a macro's body and element, and
 * for every 16 characters that a function reads.
 */
export const MAX_STEPS = 50_000;

/** One evaluation of one expression. */
export class Scope {
  readonly variables: Variables;
  /** The values of the macros' variables, the outer one first. */
  readonly locals: Value[] = [];
  steps = MAX_STEPS;

  constructor(variables: Variables) {
    this.variables = variables;
  }
}
