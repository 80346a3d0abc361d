import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Key } from '../parts/Key.tsx';
import { Diff, Editor, isSameJson } from '../payload/index.ts';
import type { Detail } from '../state/details.ts';
import type { Draft } from '../state/drafts.ts';

type Props = {
  review: Detail;
  draft: Draft;
  isOff: boolean;
  onChange(change: Partial<Draft>): void;
  onApprove(text: string): void;
  onClose(): void;
};

/** An edit, then what it changes, then the approval of it. */
export function EditPanel({
  review,
  draft,
  isOff,
  onChange,
  onApprove,
  onClose,
}: Props): ReactNode {
  const [original] = useState(review.payload);
  const [begin] = useState(draft.edit);
  /** The edit, null for as long as what is typed is none. */
  const [text, setText] = useState<string | null>(null);
  const isUnchanged = useRef(true);
  const [isChecking, setChecking] = useState(false);
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus follows the step
  useEffect(() => panel.current?.focus(), [isChecking]);
  const isSame = text !== null && isSameJson(text, review.payload);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.defaultPrevented) {
      event.preventDefault();
      if (isChecking) setChecking(false);
      else onClose();
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.repeat) {
      event.preventDefault();
      if (text === null || isSame) return;
      if (!isChecking) setChecking(true);
      else if (!isOff) onApprove(text);
    }
  };
  return (
    <section
      className="decision-bar panel tall"
      aria-label={isChecking ? 'Check your edit' : 'Edit'}
      ref={panel}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <div className="panel-scroll" hidden={isChecking}>
        <Editor
          text={original}
          draft={begin}
          editable={review.editable}
          approvalType={review.approvalType}
          onChange={(edited) => {
            isUnchanged.current = edited !== null && isSameJson(edited, original);
            setText(edited);
          }}
          onDraft={(typed) => onChange({ edit: isUnchanged.current ? null : typed })}
        />
      </div>
      {isChecking && text !== null && (
        <div className="panel-scroll">
          <Diff before={review.payload} after={text} />
          <label htmlFor={id}>A word to the agent (not needed)</label>
          <textarea
            id={id}
            rows={2}
            value={draft.message}
            onChange={(event) => onChange({ message: event.target.value })}
          />
        </div>
      )}
      <div className="actions">
        {isChecking ? (
          <button
            type="button"
            className="button primary"
            disabled={isOff || text === null}
            onClick={() => text !== null && onApprove(text)}
          >
            Approve with this edit <Key>Ctrl Enter</Key>
          </button>
        ) : (
          <button
            type="button"
            className="button primary"
            disabled={text === null || isSame}
            onClick={() => setChecking(true)}
          >
            Show the difference <Key>Ctrl Enter</Key>
          </button>
        )}
        <button
          type="button"
          className="button"
          onClick={() => (isChecking ? setChecking(false) : onClose())}
        >
          {isChecking ? 'Back to the edit' : 'Close'} <Key>Esc</Key>
        </button>
        {!isChecking && (
          <span className="muted">
            {text === null ? 'It is not valid yet' : isSame ? 'Nothing is changed yet' : ''}
          </span>
        )}
      </div>
    </section>
  );
}
