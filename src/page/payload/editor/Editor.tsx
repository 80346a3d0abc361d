import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react';
import { readJsonTree } from '../json/jsonTree.ts';
import { printJson } from '../json/printJson.ts';
import { Payload } from '../view/Payload.tsx';
import { type EditProblem, editedKind } from './checkEdit.ts';
import { type Draft, firstDraft, reasonOf, textOfDraft } from './draft.ts';
import { FieldsEditor } from './FieldsEditor.tsx';
import { Problems } from './Problems.tsx';
import { useCheck, useTold } from './useCheck.ts';

const JsonEditor = lazy(() => import('./JsonEditor.tsx'));

export type EditorProps = {
  /** The exact JSON of the payload. Another one later is ignored: give the editor another `key`. */
  readonly text: string;
  /** What `onDraft` said last, to go on from there: unfinished text too. */
  readonly draft?: string | null | undefined;
  readonly editable: boolean;
  /** `PendingReview.approvalType`: it cannot be edited. */
  readonly approvalType?: string | null | undefined;
  /**
   * Told at first and after every change: the edit's exact JSON, or null and why there is none. It is
   * null for as long as a long draft is not checked.
   */
  readonly onChange: (text: string | null, problems: readonly EditProblem[]) => void;
  /** Told what is typed after every change, whether it is JSON or not, to be kept. */
  readonly onDraft?: ((draft: string) => void) | undefined;
};

/** Edits a payload: as fields by type where it is simple, as JSON always. The rest of it stays exact. */
export default function Editor(props: EditorProps): ReactNode {
  if (!props.editable) {
    return (
      <section aria-label="Payload, not editable" className="editor">
        <p className="notice" role="note">
          The agent asks for this as it is: it cannot be edited, only approved or rejected.
        </p>
        <Payload text={props.text} />
      </section>
    );
  }
  return <EditableEditor {...props} />;
}

function EditableEditor(props: EditorProps): ReactNode {
  const { text, approvalType = null, onChange, onDraft } = props;
  const [original] = useState(() => readJsonTree(text));
  const [kind] = useState(() => editedKind(text, approvalType));
  const [draft, setDraft] = useState<Draft>(() => firstDraft(original, props.draft));
  const [before, setBefore] = useState<Draft>();
  const draftText = useMemo(() => textOfDraft(draft), [draft]);
  const originalText = useMemo(() => printJson(original, 2), [original]);
  const problems = useCheck(draft, draftText, kind, onChange);
  useTold(draftText, onDraft);
  const isJson = draft.mode === 'json';
  const reason = useMemo(() => (isJson ? reasonOf(draftText) : undefined), [isJson, draftText]);

  const change = (next: Draft) => {
    setBefore(undefined);
    setDraft(next);
  };
  const startAgain = () => {
    setBefore(draft);
    setDraft(isJson ? { mode: 'json', text: originalText } : { mode: 'fields', root: original });
  };

  return (
    <section className="editor" aria-label="Edit the payload">
      <div className="editor-head">
        <fieldset className="view-switch" aria-label="How the payload is edited">
          <button
            type="button"
            aria-pressed={!isJson}
            disabled={isJson && reason !== undefined}
            onClick={() => isJson && setDraft({ mode: 'fields', root: readJsonTree(draftText) })}
          >
            Fields
          </button>
          <button
            type="button"
            aria-pressed={isJson}
            onClick={() => !isJson && setDraft({ mode: 'json', text: draftText })}
          >
            JSON
          </button>
        </fieldset>
        {draftText !== originalText && (
          <button type="button" className="quiet-button" onClick={startAgain}>
            Start again from the original
          </button>
        )}
        {before !== undefined && (
          <button type="button" className="quiet-button" onClick={() => change(before)}>
            Bring my edit back
          </button>
        )}
      </div>
      {isJson && reason !== undefined && <p className="field-note">No fields: {reason}.</p>}
      {draft.mode === 'fields' ? (
        <FieldsEditor
          root={draft.root}
          approvalType={approvalType}
          onChange={(root) => change({ mode: 'fields', root })}
        />
      ) : (
        <Suspense fallback={<p className="muted">The editor loads…</p>}>
          <JsonEditor
            text={draft.text}
            problems={problems}
            onChange={(next) => change({ mode: 'json', text: next })}
          />
        </Suspense>
      )}
      <Problems problems={problems} isJson={isJson} />
    </section>
  );
}
