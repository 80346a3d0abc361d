import type { ReactNode } from 'react';
import { LongText } from '../text/LongText.tsx';

type Props = { readonly facts: readonly (readonly [name: string, text: string | undefined])[] };

/** Short facts, each with its name; those without a text are left out. */
export function Facts({ facts }: Props): ReactNode {
  const given = facts.filter(([, text]) => text !== undefined);
  if (given.length === 0) return null;
  return (
    <dl className="facts">
      {given.map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {text === '' ? (
              <span className="tag">empty</span>
            ) : (
              <LongText text={text ?? ''} lines />
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
