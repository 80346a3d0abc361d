import { JsonText } from '@holdpoint/client/json';
import { z } from 'zod';
import { type CompiledRules, evaluate, type Verdict } from '../../policy/evaluate.ts';
import { EFFECTS, RISKS } from '../../policy/rule.ts';
import type { Subject } from '../../policy/subject.ts';

/** The variables of expressions, by the names that they have in rules. */
export const VARIABLES = [
  ...['node', 'graph', 'graphVersion', 'execution', 'requestedBy', 'consumers', 'kind'],
  ...['instructions', 'headline', 'tags', 'risk', 'payload', 'now'],
] as const;

/** A request to evaluate. What is left out has a value that no rule is likely to name. */
export const request = z.object({
  node: z.string().default('step'),
  graph: z.string().default('workflow'),
  graphVersion: z.int().min(0).default(1),
  execution: z.string().default('run'),
  requestedBy: z.string().default('agent'),
  consumers: z.array(z.string()).default([]),
  kind: z.enum(['ACTION', 'QUESTION']).default('ACTION'),
  instructions: z.string().nullable().default(null),
  headline: z.string().nullable().default(null),
  tags: z.array(z.string()).default([]),
  risk: z.enum(RISKS).nullable().default(null),
  payload: z.json().default(null),
  now: z.iso
    .datetime({ offset: true, error: 'must be a time such as 2026-01-31T12:00:00Z' })
    .transform((text) => new Date(text))
    .optional(),
});

/** The tests in a policy file. */
export const testCases = z.array(
  request.extend({
    name: z.string().optional(),
    expect: z.enum(EFFECTS),
    /** The rules that decide. */
    rules: z.array(z.string()).optional(),
  }),
);

export type TestCase = z.output<typeof testCases>[number];

export const subjectOf = (
  { node, graph, execution, payload, now, ...rest }: z.output<typeof request>,
  json: JsonText = JsonText.of(payload),
): Subject => ({
  ...rest,
  nodeId: node,
  graphId: graph,
  graphExecId: execution,
  payload: json,
  now: now ?? new Date(),
});

/** E.g. `REVIEW by large-payments, new-agents`. */
export const decisionText = ({ effect, ruleIds }: Verdict): string =>
  `${effect} ${ruleIds.length === 0 ? 'because no rule applies' : `by ${ruleIds.join(', ')}`}`;

/** What is wrong with the verdict on a test; null if it is as expected. */
export function failureOf(test: TestCase, rules: CompiledRules): string | null {
  const verdict = evaluate(rules, subjectOf(test));
  const isExpected =
    verdict.effect === test.expect &&
    (test.rules === undefined || sorted(test.rules) === sorted(verdict.ruleIds));
  if (isExpected) return null;
  const by = test.rules === undefined ? '' : ` by ${test.rules.join(', ') || 'no rule'}`;
  const problems = verdict.problems.map(({ ruleId, message }) => `; ${ruleId}: ${message}`);
  return `expected ${test.expect}${by}, got ${decisionText(verdict)}${problems.join('')}`;
}

const sorted = (ids: readonly string[]): string => [...ids].sort().join();
