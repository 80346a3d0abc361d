import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
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
import { piecesOf } from '../text/oddCharacters.ts';
import type { EditProblem } from './checkEdit.ts';
import { colours, theme } from './codeTheme.ts';

/** A text area for JSON that is open in the page. */
export type CodeEditor = {
  text(): string;
  /** Puts another text in, as one step that can be undone, without telling of it. */
  replace(text: string): void;
  /** Underlines what is wrong. */
  mark(problems: readonly EditProblem[]): void;
  close(): void;
};

/** What CodeMirror does not count among the special by itself. */
const odd =
  /[\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u00a0\u2000-\u200a\u202f\u205f\u3000\u2800\u115f\u1160\u3164]/gu;

/** More marks than this in one text would make the page halt. */
const MAX_MARKED = 2_000;

/** Not Ctrl-Enter, which sends in the page around, and not a new line in the editor. */
const editing = defaultKeymap.filter(({ key }) => key !== 'Mod-Enter');

/** Opens CodeMirror in a shadow root. The tabulator key leaves it, as it does every field. */
export function openCodeEditor(
  root: ShadowRoot,
  text: string,
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
        // It can be reached without: tabindex says so to whoever checks.
        EditorView.contentAttributes.of({ 'aria-label': 'Payload as JSON', tabindex: '0' }),
        validity.of([]),
        keymap.of([...editing, ...historyKeymap, ...foldKeymap, ...lintKeymap]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !isReplacing) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
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
  mark.title = piece?.kind === 'odd' ? piece.name : 'character that does not show';
  return mark;
}
