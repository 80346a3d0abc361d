import { type JsonNode, printJson, readJsonTree } from '@holdpoint/client/json';
import {
  lazy,
  type ReactNode,
  Suspense,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import {
  checkEdit,
  type Draft,
  type EditedKind,
  type EditProblem,
  editedKind,
  firstDraft,
  invalidNumbers,
  reasonOf,
  textOfDraft,
} from './checkEdit.ts';
import { withNodeAt } from './editTree.ts';
import { Fields } from './Fields.tsx';
import { showPath } from './jsonPath.ts';
import { Payload } from './Payload.tsx';
import { VisibleText } from './Text.tsx';

const JsonEditor = lazy(() => import('./JsonEditor.tsx'));

/** Longer drafts are checked when typing pauses. Until then there is no edit to send. */
const CHECKED_AT_ONCE_CHARACTERS = 100_000;
const TYPING_PAUSE_MS = 250;

export type EditorProps = {
  /** The payload as exact JSON text. Later changes are ignored: use another `key` instead. */
  readonly text: string;
  /** The last value passed to `onDraft`, to continue from. It may be unfinished. */
  readonly draft?: string | null | undefined;
  readonly editable: boolean;
  /** `PendingReview.approvalType`, which cannot be edited. */
  readonly approvalType?: string | null | undefined;
  /**
   * Called at first and after every change with the edit as exact JSON text, or with null and the
   * problems if there is no valid edit, or a long draft is not checked yet.
   */
  readonly onChange: (text: string | null, problems: readonly EditProblem[]) => void;
  /** Called after every change with the typed text, whether it is valid or not. */
  readonly onDraft?: ((draft: string) => void) | undefined;
};

/** Edits a payload, as typed fields if it is simple, or as JSON. Untouched parts stay exact. */
export default function Editor(props: EditorProps): ReactNode {
  if (!props.editable) {
    return (
      <section aria-label="Payload, not editable" className="editor">
        <p className="notice" role="note">
          The agent doesn't allow edits: you can only approve or reject it as it is.
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
  useDraftReport(draftText, onDraft);
  const isJson = draft.mode === 'json';
  const reason = useMemo(() => (isJson ? reasonOf(draftText) : undefined), [isJson, draftText]);

  const change = (next: Draft) => {
    setBefore(undefined);
    setDraft(next);
  };
  const reset = () => {
    setBefore(draft);
    setDraft(isJson ? { mode: 'json', text: originalText } : { mode: 'fields', root: original });
  };

  return (
    <section className="editor" aria-label="Edit the payload">
      <div className="editor-head">
        <fieldset className="view-switch" aria-label="Edit as">
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
          <button type="button" className="quiet-button" onClick={reset}>
            Reset to original
          </button>
        )}
        {before !== undefined && (
          <button type="button" className="quiet-button" onClick={() => change(before)}>
            Restore my edit
          </button>
        )}
      </div>
      {isJson && reason !== undefined && (
        <p className="field-note">Fields are unavailable: {reason}.</p>
      )}
      {draft.mode === 'fields' ? (
        <FieldsEditor
          root={draft.root}
          approvalType={approvalType}
          onChange={(root) => change({ mode: 'fields', root })}
        />
      ) : (
        <Suspense fallback={<p className="muted">Loading the editor…</p>}>
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

type FieldsEditorProps = {
  readonly root: JsonNode;
  readonly approvalType: string | null;
  readonly onChange: (root: JsonNode) => void;
};

function FieldsEditor({ root, approvalType, onChange }: FieldsEditorProps): ReactNode {
  const container = useRef<HTMLDivElement>(null);
  const shown = useRef(root);
  // Removing the focused field would lose the focus, so it moves to the container.
  useEffect(() => {
    if (shown.current === root) return;
    shown.current = root;
    if (document.activeElement === document.body) container.current?.focus();
  }, [root]);
  return (
    <div ref={container} tabIndex={-1} className="editor-fields">
      <Fields
        node={root}
        path={[]}
        approvalType={approvalType}
        onChange={(path, node) => onChange(withNodeAt(root, path, node))}
      />
      <p className="field-note">
        To add, rename or remove keys, switch to JSON. Your changes are kept.
      </p>
    </div>
  );
}

/** Checks the draft, reports the result to `onChange`, and returns the problems to show. */
function useCheck(
  draft: Draft,
  text: string,
  kind: EditedKind,
  onChange: EditorProps['onChange'],
): readonly EditProblem[] {
  const [problems, setProblems] = useState<readonly EditProblem[]>([]);
  const latestOnChange = useRef(onChange);
  latestOnChange.current = onChange;

  // In a layout effect, so that an outdated edit can never be sent.
  useLayoutEffect(() => {
    const check = () => {
      const invalid = draft.mode === 'fields' ? invalidNumbers(draft.root) : [];
      const checked =
        invalid.length > 0
          ? { text: null, problems: invalid.map(notANumber) }
          : checkEdit(text, kind);
      setProblems(checked.problems);
      latestOnChange.current(checked.text, checked.problems);
    };
    if (text.length <= CHECKED_AT_ONCE_CHARACTERS) {
      check();
      return undefined;
    }
    latestOnChange.current(null, [{ message: 'checking…', line: 1, from: 0, to: 0, path: '' }]);
    const timer = setTimeout(check, TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft, text, kind]);

  return problems;
}

/** Reports every change of the draft's text. */
function useDraftReport(text: string, onDraft: EditorProps['onDraft']): void {
  const reported = useRef(text);
  useLayoutEffect(() => {
    if (reported.current === text) return;
    reported.current = text;
    onDraft?.(text);
  }, [text, onDraft]);
}

function notANumber(path: readonly (string | number)[]): EditProblem {
  return {
    message: `${showPath(path)} is not a number`,
    line: 0,
    from: 0,
    to: 0,
    path: path.join('.'),
  };
}

type ProblemsProps = { readonly problems: readonly EditProblem[]; readonly isJson: boolean };

/** Why the edit is invalid, announced as it changes. */
function Problems({ problems, isJson }: ProblemsProps): ReactNode {
  return (
    <div role="status" className={problems.length > 0 ? 'notice bad' : undefined}>
      {problems.length > 0 && (
        <ul className="problems">
          {problems.map(({ message, line, path, from }) => (
            <li key={`${from} ${path} ${message}`}>
              {isJson && `Line ${line}: `}
              {!isJson && line > 0 && path !== '' && (
                <>
                  <VisibleText text={path} />:{' '}
                </>
              )}
              <VisibleText text={message} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
