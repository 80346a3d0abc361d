import type { ReactNode } from 'react';
import { Diff } from '../payload/index.ts';
import { VisibleText } from '../payload/text/VisibleText.tsx';
import type { Detail } from '../state/details.ts';

type Props = {
  /** What the reviewer has looked at. */
  before: Detail;
  after: Detail;
  onAccept(): void;
};

/** The fields of a request that a reviewer looks at, beside the payload. */
const fields = {
  nodeId: 'Node',
  graphExecId: 'Execution',
  graphId: 'Graph',
  graphVersion: 'Graph version',
  requestedBy: 'Asked by',
  consumers: 'Others who can use the approval',
  editable: 'Editable',
  expiresAt: 'Expires',
  instructions: 'Message',
} as const;

/** Says that a review is no longer the one that was looked at, and what is different. */
export function ChangedBanner({ before, after, onAccept }: Props): ReactNode {
  const names = Object.keys(fields) as (keyof typeof fields)[];
  const changed = names.filter((name) => textOf(before[name]) !== textOf(after[name]));
  const hasSamePayload = before.payload === after.payload;
  return (
    <section className="banner warn" role="alert">
      <p>This review changed while you were looking at it. Below is what you saw.</p>
      {hasSamePayload && changed.length === 0 && (
        <p>The agent took it back and asked for the same again.</p>
      )}
      {changed.length > 0 && (
        <dl className="changes">
          {changed.map((name) => (
            <div key={name}>
              <dt>{fields[name]}</dt>
              <dd>
                <del>
                  <VisibleText text={textOf(before[name])} />
                </del>{' '}
                <ins>
                  <VisibleText text={textOf(after[name])} />
                </ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {!hasSamePayload && <Diff before={before.payload} after={after.payload} />}
      <button type="button" className="button" onClick={onAccept}>
        Show it as it is now
      </button>
    </section>
  );
}

function textOf(value: Detail[keyof typeof fields]): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return 'none';
  return Array.isArray(value) ? value.join(', ') : String(value);
}
