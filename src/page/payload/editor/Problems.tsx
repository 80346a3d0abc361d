import type { ReactNode } from 'react';
import { VisibleText } from '../text/VisibleText.tsx';
import type { EditProblem } from './checkEdit.ts';

type Props = { readonly problems: readonly EditProblem[]; readonly isJson: boolean };

/** Why the edit cannot be sent, announced as it changes. */
export function Problems({ problems, isJson }: Props): ReactNode {
  return (
    <div role="status" className={problems.length > 0 ? 'notice bad' : undefined}>
      {problems.length > 0 && (
        <ul className="problems">
          {problems.map(({ message, line, path, from }) => (
            <li key={`${from} ${path} ${message}`}>
              {isJson && `Line ${line}: `}
              {!isJson && line > 0 && path !== '' && (
                <>
                  <VisibleText text={path} />:{' '}
                </>
              )}
              <VisibleText text={message} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
