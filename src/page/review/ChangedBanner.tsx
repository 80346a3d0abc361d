import type { ReactNode } from 'react';
import type { Detail } from '../data/details.ts';
import { Diff } from '../payload/Diff.tsx';
import { VisibleText } from '../payload/Text.tsx';

type Props = {
  /** The review as the reviewer has seen it. */
  before: Detail;
  after: Detail;
  onAccept(): void;
};

/** The fields to compare, besides the payload. */
const fields = {
  nodeId: 'Step',
  graphExecId: 'Run',
  graphId: 'Workflow',
  graphVersion: 'Workflow version',
  requestedBy: 'Agent',
  consumers: 'Others who may use the approval',
  editable: 'Editable',
  expiresAt: 'Expires',
  headline: 'Headline',
  risk: 'Risk',
  tags: 'Tags',
  instructions: 'Instructions',
} as const;

/** Says that a review has changed since the reviewer saw it, and how. */
export function ChangedBanner({ before, after, onAccept }: Props): ReactNode {
  const names = Object.keys(fields) as (keyof typeof fields)[];
  const changed = names.filter((name) => textOf(before[name]) !== textOf(after[name]));
  const hasSamePayload = before.payload === after.payload;
  return (
    <section className="banner warn" role="alert">
      <p>This review changed while you were looking at it. You see the previous version.</p>
      {hasSamePayload && changed.length === 0 && (
        <p>
          {before.createdAt === after.createdAt
            ? 'A decision was taken back, so it waits again.'
            : 'The agent withdrew it and requested the same again.'}
        </p>
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
        Show current version
      </button>
    </section>
  );
}

function textOf(value: Detail[keyof typeof fields]): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return 'none';
  return Array.isArray(value) ? value.join(', ') : String(value);
}
