import { type ReactNode, useId } from 'react';
import type { JsonNode } from '../json/jsonTree.ts';
import { booleanNode, numberNode, textNode } from './changeTree.ts';
import { FieldLabel } from './FieldLabel.tsx';
import type { FieldProps } from './Fields.tsx';

const others: Readonly<Record<string, () => JsonNode>> = {
  text: () => textNode(''),
  number: () => numberNode(''),
  'true or false': () => booleanNode(false),
};

/** Null, which can become a value of another type. */
export function NullField(props: FieldProps<Extract<JsonNode, { kind: 'null' }>>): ReactNode {
  const { path, onChange } = props;
  const id = useId();
  return (
    <div className="field">
      <FieldLabel id={id} path={path} type="nothing" />
      <select
        id={id}
        value="null"
        onChange={({ target }) => {
          const other = others[target.value];
          if (other) onChange(path, other());
        }}
      >
        <option>null</option>
        {Object.keys(others).map((type) => (
          <option key={type} value={type}>
            becomes {type}
          </option>
        ))}
      </select>
    </div>
  );
}
