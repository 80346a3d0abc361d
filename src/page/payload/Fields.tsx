import { isBranch, type JsonBranch, type JsonNode } from '@holdpoint/client/json';
import { type ClipboardEvent, type ReactNode, useId, useMemo, useState } from 'react';
import { countOdd, withoutWindowsBreaks } from '../../text/characters.ts';
import { marksOf } from '../../text/marks.ts';
import { isNumberText } from './checkEdit.ts';
import { booleanNode, numberNode, textNode, withNewItem, withoutItem } from './editTree.ts';
import { KeyName } from './JsonTree.tsx';
import type { JsonPath } from './jsonPath.ts';

/** The value at a path, and the callback for its new value. */
type FieldProps<Node extends JsonNode = JsonNode> = {
  readonly node: Node;
  readonly path: JsonPath;
  readonly onChange: (path: JsonPath, node: JsonNode) => void;
};

type FieldsProps = FieldProps & {
  /** If set, the payload is an approval and its `approval_type` is read-only. */
  readonly approvalType: string | null;
};

/** A value as fields by type. Objects and lists contain fields of their own. */
export function Fields(props: FieldsProps): ReactNode {
  const { node, path, approvalType } = props;
  if (approvalType !== null && path.length === 1 && path[0] === 'approval_type') {
    return <FixedKind type={approvalType} />;
  }
  if (isBranch(node)) return <BranchFields {...props} node={node} />;
  if (node.kind === 'string') return <TextField {...props} node={node} />;
  if (node.kind === 'number') return <NumberField {...props} node={node} />;
  if (node.kind === 'boolean') return <BooleanField {...props} node={node} />;
  return <NullField {...props} node={node} />;
}

function BranchFields({
  node,
  path,
  onChange,
  approvalType,
}: FieldsProps & { node: JsonBranch }): ReactNode {
  const key = path.at(-1);
  const isList = node.kind === 'array';
  return (
    <fieldset className={key === undefined ? 'fields-root' : 'fields-branch'}>
      <legend>{key === undefined ? 'Payload' : <KeyName name={key} />}</legend>
      {node.members.length === 0 && <p className="muted">{isList ? 'No items' : 'No keys'}</p>}
      {node.members.map((member) => (
        <div key={member.key} className={isList ? 'field-item' : undefined}>
          <Fields
            node={member.value}
            path={[...path, member.key]}
            onChange={onChange}
            approvalType={approvalType}
          />
          {isList && (
            <button
              type="button"
              className="quiet-button"
              onClick={() => onChange(path, withoutItem(node, Number(member.key)))}
            >
              Remove<span className="visually-hidden"> item {member.key}</span>
            </button>
          )}
        </div>
      ))}
      {isList && (
        <button
          type="button"
          className="quiet-button"
          onClick={() => onChange(path, withNewItem(node))}
        >
          Add item
          {key !== undefined && <span className="visually-hidden"> to {key}</span>}
        </button>
      )}
    </fieldset>
  );
}

function FixedKind({ type }: { type: string }): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>
        <KeyName name="approval_type" />
      </label>
      <input id={id} value={type} readOnly aria-describedby={`${id}-why`} />
      <p id={`${id}-why`} className="field-note">
        Read-only: the approval type can't be changed.
      </p>
    </div>
  );
}

/** Longer strings get a multi-line field. */
const LONG_STRING_CHARACTERS = 70;

/** What is marked in a text, each with its characters. */
function lookalikeNames(text: string): string[] {
  const { lookalikes, isolated } = marksOf(text);
  const names = [...lookalikes, ...isolated].map(
    ({ start, end, name }) => `“${text.slice(start, end)}” (${name})`,
  );
  return [...new Set(names)].slice(0, MAX_NAMED);
}

const MAX_NAMED = 10;

