import type { ReactNode } from 'react';
import type { JsonPath } from '../json/jsonPath.ts';
import { KeyName } from '../tree/KeyName.tsx';

type Props = { readonly id: string; readonly path: JsonPath; readonly type: string };

/** A field's key, and the type of its value. */
export function FieldLabel({ id, path, type }: Props): ReactNode {
  const key = path.at(-1);
  return (
    <label htmlFor={id}>
      {key === undefined ? 'Payload' : <KeyName name={key} />}{' '}
      <span className="field-type">{type}</span>
    </label>
  );
}
