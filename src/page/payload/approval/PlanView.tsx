import type { ReactNode } from 'react';
import { count } from '../text/count.ts';
import { LongText } from '../text/LongText.tsx';
import { JsonTree } from '../tree/JsonTree.tsx';
import type { Approval } from './approval.ts';
import { Facts } from './Facts.tsx';
import { ShowMore, useShownCount } from './ShowMore.tsx';

const FIRST_STEPS = 100;

type Props = { readonly plan: Extract<Approval, { kind: 'plan' }> };

/** The steps of a plan in their order, each with its objective, its capability and whatever else it says. */
export function PlanView({ plan }: Props): ReactNode {
  const [shown, more] = useShownCount(plan.steps.length, FIRST_STEPS);
  return (
    <>
      <p className="part-title">
        {plan.steps.length === 0
          ? 'A plan without steps'
          : count(plan.steps.length, 'planned step')}
      </p>
      <ol className="plan-steps">
        {plan.steps.slice(0, shown).map(({ objective, capability, rest }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the number of a step is what it is
          <li key={at}>
            <p className="plan-objective">
              <LongText text={objective} lines />
            </p>
            <p className="plan-capability">
              <span className="muted">with</span>{' '}
              <code>
                <LongText text={capability} />
              </code>
            </p>
            {rest !== undefined && <JsonTree root={rest} label={`Also in step ${at + 1}`} />}
          </li>
        ))}
      </ol>
      <ShowMore shown={shown} total={plan.steps.length} what="step" onMore={more} />
      <Facts
        facts={[
          ['Plan file', plan.file],
          ['Plans directory', plan.directory],
        ]}
      />
    </>
  );
}
