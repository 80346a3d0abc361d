import { type ReactNode, useId } from 'react';
import type { PolicyMode } from '../generated/graphql.ts';
import { Difference } from './Difference.tsx';
import { differenceOf, inputsOf, modeNames, type PolicyDraft, savedInputs } from './draft.ts';

const modeTexts: Record<PolicyMode, string> = {
  OFF: 'kept, but not evaluated',
  SHADOW: 'noted on each review, without effect',
  ENFORCED: 'in effect from the next request on',
};

type Props = {
  draft: PolicyDraft;
  isSending: boolean;
  /** Why it cannot be saved, or null. */
  obstacle: string | null;
  onChange(part: Partial<PolicyDraft>): void;
  onSave(): void;
  onDiscard(): void;
};

/** What a draft changes, its mode, and the button that saves it. */
export function SavePart(props: Props): ReactNode {
  const { draft, isSending, obstacle, onChange, onSave, onDiscard } = props;
  const { base, rules, mode, note } = draft;
  const name = useId();
  const changes = differenceOf(savedInputs(base), inputsOf(rules));
  const isModeChanged = base !== null && mode !== base.mode;
  return (
    <div className="form save-part">
      {changes.length > 0 && (
        <>
          {base !== null && <p className="muted">What changes since version {base.version}:</p>}
          <Difference changes={changes} />
        </>
      )}
      {changes.length === 0 && base !== null && !isModeChanged && (
        <p className="muted">Nothing has changed yet.</p>
      )}
      {isModeChanged && (
        <p>
          The mode changes from <del>{modeNames[base.mode]}</del> to <ins>{modeNames[mode]}</ins>.
        </p>
      )}
      <fieldset className="choices modes">
        <legend>Mode</legend>
        {(Object.keys(modeNames) as PolicyMode[]).map((choice) => (
          <label key={choice}>
            <input
              type="radio"
              name={name}
              checked={mode === choice}
              onChange={() => onChange({ mode: choice })}
            />
            <span>
              <strong>{modeNames[choice]}</strong>{' '}
              <span className="muted">{modeTexts[choice]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <label>
        Note: why you change it (optional)
        <textarea
          rows={2}
          maxLength={2_000}
          value={note}
          onChange={({ target }) => onChange({ note: target.value })}
        />
      </label>
      <div className="actions">
        <button
          type="button"
          className="button primary"
          disabled={isSending || obstacle !== null}
          onClick={onSave}
        >
          {isSending ? 'Saving…' : `Save as version ${(base?.version ?? 0) + 1}`}
        </button>
        <button type="button" className="button" disabled={isSending} onClick={onDiscard}>
          Discard the changes
        </button>
        {obstacle !== null && <p className="obstacle">{obstacle}</p>}
      </div>
    </div>
  );
}
