import { type ReactNode, useId } from 'react';
import type { JsonNode } from '../json/jsonTree.ts';
import { booleanNode } from './changeTree.ts';
import { FieldLabel } from './FieldLabel.tsx';
import type { FieldProps } from './Fields.tsx';

/** True or false. */
export function BooleanField(props: FieldProps<Extract<JsonNode, { kind: 'boolean' }>>): ReactNode {
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
