import { type Corruption, drop, first, operations, row } from './corruption.ts';

const promise = 'the policy is obeyed, in the version that counts' as const;

/** Violations in verdicts, and in what they allow and deny. */
export const policyCorruptions: Corruption[] = [
  [
    'a verdict is not what the rules of its version say',
    promise,
    (run) => Object.assign(row(run, 'rule-asked').policyVerdict ?? {}, { effect: 'ALLOW' }),
  ],
  [
    'a verdict names other rules than those that decided',
    promise,
    (run) => Object.assign(row(run, 'rule-denied').policyVerdict ?? {}, { ruleIds: ['allow'] }),
  ],
  [
    'a verdict lacks the rule that could not be evaluated',
    promise,
    (run) => Object.assign(row(run, 'rule-puzzled').policyVerdict ?? {}, { problems: [] }),
  ],
  [
    'a request was evaluated under a version that had been replaced',
    promise,
    (run) => {
      const { policyVersion, policyVerdict } = row(run, 'rule-asked');
      Object.assign(row(run, 'rule-shadowed'), { policyVersion, policyVerdict });
    },
  ],
  [
    'a request was evaluated under a version that was not saved yet',
    promise,
    (run) => {
      for (const version of run.database.policies) version.createdAt += 10_000;
    },
  ],
  [
    'a request was not evaluated',
    promise,
    (run) => Object.assign(row(run, 'rule-asked'), { policyVersion: null, policyVerdict: null }),
  ],
  [
    'a person was asked about what the policy denies',
    promise,
    (run) => Object.assign(row(run, 'rule-denied'), { status: 'WAITING', decisionSource: null }),
  ],
  [
    'a person approved what the policy denies',
    promise,
    (run) => {
      const approved = { status: 'APPROVED', decisionSource: 'REVIEWER', decidedBy: 'reviewer-0' };
      Object.assign(row(run, 'rule-denied'), approved);
    },
  ],
  [
    'the policy allowed what its rules do not allow',
    promise,
    (run) => Object.assign(row(run, 'rule-asked'), { decisionSource: 'POLICY' }),
  ],
  [
    'the policy denied what its rules do not deny',
    promise,
    (run) => Object.assign(row(run, 'rule-allowed'), { status: 'REJECTED' }),
  ],
  [
    'a policy in shadow decided',
    promise,
    (run) => {
      const denied = { status: 'REJECTED', decisionSource: 'POLICY', decidedBy: 'platform' };
      Object.assign(row(run, 'rule-shadowed'), denied);
    },
  ],
  [
    'an agent was allowed by a rule that it had saved itself',
    promise,
    (run) => {
      const allowed = { status: 'APPROVED', decisionSource: 'POLICY', decidedBy: 'agent-0' };
      Object.assign(row(run, 'rule-own'), allowed);
    },
  ],
  [
    'a review names somebody else as the one who saved the rules',
    promise,
    (run) => Object.assign(row(run, 'rule-allowed'), { decidedBy: 'manager' }),
  ],
  [
    'an approval was used although the version in force then denies it',
    promise,
    (run) => {
      const [, version] = run.database.policies;
      Object.assign(version ?? {}, { mode: 'ENFORCED' });
    },
  ],
  [
    'an approval by the policy was used although it was no longer enforced',
    promise,
    (run) => {
      const later = run.database.policies.find(({ version }) => version === 2);
      const [use] = run.database.events.filter(
        ({ nodeExecId, kind }) => nodeExecId === 'rule-allowed' && kind === 'PROCESSED',
      );
      const save = operations(run, 'setPolicy')[1];
      Object.assign(use ?? {}, { at: (save?.endedAt ?? 0) + 2_000 });
      for (const version of run.database.policies.slice(2)) version.createdAt += 10_000;
      Object.assign(later ?? {}, { createdAt: save?.startedAt });
    },
  ],
  [
    'somebody was told another verdict',
    promise,
    (run) => {
      const told = first(run, 'requestReview', 'rule-denied').answer?.review;
      Object.assign(told?.policy ?? {}, { version: 7 });
    },
  ],
  [
    'a version of the policy is missing',
    promise,
    ({ database }) => {
      database.policies = database.policies.filter(({ version }) => version !== 2);
    },
  ],
  [
    'an acknowledged version of the policy was saved by somebody else',
    'every acknowledged request is stored',
    ({ database }) => Object.assign(database.policies[2] ?? {}, { createdBy: 'platform' }),
  ],
  [
    'a verdict is of a request that nobody made',
    'every acknowledged request is stored',
    (run) => drop(run, first(run, 'requestReview', 'rule-denied')),
  ],
];
