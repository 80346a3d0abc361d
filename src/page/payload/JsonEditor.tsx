import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { piecesOf } from '../../text/characters.ts';
import type { EditProblem } from './checkEdit.ts';

type Props = {
  readonly text: string;
  readonly problems: readonly EditProblem[];
  /** What it is called. */
  readonly label?: string;
  /** Whether it takes the focus once it is there. */
  readonly takesFocus?: boolean;
  readonly onChange: (text: string) => void;
};

/**
 * A JSON text area in CodeMirror. It lives in a shadow root, where CodeMirror uses constructed
 * style sheets, which a Content-Security-Policy without inline styles allows.
 */
export default function JsonEditor(props: Props): ReactNode {
  const { text, problems, label = 'Payload as JSON', takesFocus = false, onChange } = props;
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor>(undefined);
  const latestOnChange = useRef(onChange);
  latestOnChange.current = onChange;
  const first = useRef(text);
  const [name] = useState(label);
  const [isFirst] = useState(takesFocus);

  useEffect(() => {
    if (host.current === null) return undefined;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' });
    const opened = openCodeEditor(root, first.current, name, (next) =>
      latestOnChange.current(next),
    );
    editor.current = opened;
    if (isFirst) opened.focus();
    return () => {
      first.current = opened.text();
      opened.close();
    };
  }, [name, isFirst]);
  useEffect(() => editor.current?.replace(text), [text]);
  useEffect(() => editor.current?.mark(problems), [problems]);

  return <div ref={host} className="json-editor" />;
}

type CodeEditor = {
  text(): string;
  focus(): void;
  /** Replaces the text as one undoable step, without calling onChange. */
  replace(text: string): void;
  /** Underlines the problems. */
  mark(problems: readonly EditProblem[]): void;
  close(): void;
};

/** Characters that CodeMirror does not treat as special by default. */
const odd =
  /[\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u00a0\u2000-\u200a\u202f\u205f\u3000\u2800\u115f\u1160\u3164]/gu;

/** More marks than this would freeze the page. */
const MAX_MARKED = 2_000;

/** Without Ctrl+Enter, which submits the surrounding form. */
const editingKeymap = defaultKeymap.filter(({ key }) => key !== 'Mod-Enter');

/** Opens CodeMirror in a shadow root. Tab leaves it, as in every other field. */
function openCodeEditor(
  root: ShadowRoot,
  text: string,
  label: string,
  onChange: (text: string) => void,
): CodeEditor {
  const validity = new Compartment();
  let isReplacing = false;
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        foldGutter(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        lintGutter(),
        countOf(odd, text) > MAX_MARKED
          ? []
          : highlightSpecialChars({ addSpecialChars: odd, render: oddCharacter }),
        json(),
        syntaxHighlighting(colours),
        theme,
        EditorView.lineWrapping,
        // It is focusable anyway; tabindex tells accessibility checkers so.
        EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
        validity.of([]),
        keymap.of([...editingKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !isReplacing) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    focus: () => view.focus(),
    replace(next) {
      if (next === view.state.doc.toString()) return;
      isReplacing = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
      isReplacing = false;
    },
    mark(problems) {
      const invalid = EditorView.contentAttributes.of({
        'aria-invalid': String(problems.length > 0),
      });
      view.dispatch(setDiagnostics(view.state, diagnostics(problems, view.state.doc.length)), {
        effects: validity.reconfigure(invalid),
      });
    },
    close: () => view.destroy(),
  };
}

function countOf(pattern: RegExp, text: string): number {
  let count = 0;
  for (const _ of text.matchAll(pattern)) count++;
  return count;
}

function diagnostics(problems: readonly EditProblem[], length: number) {
  return problems.map(({ from, to, message }) => ({
    from: Math.min(from, length),
    to: Math.min(Math.max(to, from), length),
    message,
    severity: 'error' as const,
  }));
}

function oddCharacter(code: number): HTMLElement {
  const [piece] = piecesOf(String.fromCodePoint(code), false);
  const mark = document.createElement('span');
  mark.className = 'odd-character';
  mark.textContent = piece?.kind === 'odd' ? piece.escape : `\\u{${code.toString(16)}}`;
  mark.title = piece?.kind === 'odd' ? piece.name : 'invisible character';
  return mark;
}

/** The page's colours: only custom properties reach into a shadow root. */
const theme = EditorView.theme({
  '&': {
    color: 'var(--text)',
    backgroundColor: 'var(--surface)',
    border: '1px solid var(--border-strong)',
    borderRadius: 'var(--radius)',
    fontSize: 'var(--small)',
  },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '1px' },
  '.cm-scroller': {
    fontFamily: 'var(--mono)',
    lineHeight: '1.5',
    maxHeight: '60vh',
    minHeight: '8em',
  },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': {
    color: 'var(--text-muted)',
    backgroundColor: 'var(--surface-sunken)',
    borderRight: '1px solid var(--border)',
    borderRadius: 'var(--radius) 0 0 var(--radius)',
  },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    {
      backgroundColor: 'var(--accent-soft)',
    },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-soft)' },
  '.cm-foldPlaceholder': {
    color: 'var(--text-muted)',
    backgroundColor: 'var(--surface-sunken)',
    borderColor: 'var(--border)',
  },
  '.cm-tooltip': {
    color: 'var(--text)',
    backgroundColor: 'var(--surface)',
    border: '1px solid var(--border-strong)',
    borderRadius: 'var(--radius)',
  },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--bad)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--bad)',
    textUnderlineOffset: '3px',
  },
  '.cm-lint-marker-error': {
    content: '"!"',
    width: '1em',
    height: '1em',
    lineHeight: '1',
    textAlign: 'center',
    fontWeight: '700',
    color: 'var(--bad)',
  },
  '.odd-character': {
    color: 'var(--bad)',
    backgroundColor: 'var(--bad-soft)',
    borderRadius: '3px',
    padding: '0 2px',
  },
});

/** The same JSON colours as in the tree. */
const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--code-name)' },
  { tag: tags.string, color: 'var(--code-string)' },
  { tag: tags.number, color: 'var(--code-number)' },
  { tag: [tags.bool, tags.null], color: 'var(--code-keyword)' },
  { tag: tags.invalid, color: 'var(--bad)' },
]);
