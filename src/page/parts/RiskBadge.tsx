import type { ReactNode } from 'react';
import type { Risk } from '../generated/graphql.ts';

export const riskNames: Record<Risk, string> = {
  LOW: 'Low',
  MEDIUM: 'Medium',
  HIGH: 'High',
  CRITICAL: 'Critical',
};

/** The risk of a review, as text and as one to four bars, so that it can be told without colours. */
export const RiskBadge = ({ risk }: { risk: Risk }): ReactNode => (
  <span className="risk" data-risk={risk}>
    <span className="risk-bars" aria-hidden="true">
      <i />
      <i />
      <i />
      <i />
    </span>
    {riskNames[risk]}
    <span className="risk-word"> risk</span>
  </span>
);
