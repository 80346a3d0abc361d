import { type ReactNode, type RefObject, useState } from 'react';
import { misleads } from '../../text/characters.ts';
import type { Detail } from '../data/details.ts';
import { Age, Remaining } from '../parts/Age.tsx';
import { CopyId } from '../parts/CopyId.tsx';
import { count } from '../parts/format.ts';
import { RiskBadge } from '../parts/RiskBadge.tsx';
import { useFold } from '../payload/folds.tsx';
import { SafeLink } from '../payload/SafeLink.tsx';
import { VisibleText } from '../payload/Text.tsx';
import { AskedBefore } from './AskedBefore.tsx';

type Props = { review: Detail; heading: RefObject<HTMLHeadingElement | null> };

/** What a reviewer has to know before the payload, in one look. */
export function ReviewHead({ review, heading }: Props): ReactNode {
  return (
    <header className="review-head">
      <h2 id="review-title" ref={heading} tabIndex={-1}>
        <VisibleText text={review.headline ?? review.nodeId} />
      </h2>
      <ReviewFacts review={review} />
      <AskedBefore key={review.nodeExecId} review={review} />
      <Links review={review} />
      <Details review={review} />
    </header>
  );
}

/** The same without a fold and what is loaded afterwards, for reviews that are shown together. */
export const ReviewFactsInList = ({ review }: { review: Detail }): ReactNode => (
  <>
    <ReviewFacts review={review} />
    <Links review={review} />
    <Covered review={review} />
  </>
);

/** How harmful it is, who asks since when, and what happens if nobody decides. */
function ReviewFacts({ review }: { review: Detail }): ReactNode {
  const { kind, risk, reversible, requestedBy, createdAt, expiresAt, status, revision } = review;
  const isQuestion = kind === 'QUESTION';
  const isUndecided = status === 'WAITING' || status === 'CHANGES_REQUESTED';
  return (
    <p className="review-who">
      {isQuestion && <span className="label is-question">Question</span>}
      {risk !== null && <RiskBadge risk={risk} />}
      {reversible !== null && (
        <span className={reversible ? 'label' : 'label is-final'}>
          {reversible ? 'Can be undone' : "Can't be undone"}
        </span>
      )}
      <span>
        <strong>
          <VisibleText text={requestedBy} />
        </strong>{' '}
        {isQuestion ? 'asked this' : 'asked'} <Age since={createdAt} /> ago
        {revision > 1 && `, revision ${revision}`}
      </span>
      {isUndecided && (
        <span>
          {expiresAt === null ? (
            'never expires'
          ) : (
            <>
              <Remaining until={expiresAt} />,{' '}
              {isQuestion ? 'then it counts as rejected: no answer' : 'then it counts as rejected'}
            </>
          )}
        </span>
      )}
    </p>
  );
}

/** Where the agent says that more can be read. */
function Links({ review: { links } }: { review: Detail }): ReactNode {
  if (links.length === 0) return null;
  return (
    <p className="review-links">
      <span className="muted">
        {links.length === 1 ? 'Link' : 'Links'} of the agent, nobody checked{' '}
        {links.length === 1 ? 'it' : 'them'}:
      </span>
      {links.map(({ title, url }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: links never move, and may be repeated
        <SafeLink key={at} href={url}>
          {title}
        </SafeLink>
      ))}
    </p>
  );
}

/** The step, the ids, and what else a decision covers, folded into one line. */
function Details({ review }: { review: Detail }): ReactNode {
  const { graphId, graphVersion, graphExecId, nodeExecId, headline, nodeId } = review;
  const { consumers, tags } = review;
  const [isOpen, setOpen] = useState(false);
  const texts = [nodeId, graphId, graphExecId, nodeExecId, ...consumers, ...tags];
  const folded = texts.join('\n');
  const hides = useFold(folded, !isOpen && misleads(folded));
  return (
    <details className="review-details" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary {...hides}>
        <span className="visually-hidden">Details: </span>
        {headline !== null && (
          <>
            <span>
              Step <VisibleText text={nodeId} />
            </span>
            {' · '}
          </>
        )}
        Workflow <VisibleText text={graphId} /> v{graphVersion} · Run{' '}
        <VisibleText text={graphExecId} />
        {consumers.length > 0 &&
          ` · ${count(consumers.length, 'other agent')} may use the approval`}
        {tags.map((tag) => (
          <span key={tag} className="label">
            <VisibleText text={tag} />
          </span>
        ))}
      </summary>
      <Covered review={review} />
    </details>
  );
}

/** The step, the ids, and what else a decision covers. */
function Covered({ review }: { review: Detail }): ReactNode {
  const { graphId, graphVersion, graphExecId, nodeExecId, nodeId } = review;
  const { requestedBy, consumers, editable, tags } = review;
  return (
    <dl className="ids">
      <div>
        <dt>Step</dt>
        <dd>
          <VisibleText text={nodeId} />
        </dd>
      </div>
      <div>
        <dt>Workflow</dt>
        <dd>
          <VisibleText text={graphId} /> v{graphVersion}
        </dd>
      </div>
      <div>
        <dt>Run</dt>
        <dd>
          <CopyId id={graphExecId} name="run ID" />
        </dd>
      </div>
      <div>
        <dt>Review</dt>
        <dd>
          <CopyId id={nodeExecId} name="review ID" />
        </dd>
      </div>
      {consumers.length > 0 && (
        <div>
          <dt>Approval can be used by</dt>
          <dd>
            <VisibleText text={[requestedBy, ...consumers].join(', ')} />
          </dd>
        </div>
      )}
      {tags.length > 0 && (
        <div>
          <dt>Tags</dt>
          <dd>
            <VisibleText text={tags.join(', ')} />
          </dd>
        </div>
      )}
      <div>
        <dt>Editable</dt>
        <dd>{editable ? 'yes' : 'no'}</dd>
      </div>
    </dl>
  );
}
