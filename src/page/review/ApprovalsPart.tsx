import type { ReactNode } from 'react';
import type { Detail } from '../data/details.ts';
import { Age } from '../parts/Age.tsx';
import { LongText, VisibleText } from '../payload/Text.tsx';
import { endTexts, missingText, nameOf, progressText, type Vote } from './approvals.ts';
import { WhoCould } from './WhoCould.tsx';

/** What a review with several approvals requires, who has approved, and what is missing. */
export function ApprovalsPart({ review }: { review: Detail }): ReactNode {
  const { approvalsRequired, votes, escalatedAt, status } = review;
  if (approvalsRequired.length === 0) return null;
  const missing = status === 'WAITING' ? missingText(review) : null;
  return (
    <section className="approvals" aria-label="Approvals">
      <p className="approvals-head">
        <strong>{progressText(review)}</strong>
        {missing !== null && (
          <span className="muted" aria-live="polite">
            <VisibleText text={missing} />
          </span>
        )}
      </p>
      <ul className="requirements">
        {approvalsRequired.map((requirement, at) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: requirements have no other identity
            key={at}
            className="requirement"
            data-met={requirement.given >= requirement.count || undefined}
          >
            <span className="requirement-mark" aria-hidden="true" />
            <span className="requirement-name">
              <VisibleText text={nameOf(requirement)} />
            </span>
            <span className="muted">
              {requirement.given} of {requirement.count}
            </span>
            {status === 'WAITING' && requirement.given < requirement.count && (
              <WhoCould requirement={requirement} review={review} />
            )}
          </li>
        ))}
      </ul>
      {votes.length > 0 && (
        <ul className="votes">
          {votes.map((vote) => (
            <VoteLine key={vote.actor + vote.at} vote={vote} />
          ))}
        </ul>
      )}
      {escalatedAt !== null && status === 'WAITING' && (
        <p className="muted">
          More people were asked <Age since={escalatedAt} /> ago, because nobody had decided.
        </p>
      )}
    </section>
  );
}

function VoteLine({ vote }: { vote: Vote }): ReactNode {
  const { actor, onBehalfOf, decision, message, at, endedBy } = vote;
  return (
    <li data-ended={endedBy !== null || undefined}>
      <p>
        <strong>
          <VisibleText text={actor} />
        </strong>{' '}
        {decision === 'APPROVE' ? 'approved' : 'rejected'}
        {onBehalfOf !== null && (
          <>
            {' '}
            for <VisibleText text={onBehalfOf} />
          </>
        )}{' '}
        <span className="muted">
          <Age since={at} /> ago
        </span>
        {endedBy !== null && <span className="vote-end">{endTexts[endedBy]}</span>}
      </p>
      {message && (
        <blockquote className="vote-message">
          <LongText text={message} lines />
        </blockquote>
      )}
    </li>
  );
}
