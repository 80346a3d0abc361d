import type { ReactNode } from 'react';
import type { KeyWarning } from '../json/duplicateKeys.ts';
import { isPlainKey } from '../json/jsonPath.ts';
import { LongText } from '../text/LongText.tsx';

/** A longer key is folded. */
export const MAX_KEY_CHARACTERS = 200;

type Props = {
  readonly name: string | number;
  readonly warning?: KeyWarning | undefined;
  /** What follows the key itself, before what is odd about it. */
  readonly after?: string;
};

/** A key, in quotes unless it is a plain name, with what is odd about it. */
export function KeyName({ name, warning, after = '' }: Props): ReactNode {
  const end = <span className="json-colon">{after}</span>;
  if (typeof name === 'number') {
    return (
      <>
        <span className="json-index">{name}</span>
        {end}
      </>
    );
  }
  const quote = isPlainKey(name) ? '' : '"';
  return (
    <>
      <span className="json-key">
        {quote}
        <LongText text={name} maxCharacters={MAX_KEY_CHARACTERS} what="key" />
        {quote}
      </span>
      {end}
      {name === '' && <span className="tag">empty key</span>}
      {warning !== undefined && <span className="tag warns">{warning}</span>}
    </>
  );
}
