import { type ReactNode, useEffect, useRef } from 'react';
import type { EditProblem } from './checkEdit.ts';
import { type CodeEditor, openCodeEditor } from './codeEditor.ts';

type Props = {
  readonly text: string;
  readonly problems: readonly EditProblem[];
  readonly onChange: (text: string) => void;
};

/**
 * JSON in CodeMirror. It lives in a shadow root, because there CodeMirror hands its styles to the
 * browser as constructed sheets, which a Content-Security-Policy without inline styles allows.
 */
export default function JsonEditor({ text, problems, onChange }: Props): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor>(undefined);
  const told = useRef(onChange);
  told.current = onChange;
  const first = useRef(text);

  useEffect(() => {
    if (host.current === null) return undefined;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' });
    const opened = openCodeEditor(root, first.current, (next) => told.current(next));
    editor.current = opened;
    return () => {
      first.current = opened.text();
      opened.close();
    };
  }, []);
  useEffect(() => editor.current?.replace(text), [text]);
  useEffect(() => editor.current?.mark(problems), [problems]);

  return <div ref={host} className="json-editor" />;
}
