import { type ReactNode, useEffect, useState } from 'react';
import type { Detail } from '../data/details.ts';
import { usePage } from '../data/page.ts';
import { noReasons, type Reasons } from '../data/policyReasons.ts';
import { count } from '../parts/format.ts';
import { VisibleText } from '../payload/Text.tsx';

type Verdict = NonNullable<Detail['policy']>;

/** What the policy said about the request: why a person is asked, and which rules had problems. */
export function VerdictPart({ review }: { review: Detail }): ReactNode {
  const { policy, status } = review;
  if (policy === null) return null;
  const text = sentenceOf(policy, status === 'WAITING');
  const { problems } = policy;
  return (
    <section className="verdict" aria-label="Policy">
      {text !== null && (
        <div>
          <p>{text}</p>
          <RuleReasons verdict={policy} />
        </div>
      )}
      {problems.length > 0 && (
        <div className="banner warn">
          <p>
            <strong>{count(problems.length, 'rule')} could not be evaluated</strong>
            {policy.mode === 'ENFORCED' && ', so a person is asked'}
          </p>
          <ul className="rule-list">
            {problems.map(({ ruleId, message }) => (
              <li key={ruleId}>
                <code>
                  <VisibleText text={ruleId} />
                </code>{' '}
                <VisibleText text={message} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

/** Null if the outcome of the review says it. */
function sentenceOf({ mode, effect, ruleIds }: Verdict, isWaiting: boolean): ReactNode {
  if (mode === 'SHADOW') {
    return (
      <>
        The policy in shadow would have <strong>{wouldHave[effect]}</strong>
        {ruleIds.length > 0 ? ', because of' : ', because no rule applied'}
      </>
    );
  }
  if (effect === 'REVIEW') {
    if (ruleIds.length > 0) return <strong>Asked because</strong>;
    return (
      <>
        <strong>Asked because</strong> no rule of the policy allows it without a person
      </>
    );
  }
  if (effect === 'ALLOW' && isWaiting) {
    return (
      <>
        <strong>Asked although a rule allows it</strong>, because the agent requires approvals or
        saved this version of the policy itself
      </>
    );
  }
  return null;
}

const wouldHave = {
  ALLOW: 'allowed it',
  REVIEW: 'asked a person',
  DENY: 'denied it',
} as const;

/** The rules that decided, each with the reason that it gives. */
function RuleReasons({ verdict: { version, ruleIds } }: { verdict: Verdict }): ReactNode {
  const reasons = usePolicyReasons(version);
  if (ruleIds.length === 0) return null;
  return (
    <ul className="rule-list">
      {ruleIds.map((ruleId) => {
        const reason = reasons.get(ruleId) ?? null;
        return (
          <li key={ruleId}>
            <code>
              <VisibleText text={ruleId} />
            </code>
            {reason !== null && (
              <>
                {' '}
                <VisibleText text={reason} />
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** The reasons of a version's rules, empty until they have been read. */
function usePolicyReasons(version: number): Reasons {
  const { policyReasons } = usePage();
  const [reasons, setReasons] = useState(noReasons);
  useEffect(() => {
    let isCurrent = true;
    void policyReasons.of(version).then((read) => isCurrent && setReasons(read));
    return () => {
      isCurrent = false;
    };
  }, [policyReasons, version]);
  return reasons;
}
