import { type ClipboardEvent, type ReactNode, useId, useState } from 'react';
import type { JsonNode } from '../json/jsonTree.ts';
import { withoutWindowsBreaks } from '../text/lineBreaks.ts';
import { countOdd } from '../text/oddCharacters.ts';
import { textNode } from './changeTree.ts';
import { FieldLabel } from './FieldLabel.tsx';
import type { FieldProps } from './Fields.tsx';

/** From here on a text is written on several lines. */
const LONG = 70;

/** Text, on one line or several. What does not show in a field is named below it. */
export function TextField(props: FieldProps<Extract<JsonNode, { kind: 'string' }>>): ReactNode {
  const { node, path, onChange } = props;
  const id = useId();
  const [isArea, setArea] = useState(node.value.length >= LONG || node.value.includes('\n'));
  const { text, isWindows } = withoutWindowsBreaks(node.value);
  const odd = countOdd(node.value);
  const write = (value: string) =>
    onChange(path, textNode(isWindows ? value.replaceAll('\n', '\r\n') : value));

  // A field of one line would drop the line breaks of what is pasted, and say nothing.
  const widen = (event: ClipboardEvent<HTMLInputElement>) => {
    const pasted = event.clipboardData.getData('text/plain').replaceAll('\r\n', '\n');
    if (!pasted.includes('\n')) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = event.currentTarget;
    const from = selectionStart ?? text.length;
    write(text.slice(0, from) + pasted + text.slice(selectionEnd ?? from));
    setArea(true);
  };

  // A browser's field turns a lone carriage return into a line break by itself.
  if (text.includes('\r')) {
    return (
      <div className="field">
        <FieldLabel id={id} path={path} type="text" />
        <textarea id={id} value={JSON.stringify(node.value)} readOnly rows={3} />
        <p className="field-note">
          Holds carriage returns, which a field cannot keep: edit it as JSON.
        </p>
      </div>
    );
  }
  const shared = {
    id,
    value: text,
    spellCheck: false,
    autoComplete: 'off',
    'aria-describedby': `${id}-odd`,
  };
  return (
    <div className="field">
      <FieldLabel id={id} path={path} type={isArea ? 'text, lines' : 'text'} />
      {isArea ? (
        <textarea
          {...shared}
          rows={Math.min(20, text.split('\n').length + Math.floor(text.length / 90))}
          onChange={({ target }) => write(target.value)}
        />
      ) : (
        <input {...shared} onPaste={widen} onChange={({ target }) => write(target.value)} />
      )}
      <p id={`${id}-odd`} className="field-note warns" hidden={odd.length === 0}>
        Holds what does not show: {odd.map(({ name, count }) => `${count} × ${name}`).join(', ')}
      </p>
    </div>
  );
}
