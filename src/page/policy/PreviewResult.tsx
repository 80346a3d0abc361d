import type { ReactNode } from 'react';
import type { PreviewPolicyQuery, RowFragment } from '../generated/graphql.ts';
import { count } from '../parts/format.ts';
import { VisibleText } from '../payload/Text.tsx';
import { SurpriseList } from './SurpriseList.tsx';

export type Preview = Extract<PreviewPolicyQuery['previewPolicy'], { __typename: 'PolicyPreview' }>;

/** The service names at most this many surprises of a kind. */
const MAX_NAMED = 20;

/** What rules would have made of past requests, and where people decided otherwise. */
export function PreviewResult({ preview }: { preview: Preview }): ReactNode {
  const { examined, truncated, allowedCount, reviewCount, deniedCount } = preview;
  const parts = [
    ['ALLOW', 'allowed', allowedCount],
    ['REVIEW', 'asked a person', reviewCount],
    ['DENY', 'denied', deniedCount],
  ] as const;
  if (examined === 0) return <p className="muted">There are no requests in this time.</p>;
  return (
    <div className="preview-result">
      <p>
        <strong>{count(examined, 'request')}</strong>
        {truncated && ', the newest ones: older ones were not looked at'}
      </p>
      <dl className="shares">
        {parts.map(([effect, name, amount]) => (
          <div key={effect} data-effect={effect}>
            <dt>{name}</dt>
            <dd>
              {amount.toLocaleString('en')}{' '}
              <span className="share" aria-hidden="true">
                <span style={{ width: `${(100 * amount) / examined}%` }} />
              </span>
            </dd>
          </div>
        ))}
      </dl>
      <Surprises preview={preview} />
      {preview.problems.length > 0 && (
        <div className="banner warn">
          <p>
            <strong>Rules that could not be evaluated</strong> for some of these, so a person would
            have been asked:
          </p>
          <ul className="rule-list">
            {preview.problems.map(({ ruleId, message }) => (
              <li key={ruleId + message}>
                <code>
                  <VisibleText text={ruleId} />
                </code>{' '}
                <VisibleText text={message} />
              </li>
            ))}
          </ul>
        </div>
      )}
      {preview.matches.length > 0 && (
        <p className="muted">
          Decided by:{' '}
          {preview.matches.map(({ ruleId, count: amount }, at) => (
            <span key={ruleId}>
              {at > 0 && ', '}
              <VisibleText text={ruleId} /> ({amount.toLocaleString('en')})
            </span>
          ))}
        </p>
      )}
    </div>
  );
}

/** The requests that a person decided otherwise. */
function Surprises({ preview }: { preview: Preview }): ReactNode {
  const groups: [text: string, amount: number][] = [
    ['Allowed by these rules, rejected by a person', preview.allowedThoughRejectedCount],
    ['Allowed by these rules, edited by a person', preview.allowedThoughEditedCount],
    ['Denied by these rules, approved by a person', preview.deniedThoughApprovedCount],
  ];
  if (groups.every(([, amount]) => amount === 0)) {
    return <p>People decided none of them otherwise.</p>;
  }
  let at = 0;
  return (
    <>
      {groups.map(([text, amount]) => {
        const rows: RowFragment[] = preview.surprises.slice(at, at + Math.min(amount, MAX_NAMED));
        at += rows.length;
        return amount === 0 ? null : (
          <section key={text} className="surprise-group">
            <p>
              <strong>
                {text}: {amount.toLocaleString('en')}
              </strong>
              {amount > MAX_NAMED && `, of which the newest ${MAX_NAMED} are`}
            </p>
            <SurpriseList rows={rows} />
          </section>
        );
      })}
    </>
  );
}