/** A string. Invisible characters and lookalikes are listed below the field. */
function TextField(props: FieldProps<Extract<JsonNode, { kind: 'string' }>>): ReactNode {
  const { node, path, onChange } = props;
  const id = useId();
  const [isArea, setArea] = useState(
    node.value.length >= LONG_STRING_CHARACTERS || node.value.includes('\n'),
  );
  const { text, isWindows } = withoutWindowsBreaks(node.value);
  const odd = countOdd(node.value);
  const lookalikes = useMemo(() => lookalikeNames(node.value), [node.value]);
  const write = (value: string) =>
    onChange(path, textNode(isWindows ? value.replaceAll('\n', '\r\n') : value));

  // A single-line field would silently drop pasted line breaks.
  const widen = (event: ClipboardEvent<HTMLInputElement>) => {
    const pasted = event.clipboardData.getData('text/plain').replaceAll('\r\n', '\n');
    if (!pasted.includes('\n')) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = event.currentTarget;
    const from = selectionStart ?? text.length;
    write(text.slice(0, from) + pasted + text.slice(selectionEnd ?? from));
    setArea(true);
  };

  // Browser fields turn a lone carriage return into a line feed.
  if (text.includes('\r')) {
    return (
      <div className="field">
        <FieldLabel id={id} path={path} type="text" />
        <textarea id={id} value={JSON.stringify(node.value)} readOnly rows={3} />
        <p className="field-note">
          Contains carriage returns, which a field can't preserve. Edit it as JSON.
        </p>
      </div>
    );
  }
  const shared = {
    id,
    value: text,
    spellCheck: false,
    autoComplete: 'off',
    'aria-describedby': `${id}-odd ${id}-lookalikes`,
  };
  return (
    <div className="field">
      <FieldLabel id={id} path={path} type={isArea ? 'text, multi-line' : 'text'} />
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
        Contains invisible characters:{' '}
        {odd.map(({ name, count }) => `${count} × ${name}`).join(', ')}
      </p>
      <p id={`${id}-lookalikes`} className="field-note warns" hidden={lookalikes.length === 0}>
        Contains lookalikes: {lookalikes.join(', ')}
      </p>
    </div>
  );
}

/** A number as it is written, so that no digit is rounded. */
function NumberField(props: FieldProps<Extract<JsonNode, { kind: 'number' }>>): ReactNode {
  const { node, path, onChange } = props;
  const id = useId();
  const isInvalid = !isNumberText(node.text);
  return (
    <div className="field">
      <FieldLabel id={id} path={path} type="number" />
      {/* Not type="number", which rounds and hides invalid input. */}
      <input
        id={id}
        value={node.text}
        inputMode="decimal"
        autoComplete="off"
        aria-invalid={isInvalid}
        aria-describedby={`${id}-invalid`}
        onChange={({ target }) => onChange(path, numberNode(target.value))}
      />
      <p id={`${id}-invalid`} className="field-note bad" hidden={!isInvalid}>
        {node.text.trim() === '' ? 'Enter a number.' : 'Not a valid JSON number, e.g. -12.5'}
      </p>
    </div>
  );
}

function BooleanField(props: FieldProps<Extract<JsonNode, { kind: 'boolean' }>>): ReactNode {
  const { node, path, onChange } = props;
  const id = useId();
  return (
    <div className="field">
      <FieldLabel id={id} path={path} type="true or false" />
      <select
        id={id}
        value={String(node.value)}
        onChange={({ target }) => onChange(path, booleanNode(target.value === 'true'))}
      >
        <option>true</option>
        <option>false</option>
      </select>
    </div>
  );
}

const replacements: Readonly<Record<string, () => JsonNode>> = {
  text: () => textNode(''),
  number: () => numberNode(''),
  'true or false': () => booleanNode(false),
};

/** Null, which can be changed to a value of another type. */
function NullField(props: FieldProps<Extract<JsonNode, { kind: 'null' }>>): ReactNode {
  const { path, onChange } = props;
  const id = useId();
  return (
    <div className="field">
      <FieldLabel id={id} path={path} type="null" />
      <select
        id={id}
        value="null"
        onChange={({ target }) => {
          const replacement = replacements[target.value];
          if (replacement) onChange(path, replacement());
        }}
      >
        <option>null</option>
        {Object.keys(replacements).map((type) => (
          <option key={type} value={type}>
            change to {type}
          </option>
        ))}
      </select>
    </div>
  );
}

type FieldLabelProps = { readonly id: string; readonly path: JsonPath; readonly type: string };

/** A field's key and the type of its value. */
function FieldLabel({ id, path, type }: FieldLabelProps): ReactNode {
  const key = path.at(-1);
  return (
    <label htmlFor={id}>
      {key === undefined ? 'Payload' : <KeyName name={key} />}{' '}
      <span className="field-type">{type}</span>
    </label>
  );
}
