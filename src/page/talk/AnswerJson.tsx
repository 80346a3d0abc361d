import { readJsonTree } from '@holdpoint/client/json';
import { type ReactNode, useMemo } from 'react';
import type { AnswerProblem } from '../data/decide.ts';
import { type EditProblem, placed } from '../payload/checkEdit.ts';
import JsonEditor from '../payload/JsonEditor.tsx';
import { JsonTree } from '../payload/JsonTree.tsx';
import { VisibleText } from '../payload/Text.tsx';

type Props = {
  text: string;
  schemaText: string;
  /** Why the text is not JSON that can be sent. */
  syntax: readonly EditProblem[];
  /** What in the answer does not fit the schema. */
  problems: readonly AnswerProblem[];
  onChange(text: string): void;
};

/** An answer as JSON, with its schema beside it. */
export default function AnswerJson(props: Props): ReactNode {
  const { text, schemaText, syntax, problems, onChange } = props;
  const schema = useMemo(() => readJsonTree(schemaText), [schemaText]);
  const isEmpty = text.trim() === '';
  const marks = useMemo(
    () =>
      isEmpty ? [] : syntax.length > 0 ? syntax : problems.map((problem) => placed(text, problem)),
    [text, isEmpty, syntax, problems],
  );
  return (
    <div className="answer-json">
      <div>
        <JsonEditor
          text={text}
          problems={marks}
          label="Answer as JSON"
          takesFocus
          onChange={onChange}
        />
        <div role="status" className={marks.length > 0 ? 'notice bad' : undefined}>
          {marks.length > 0 && (
            <ul className="problems">
              {marks.map(({ line, path, message }) => (
                <li key={`${line} ${path} ${message}`}>
                  Line {line}: {path !== '' && <VisibleText text={`${path} `} />}
                  <VisibleText text={message} />
                </li>
              ))}
            </ul>
          )}
        </div>
      </div>
      <div className="answer-schema">
        <p className="part-title">Schema of the answer</p>
        <JsonTree root={schema} label="Schema of the answer" />
      </div>
    </div>
  );
}
