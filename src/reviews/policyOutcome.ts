import type { Viewer } from '../identity/viewer.ts';
import { isParty } from '../people/ballot.ts';
import type { EscalationStep } from '../people/escalation.ts';
import type { Requirement } from '../people/requirement.ts';
import { withRules } from '../people/requirementUnion.ts';
import { evaluate, type Verdict } from '../policy/evaluate.ts';
import { nowOf, type Policy } from '../policy/policies.ts';
import { highestRisk, type Risk } from '../policy/rule.ts';
import type { Subject } from '../policy/subject.ts';
import { type StoredVerdict, storedVerdict } from '../policy/verdict.ts';

/** What becomes of a new request under a version of the policy. */
export type PolicyOutcome = {
  /** Null without a verdict: there is no policy, or it is off. */
  verdict: StoredVerdict | null;
  status: 'WAITING' | 'APPROVED' | 'REJECTED';
  /** Who saved the version, if it decided. */
  decidedBy: string | null;
  message: string | null;
  approvalsRequired: Requirement[] | null;
  escalation: EscalationStep[] | null;
  /** The review expires after this many milliseconds, or earlier. Null: no limit. */
  expiresAfterMs: number | null;
  risk: Risk | null;
};

/** What a request asks for itself. A policy makes it stricter, never looser. */
type Asked = Omit<Subject, 'now' | 'requestedBy'> & {
  approvalsRequired: Requirement[] | null;
  escalation: EscalationStep[] | null;
};

/** Somewhat less than a message may have. */
const MAX_TEXT_CHARACTERS = 1_900;

/** Evaluates a new request by the viewer. */
export function policyOutcome(policy: Policy, viewer: Viewer, asked: Asked): PolicyOutcome {
  const { kind, approvalsRequired, escalation, risk } = asked;
  const waiting: PolicyOutcome = {
    verdict: null,
    status: 'WAITING',
    decidedBy: null,
    message: null,
    approvalsRequired,
    escalation,
    expiresAfterMs: null,
    risk,
  };
  if (policy.mode === 'OFF') return waiting;
  const subject = { ...asked, requestedBy: viewer.actor, now: nowOf(policy) };
  const verdict = evaluate(policy.rules, subject);
  waiting.verdict = storedVerdict(policy.mode, verdict, risk);
  if (policy.mode === 'SHADOW') return waiting;
  waiting.risk = highestRisk(risk, verdict.risk);

  const { effect } = verdict;
  const decided = { ...waiting, decidedBy: policy.createdBy };
  if (effect === 'DENY') {
    return { ...decided, status: 'REJECTED', message: `Denied by ${rulesOf(verdict)}` };
  }
  const isOwnRule = isParty(subject, policy.createdBy);
  if (effect === 'ALLOW' && kind === 'ACTION' && !isOwnRule && approvalsRequired === null) {
    return { ...decided, status: 'APPROVED', message: `Allowed by ${rulesOf(verdict)}` };
  }
  return { ...waiting, ...stricter(waiting, verdict), expiresAfterMs: verdict.expiresAfterMs };
}

/** The requirements, escalation and risk of a review, with those that a verdict adds. */
export function stricter(
  before: { approvalsRequired: unknown; escalation: unknown; risk: Risk | null },
  verdict: Verdict,
): Pick<PolicyOutcome, 'approvalsRequired' | 'escalation' | 'risk'> {
  const requested = (before.approvalsRequired ?? []) as Requirement[];
  const required = withRules(requested, verdict.approvalsRequired);
  const steps = [...((before.escalation ?? []) as EscalationStep[]), ...verdict.escalation];
  return {
    approvalsRequired: required.length > 0 ? required : null,
    escalation: steps.length > 0 ? steps.sort((a, b) => a.afterMs - b.afterMs) : null,
    risk: highestRisk(before.risk, verdict.risk),
  };
}

/** E.g. `denied by rule no-refunds: Refunds are frozen`. */
export const denialOf = (verdict: Verdict): string => `denied by ${rulesOf(verdict)}`;

function rulesOf({ ruleIds, reasons }: Verdict): string {
  const rules = `${ruleIds.length === 1 ? 'rule' : 'rules'} ${ruleIds.join(', ')}`;
  const text = reasons.length > 0 ? `${rules}: ${reasons.join('; ')}` : rules;
  return text.slice(0, MAX_TEXT_CHARACTERS);
}
