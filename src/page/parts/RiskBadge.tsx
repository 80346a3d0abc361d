import type { ReactNode } from 'react';
import type { Risk } from '../generated/graphql.ts';

export const riskNames: Record<Risk, string> = {
  LOW: 'Low',
  MEDIUM: 'Medium',
  HIGH: 'High',
  CRITICAL: 'Critical',
};

const risks = Object.keys(riskNames);

/** Grows with the risk, from 0: none was given. */
export const riskRank = (risk: string | null): number =>
  risk === null ? 0 : risks.indexOf(risk) + 1;

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
