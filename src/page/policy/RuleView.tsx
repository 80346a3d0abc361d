import type { ReactNode } from 'react';
import type { RuleEffect } from '../generated/graphql.ts';
import { RiskBadge } from '../parts/RiskBadge.tsx';
import { VisibleText } from '../payload/Text.tsx';
import { effectNames, escalationText, type RuleInput, requirementsText } from './draft.ts';

const marks: Record<RuleEffect, string> = { ALLOW: '✓', REVIEW: '?', DENY: '✕' };

/** What a rule does, as text, sign and colour. */
export const EffectBadge = ({ effect }: { effect: RuleEffect }): ReactNode => (
  <span className="effect" data-effect={effect}>
    <span aria-hidden="true">{marks[effect]}</span> {effectNames[effect]}
  </span>
);

type Props = { rule: RuleInput; isChanged?: boolean; children?: ReactNode };

/** One rule to read, with its buttons. */
export function RuleView({ rule, isChanged = false, children }: Props): ReactNode {
  const { ruleId, when, effect, reason, risk } = rule;
  const demands = demandsOf(rule);
  return (
    <div className="rule">
      <div className="rule-head">
        <EffectBadge effect={effect} />
        <h4>
          <VisibleText text={ruleId || 'unnamed'} />
        </h4>
        {risk !== null && <RiskBadge risk={risk} />}
        {isChanged && <span className="tag">changed</span>}
        {children && <span className="rule-buttons">{children}</span>}
      </div>
      <pre className="rule-when">
        <VisibleText text={when} lines />
      </pre>
      {(reason !== null || demands !== '') && (
        <p className="muted rule-text">
          {reason !== null && <VisibleText text={reason} />}
          {reason !== null && demands !== '' && <br />}
          {demands !== '' && <VisibleText text={demands} />}
        </p>
      )}
    </div>
  );
}

/** As in `By 2 of team finance · after 2h also team leads · expires after 12h`. */
export function demandsOf({ approvalsRequired, escalation, expiresAfter }: RuleInput): string {
  const parts = [
    ...(approvalsRequired.length > 0 ? [`by ${requirementsText(approvalsRequired)}`] : []),
    ...(escalation.length > 0 ? [escalationText(escalation)] : []),
    ...(expiresAfter !== null ? [`expires after ${expiresAfter}`] : []),
  ];
  const text = parts.join(' · ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
