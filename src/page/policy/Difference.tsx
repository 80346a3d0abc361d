import type { ReactNode } from 'react';
import { VisibleText } from '../payload/Text.tsx';
import type { RuleChange } from './draft.ts';

/** How the rules of two versions differ. */
export const Difference = ({ changes }: { changes: readonly RuleChange[] }): ReactNode => (
  <ul className="differences">
    {changes.map(({ ruleId, kind, fields }) => (
      <li key={ruleId + kind} className="difference" data-kind={kind}>
        <p>
          <span className="tag">{kind}</span>{' '}
          <strong>
            <VisibleText text={ruleId || 'unnamed'} />
          </strong>
        </p>
        <dl>
          {fields.map(({ name, before, after }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className={name === 'Condition' ? 'mono' : undefined}>
                {before !== '' && (
                  <del>
                    <span className="visually-hidden">Before: </span>
                    <VisibleText text={before} lines />
                  </del>
                )}
                {after !== '' && (
                  <ins>
                    <span className="visually-hidden">After: </span>
                    <VisibleText text={after} lines />
                  </ins>
                )}
              </dd>
            </div>
          ))}
        </dl>
      </li>
    ))}
  </ul>
);
