import { type ReactNode, useId } from 'react';
import type { JsonNode } from '../json/jsonTree.ts';
import { numberNode } from './changeTree.ts';
import { FieldLabel } from './FieldLabel.tsx';
import type { FieldProps } from './Fields.tsx';
import { isNumberText } from './numberText.ts';

/** A number as it is written: no digit of it is rounded. */
export function NumberField(props: FieldProps<Extract<JsonNode, { kind: 'number' }>>): ReactNode {
  const { node, path, onChange } = props;
  const id = useId();
  const isWrong = !isNumberText(node.text);
  return (
    <div className="field">
      <FieldLabel id={id} path={path} type="number" />
      {/* Not type="number": it rounds, and it hides what it cannot read. */}
      <input
        id={id}
        value={node.text}
        inputMode="decimal"
        autoComplete="off"
        aria-invalid={isWrong}
        aria-describedby={`${id}-wrong`}
        onChange={({ target }) => onChange(path, numberNode(target.value))}
      />
      <p id={`${id}-wrong`} className="field-note bad" hidden={!isWrong}>
        {node.text.trim() === ''
          ? 'A number is needed.'
          : 'Not a number as JSON writes it, such as -12.5'}
      </p>
    </div>
  );
}
