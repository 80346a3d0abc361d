import { type ReactNode, useEffect, useId, useMemo, useState } from 'react';
import { clockNow } from '../data/clock.ts';
import type { Decision } from '../data/decide.ts';
import type { Detail } from '../data/details.ts';
import { Modal } from '../parts/Modal.tsx';
import { VisibleText } from '../payload/Text.tsx';
import { type Bound, boundsOf, conditionOf } from '../policy/bounds.ts';
import { CoveragePreview } from '../policy/CoveragePreview.tsx';
import { ExpressionField, type FieldProblem } from '../policy/ExpressionField.tsx';
import { useEvaluator } from '../policy/useEvaluator.ts';
import { StandingApprovals } from './StandingApprovals.tsx';

type Props = {
  review: Detail;
  obstacle: string | null;
  onApprove(bounds: FutureBounds): void;
  onClose(): void;
};

type FutureBounds = Pick<Decision, 'futureWhen' | 'futureMaxUses' | 'futureUntil'>;

/** How far a standing approval reaches. Every one of them has an end. */
type Limit = 'uses' | 'hour' | 'run';

const USES = 10;
const HOUR_MS = 3_600_000;

/** Says what a standing approval covers before it is given, and offers to limit and narrow it. */
export default function FutureDialog({ review, obstacle, onApprove, onClose }: Props): ReactNode {
  const { nodeId, graphExecId, requestedBy, payload } = review;
  const bounds = useMemo(() => boundsOf(payload), [payload]);
  const [chosen, setChosen] = useState<readonly Bound[]>([]);
  /** The condition as it was edited; null while it follows from the chosen bounds. */
  const [edited, setEdited] = useState<string | null>(null);
  const condition = edited ?? conditionOf(chosen) ?? '';
  const problem = useProblem(edited, review);
  const when = condition.trim() === '' ? null : condition;
  const [limit, setLimit] = useState<Limit>('uses');
  const [defaultEnd, setDefaultEnd] = useState<string | null>(null);
  const approve = () =>
    onApprove({
      ...(when !== null && { futureWhen: when }),
      ...(limit === 'uses' && { futureMaxUses: USES }),
      ...(limit === 'hour' && { futureUntil: new Date(clockNow() + HOUR_MS).toISOString() }),
    });

  return (
    <Modal title="Approve this and future requests for this step" onClose={onClose} isWide>
      <LimitChoice limit={limit} defaultEnd={defaultEnd} onChoose={setLimit} />
      <p>
        This review is approved. {limitStarts[limit]} requests by{' '}
        <strong>
          <VisibleText text={requestedBy} />
        </strong>{' '}
        for the step{' '}
        <strong>
          <VisibleText text={nodeId} />
        </strong>{' '}
        in the run{' '}
        <strong>
          <VisibleText text={graphExecId} />
        </strong>{' '}
        {when !== null && 'that stay within these bounds '}are approved{' '}
        <strong>without asking anybody{when === null && ', regardless of content'}</strong>.
      </p>
      {bounds.length > 0 && (
        <BoundChoice bounds={bounds} chosen={chosen} isOff={edited !== null} onChoose={setChosen} />
      )}
      <ExpressionField
        label="Condition that a request must meet"
        value={condition}
        onChange={setEdited}
        problem={problem}
        payload={useMemo(() => JSON.parse(payload) as unknown, [payload])}
        placeholder="None: any request"
      />
      {edited !== null && (
        <p className="muted">
          You edited the condition.{' '}
          <button type="button" className="quiet-button" onClick={() => setEdited(null)}>
            Use the checkboxes instead
          </button>
        </p>
      )}
      <CoveragePreview
        nodeId={nodeId}
        when={when}
        isWanted={problem === null}
        onDefaultEnd={setDefaultEnd}
      />
      <p className="muted">
        Other agents, steps and runs are not covered. You can revoke it at any time, here, in any
        review of this run, or under <em>Standing approvals</em>.
      </p>
      <StandingApprovals graphExecId={graphExecId} />
      <div className="actions">
        <button
          type="button"
          className="button primary"
          disabled={obstacle !== null || problem !== null}
          onClick={approve}
        >
          {when === null ? approveTexts[limit] : 'Approve within these bounds'}
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        {obstacle !== null && <p className="obstacle">{obstacle}</p>}
      </div>
    </Modal>
  );
}

