import { type ReactNode, useId } from 'react';
import type { JsonPath } from '../json/jsonPath.ts';
import { isBranch, type JsonBranch, type JsonNode } from '../json/jsonTree.ts';
import { KeyName } from '../tree/KeyName.tsx';
import { BooleanField } from './BooleanField.tsx';
import { withNewItem, withoutItem } from './changeTree.ts';
import { NullField } from './NullField.tsx';
import { NumberField } from './NumberField.tsx';
import { TextField } from './TextField.tsx';

/** What every field gets: the value at a path, and where to say what it becomes. */
export type FieldProps<Node extends JsonNode = JsonNode> = {
  readonly node: Node;
  readonly path: JsonPath;
  readonly onChange: (path: JsonPath, node: JsonNode) => void;
};

type Props = FieldProps & {
  /** The kind of an approval, whose `approval_type` stays as it is. */
  readonly approvalType: string | null;
};

/** A value as fields, by its type. Objects and lists hold fields of their own. */
export function Fields(props: Props): ReactNode {
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
}: Props & { node: JsonBranch }): ReactNode {
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
          Add an item
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
        Cannot be edited: it says what kind of approval this is.
      </p>
    </div>
  );
}
