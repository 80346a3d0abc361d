import { type ReactNode, useEffect, useMemo, useState } from 'react';
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
  /** @param when the condition that future requests must meet; null: none */
  onApprove(when: string | null): void;
  onClose(): void;
};

/** Says what a standing approval covers before it is given, and offers to narrow it. */
export default function FutureDialog({ review, obstacle, onApprove, onClose }: Props): ReactNode {
  const { nodeId, graphExecId, requestedBy, payload } = review;
  const bounds = useMemo(() => boundsOf(payload), [payload]);
  const [chosen, setChosen] = useState<readonly Bound[]>([]);
  /** The condition as it was edited; null while it follows from the chosen bounds. */
  const [edited, setEdited] = useState<string | null>(null);
  const condition = edited ?? conditionOf(chosen) ?? '';
  const problem = useProblem(edited, review);
  const when = condition.trim() === '' ? null : condition;

  return (
    <Modal title="Approve this and all future requests for this step" onClose={onClose} isWide>
      <p>
        This review is approved. From now on, {when === null ? 'every request' : 'requests'} by{' '}
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
        {when === null ? 'is' : 'that stay within these bounds are'} approved{' '}
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
      <CoveragePreview nodeId={nodeId} when={when} isWanted={problem === null} />
      <p className="muted">
        Other agents, steps and runs are not covered. The standing approval expires after the time
        that the service is configured for, 24 hours by default. You can revoke it at any time, here
        or in any review of this run.
      </p>
      <StandingApprovals graphExecId={graphExecId} />
      <div className="actions">
        <button
          type="button"
          className="button primary"
          disabled={obstacle !== null || problem !== null}
          onClick={() => onApprove(when)}
        >
          {when === null ? 'Approve this and all future requests' : 'Approve within these bounds'}
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        {obstacle !== null && <p className="obstacle">{obstacle}</p>}
      </div>
    </Modal>
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
