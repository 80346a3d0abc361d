import type { ReactNode } from 'react';
import type { Detail } from '../data/details.ts';
import { Diff } from '../payload/Diff.tsx';
import { LongText } from '../payload/Text.tsx';

type Props = {
  /** The review as the reviewer has seen it. */
  before: Detail;
  after: Detail;
  onAccept(): void;
};

/** The fields to compare, besides the payload and the schema of an answer. */
const fields = {
  kind: 'Kind',
  revision: 'Revision',
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
  reversible: 'Can be undone',
  tags: 'Tags',
  links: 'Links',
  allowedDecisions: 'Possible decisions',
  instructions: 'Instructions',
} as const;

/** Says that a review has changed since the reviewer saw it, and how. */
export function ChangedBanner({ before, after, onAccept }: Props): ReactNode {
  const names = Object.keys(fields) as (keyof typeof fields)[];
  const changed = names.filter((name) => textOf(name, before) !== textOf(name, after));
  const hasSamePayload = before.payload === after.payload;
  const hasSameSchema = before.answerSchema === after.answerSchema;
  return (
    <section className="banner warn" role="alert">
      <p>This review changed while you were looking at it. You see the previous version.</p>
      {hasSamePayload && hasSameSchema && changed.length === 0 && (
        <p>
          {before.createdAt === after.createdAt
            ? 'A decision was withdrawn, so it waits again.'
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
                  <LongText text={textOf(name, before)} lines />
                </del>{' '}
                <ins>
                  <LongText text={textOf(name, after)} lines />
                </ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {!hasSamePayload && <Diff before={before.payload} after={after.payload} />}
      {!hasSameSchema && (
        <>
          <p>What an answer has to look like:</p>
          <Diff before={before.answerSchema ?? 'null'} after={after.answerSchema ?? 'null'} />
        </>
      )}
      <button type="button" className="button" onClick={onAccept}>
        Show current version
      </button>
    </section>
  );
}

const words: Partial<Record<string, string>> = {
  ACTION: 'An action to approve',
  QUESTION: 'A question to answer',
  REQUEST_CHANGES: 'Request changes',
};

const sentence = (name: string): string =>
  words[name] ?? name.charAt(0) + name.slice(1).toLowerCase();

/** The value of a field, as text. */
function textOf(name: keyof typeof fields, review: Detail): string {
  const value = review[name];
  if (name === 'reversible') return value === null ? 'not said' : value ? 'yes' : 'no';
  if (name === 'kind') return sentence(review.kind);
  if (name === 'allowedDecisions') return review.allowedDecisions.map(sentence).join(', ');
  if (name === 'links') {
    return review.links.map(({ title, url }) => `${title}: ${url}`).join('\n') || 'none';
  }
  if (Array.isArray(value)) return value.join(', ') || 'none';
  return value === null ? 'none' : String(value);
}
