import { type Budget, Problem, type Value } from './values.ts';

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

/** The most elements that a macro, `in` or `==` goes through. */
export const MAX_ELEMENTS = 10_000;

const tooMuchWork = new Problem('too much work for a payload of this size', true);

/** One evaluation of one expression. */
export class Scope implements Budget {
  readonly variables: Variables;
  /** The values of the macros' variables, the outer one first. */
  readonly locals: Value[] = [];
  /** How much work may still be done, in steps of about 5 ns. */
  steps: number;

  constructor(variables: Variables, steps: number) {
    this.variables = variables;
    this.steps = steps;
  }

  spend(steps: number): Problem | undefined {
    this.steps -= steps;
    return this.steps < 0 ? tooMuchWork : undefined;
  }
}
