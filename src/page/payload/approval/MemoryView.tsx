import { lazy, type ReactNode, Suspense } from 'react';
import { LongText } from '../text/LongText.tsx';
import type { Approval } from './approval.ts';
import { Facts } from './Facts.tsx';

const LineDiff = lazy(() => import('../diff/LineDiff.tsx'));

type Props = { readonly memory: Extract<Approval, { kind: 'memory' }> };

/** What happens to a memory: the old beside the new; what is deleted; or the new alone. */
export function MemoryView({ memory }: Props): ReactNode {
  const { type, operation, objective, content, existing, user } = memory;
  const deletes = operation.trim().toLowerCase() === 'delete';
  const isConsistent = type === `memory_${operation}`;
  return (
    <>
      <p className="approval-head">
        <span className={deletes ? 'tag bad' : 'tag accent'}>
          <LongText text={operation} maxCharacters={200} />
        </span>{' '}
        a memory
      </p>
      {!isConsistent && (
        <p className="notice warns" role="note">
          The two names of the operation differ: operation_type says “
          <LongText text={operation} maxCharacters={200} />
          ”, approval_type says “<LongText text={type} maxCharacters={200} />
          ”.
        </p>
      )}
      <Facts
        facts={[
          ['Objective', objective],
          ['Of user', user],
        ]}
      />
      {existing !== '' && !deletes ? (
        <Suspense fallback={<OldAndNew existing={existing} content={content} />}>
          <LineDiff before={existing} after={content} beforeName="Now" afterName="New" />
        </Suspense>
      ) : (
        <>
          {existing !== '' && <Block title="Now" text={existing} />}
          <Block title={deletes ? 'To be deleted' : 'New'} text={content} />
        </>
      )}
    </>
  );
}

function OldAndNew({ existing, content }: { existing: string; content: string }): ReactNode {
  return (
    <div className="side-by-side">
      <Block title="Now" text={existing} />
      <Block title="New" text={content} />
    </div>
  );
}

function Block({ title, text }: { title: string; text: string }): ReactNode {
  return (
    <div>
      <p className="part-title">{title}</p>
      <p className="text-block">
        {text === '' ? (
          <span className="tag">empty text</span>
        ) : (
          <LongText text={text} lines maxLines={60} />
        )}
      </p>
    </div>
  );
}
