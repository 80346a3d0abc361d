import { printJson, readJsonTree } from '@holdpoint/client/json';
import { type ReactNode, useMemo } from 'react';
import { type DecidedReview, headlineOf, type Reported, reports } from './outcomeText.ts';
import { Facts, LongText, VisibleText } from './Text.tsx';

type Props = { readonly review: DecidedReview };

/** How a review ended: who decided it, when and why, and what the agent did afterwards. */
export function Outcome({ review }: Props): ReactNode {
  const { tone, text, by } = headlineOf(review);
  const message = messageOf(review, text);
  return (
    <section className={`outcome ${tone}`} aria-label="Outcome">
      <p className="outcome-head">
        <strong>
          <VisibleText text={text} />
        </strong>
        {by != null && (
          <>
            {' '}
            by <VisibleText text={by} />
          </>
        )}
        <When at={review.reviewedAt} />
      </p>
      {review.wasEdited === true && <p>The payload was edited: the edited version applies.</p>}
      {message !== null && (
        <blockquote className="outcome-message">
          <LongText text={message} lines />
        </blockquote>
      )}
      {review.answer != null && <Answer text={review.answer} />}
      <Afterwards reported={reports(review)} detail={review.outcomeDetail} />
    </section>
  );
}

/** The answer to a question. A text is shown without its quotation marks. */
function Answer({ text }: { text: string }): ReactNode {
  const shown = useMemo(() => {
    const root = readJsonTree(text);
    return root.kind === 'string' ? root.value : printJson(root, 2);
  }, [text]);
  return <Facts facts={[['Answer', shown]]} />;
}

/** What is said besides the headline, which the message of a decision by the policy repeats. */
function messageOf({ reviewMessage }: DecidedReview, headline: string): string | null {
  if (!reviewMessage) return null;
  if (!reviewMessage.startsWith(headline)) return reviewMessage;
  return reviewMessage.slice(headline.length).replace(/^: /, '') || null;
}

type AfterwardsProps = {
  readonly reported: readonly Reported[];
  readonly detail: string | null | undefined;
};

function Afterwards({ reported, detail }: AfterwardsProps): ReactNode {
  return (
    <>
      {reported.map(({ text, isBad, by, at }) => (
        <p key={text} className={isBad ? 'is-bad' : undefined}>
          {text}
          {by != null && (
            <>
              {' '}
              by <VisibleText text={by} />
            </>
          )}
          <When at={at} />
        </p>
      ))}
      <Facts facts={[['Report', detail || undefined]]} />
    </>
  );
}

const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

function When({ at }: { at: string | null | undefined }): ReactNode {
  if (at == null || Number.isNaN(Date.parse(at))) return null;
  return (
    <>
      , <time dateTime={at}>{format.format(new Date(at))}</time>
    </>
  );
}
