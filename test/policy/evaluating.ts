import { JsonText } from '@holdpoint/client/json';
import { compileRules, evaluate, type Verdict } from '../../src/policy/evaluate.ts';
import { type PolicyRule, RISKS } from '../../src/policy/rule.ts';
import { policyRules } from '../../src/policy/rules.ts';
import type { Subject } from '../../src/policy/subject.ts';

type RuleInput = { ruleId?: string; when: string } & Record<string, unknown>;

/** A review whose payload is a JSON text. */
export const subjectOf = (payload: string, others: Partial<Subject> = {}): Subject => ({
  kind: 'ACTION',
  nodeId: 'pay',
  graphId: 'billing',
  graphVersion: 3,
  graphExecId: 'run-1',
  requestedBy: 'agent',
  consumers: [],
  instructions: null,
  headline: null,
  tags: [],
  risk: null,
  payload: new JsonText(payload),
  now: new Date('2026-11-28T12:34:56.789Z'),
  ...others,
});

/** Rules as they are saved; `r0`, `r1`… without an ID, and REVIEW without an effect. */
export function rulesOf(inputs: readonly RuleInput[]): PolicyRule[] {
  return policyRules.parse(
    inputs.map((input, at) => ({ ruleId: `r${at}`, effect: 'REVIEW', ...input })),
  );
}

/** What is wrong with rules, as `path message`. */
export function problemsOf(inputs: readonly Record<string, unknown>[]): string[] {
  const result = policyRules.safeParse(
    inputs.map((input, at) => ({ ruleId: `r${at}`, effect: 'REVIEW', ...input })),
  );
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
}

export const verdictOf = (inputs: readonly RuleInput[], subject: Subject): Verdict =>
  evaluate(compileRules(rulesOf(inputs)), subject);

/** What one expression gives: true, false, or the message of its problem. */
export function resultOf(
  when: string,
  payload = '{}',
  others: Partial<Subject> = {},
): boolean | string {
  const { ruleIds, problems } = verdictOf([{ when }], subjectOf(payload, others));
  return problems[0]?.message ?? ruleIds.length > 0;
}

const EFFECTS = ['ALLOW', 'REVIEW', 'DENY'];

/** Whether a verdict is at least as strict as another one, in every respect. */
export function isAsStrict(one: Verdict, other: Verdict): boolean {
  const rank = ({ risk }: Verdict) => (risk === null ? -1 : RISKS.indexOf(risk));
  if (rank(one) < rank(other)) return false;
  const byEffect = EFFECTS.indexOf(one.effect) - EFFECTS.indexOf(other.effect);
  if (byEffect !== 0 || one.effect !== 'REVIEW') return byEffect >= 0;
  return (
    (one.expiresAfterMs ?? Number.POSITIVE_INFINITY) <=
      (other.expiresAfterMs ?? Number.POSITIVE_INFINITY) &&
    other.approvalsRequired.every(({ teamId, actors, count }) =>
      one.approvalsRequired.some(
        (demand) =>
          demand.teamId === teamId &&
          JSON.stringify(demand.actors) === JSON.stringify(actors) &&
          demand.count >= count,
      ),
    )
  );
}