const limitStarts: Record<Limit, string> = {
  uses: `Then the next ${USES}`,
  hour: 'For 1 hour, all',
  run: 'Then all',
};

const approveTexts: Record<Limit, string> = {
  uses: `Approve this and the next ${USES}`,
  hour: 'Approve this and all for 1 hour',
  run: 'Approve this and all of this run',
};

type LimitProps = {
  limit: Limit;
  /** When a standing approval ends by the configuration of the service. Null: not known yet. */
  defaultEnd: string | null;
  onChoose(limit: Limit): void;
};

function LimitChoice({ limit, defaultEnd, onChoose }: LimitProps): ReactNode {
  const name = useId();
  const end =
    defaultEnd === null
      ? 'its end'
      : new Date(defaultEnd).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
  const choices: [Limit, text: string, note: string][] = [
    ['uses', `The next ${USES}`, `at most until ${end}`],
    ['hour', 'For 1 hour', 'any number of requests'],
    ['run', `For this run, until ${end}`, 'any number of requests'],
  ];
  return (
    <fieldset className="limits">
      <legend>How many requests</legend>
      {choices.map(([value, text, note]) => (
        <label key={value}>
          <input
            type="radio"
            name={name}
            checked={limit === value}
            onChange={() => onChoose(value)}
          />
          <span>
            {text} <span className="muted">{note}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** What is wrong with an edited condition: it must be valid, and true for this request. */
function useProblem(edited: string | null, review: Detail): FieldProblem | null {
  const evaluator = useEvaluator(edited !== null);
  const [problem, setProblem] = useState<FieldProblem | null>(null);
  useEffect(() => {
    if (edited === null || edited.trim() === '') return setProblem(null);
    if (evaluator === null) return;
    const found = evaluator.checkCondition(edited);
    if (found !== null) return setProblem(found);
    const reason = evaluator.whyNotMetBy(edited, review);
    setProblem(
      reason === null ? null : { message: `This request does not meet the condition: ${reason}` },
    );
  }, [edited, evaluator, review]);
  return problem;
}

type BoundChoiceProps = {
  bounds: readonly Bound[];
  chosen: readonly Bound[];
  /** Whether the condition was edited, so that the choice does not count. */
  isOff: boolean;
  onChoose(chosen: readonly Bound[]): void;
};

/** The bounds that the payload suggests, one line per field. */
function BoundChoice({ bounds, chosen, isOff, onChoose }: BoundChoiceProps): ReactNode {
  const toggle = (bound: Bound) => {
    const others = chosen.filter((one) => one !== bound && fieldName(one) !== fieldName(bound));
    const after = chosen.includes(bound) ? others : [...others, bound];
    onChoose(bounds.filter((one) => after.includes(one)));
  };
  const fields = [...Map.groupBy(bounds, fieldName)];
  return (
    <fieldset className="bounds" disabled={isOff}>
      <legend>Only if the request has</legend>
      {fields.map(([name, choices]) => (
        <div key={name} className="bound">
          <span className="bound-name" aria-hidden="true">
            <VisibleText text={name} />
          </span>
          <span className="bound-choices">
            {choices.map((bound) => (
              <label key={bound.kind} title={bound.condition}>
                <input
                  type="checkbox"
                  checked={!isOff && chosen.includes(bound)}
                  onChange={() => toggle(bound)}
                />
                <span>
                  <span className="visually-hidden">{name} </span>
                  {bound.kind === 'at most' ? 'at most' : 'is'}{' '}
                  <code>
                    <VisibleText text={bound.value} />
                  </code>
                </span>
              </label>
            ))}
          </span>
        </div>
      ))}
    </fieldset>
  );
}

const fieldName = ({ path }: Bound): string => path.join(' › ');
