import type { ReactNode } from 'react';
import { SafeLink } from '../instructions/SafeLink.tsx';
import { count } from '../text/count.ts';
import { LongText } from '../text/LongText.tsx';
import { linesOf } from '../text/lineBreaks.ts';
import type { Approval } from './approval.ts';
import { CodeText } from './CodeText.tsx';
import { Facts } from './Facts.tsx';
import { ShowMore, useShownCount } from './ShowMore.tsx';

const FIRST_CONCERNS = 50;
/** A longer address is text, which folds. */
const MAX_LINK_CHARACTERS = 500;

type Props = { readonly approval: Extract<Approval, { kind: 'code' }> };

/** Code that will run: first how it runs and what is unsafe about it, then the code itself. */
export function CodeView({ approval }: Props): ReactNode {
  const { code, mode, concerns, objective, reasoning, notebook, folder } = approval;
  return (
    <>
      <p className="approval-head">
        Runs Python in mode{' '}
        <span className={mode === 'readonly' || mode === 'simulation' ? 'tag accent' : 'tag warns'}>
          {mode === '' ? 'empty' : <LongText text={mode} maxCharacters={200} />}
        </span>
      </p>
      <Concerns concerns={concerns} />
      <Facts
        facts={[
          ['Objective', objective],
          ['Why a person is asked', reasoning],
          ['Runs in folder', folder],
        ]}
      />
      {notebook !== undefined && (
        <p className="notebook">
          Notebook:{' '}
          {notebook.length <= MAX_LINK_CHARACTERS ? (
            <SafeLink href={notebook}>{notebook}</SafeLink>
          ) : (
            <LongText text={notebook} />
          )}
        </p>
      )}
      <p className="part-title">
        Code, {count(linesOf(code).length, 'line')}, {count(code.length, 'character')}
      </p>
      <CodeText code={code} label="The code that will run" />
    </>
  );
}

function Concerns({ concerns }: { concerns: readonly string[] }): ReactNode {
  const [shown, more] = useShownCount(concerns.length, FIRST_CONCERNS);
  if (concerns.length === 0) return <p className="muted">The agent names no safety concern.</p>;
  return (
    <div className="notice warns concerns">
      <p>{count(concerns.length, 'safety concern')}</p>
      <ul>
        {concerns.slice(0, shown).map((concern, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a concern can be there twice
          <li key={at}>
            {concern === '' ? (
              <span className="tag">empty text</span>
            ) : (
              <LongText text={concern} lines />
            )}
          </li>
        ))}
      </ul>
      <ShowMore shown={shown} total={concerns.length} what="safety concern" onMore={more} />
    </div>
  );
}
