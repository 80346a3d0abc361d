import { memo, type ReactNode, useEffect, useRef, useState } from 'react';
import type { Detail } from '../data/details.ts';
import type { DraftComment } from '../data/drafts.ts';
import { useDraft, usePage } from '../data/page.ts';
import { Age } from '../parts/Age.tsx';
import { announce } from '../parts/Announcer.tsx';
import { count } from '../parts/format.ts';
import { LongText, VisibleText } from '../payload/Text.tsx';
import { CommentBox } from './CommentBox.tsx';
import { Pointer } from './Pointer.tsx';
import type { Comment, Talk } from './useTalk.ts';

/** Comments that are drawn together. A review has up to 500. */
const STEP = 20;
/** More of one comment is folded. */
const MAX_CHARACTERS = 600;
const MAX_LINES = 12;

type Props = {
  review: Detail;
  talk: Talk;
  actor: string | null;
  /** Whether the viewer may comment. */
  mayComment: boolean;
  /** Whether comments can go with a decision. */
  canDecide: boolean;
  isOutdated: boolean;
};

/** What agents and reviewers say about the review. It decides nothing. */
export function CommentsPart(props: Props): ReactNode {
  const { review, talk, actor, mayComment, canDecide, isOutdated } = props;
  const { drafts } = usePage();
  const { nodeExecId } = review;
  const draft = useDraft(nodeExecId);
  // Once a review is decided, its timeline has the comments.
  const [isOpen, setOpen] = useState(review.status === 'WAITING');
  const [limit, setLimit] = useState(STEP);
  const comments = talk.comments ?? [];
  useNewComments(talk.comments, actor);
  const earlier = Math.max(0, comments.length - limit);
  if (comments.length === 0 && !mayComment) return null;
  const changeDrafts = (part: { comments: readonly DraftComment[]; comment?: DraftComment }) =>
    drafts.change(nodeExecId, part);
  return (
    <details
      className="part comments"
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{comments.length > 0 ? count(comments.length, 'comment') : 'Comments'}</summary>
      {talk.problem !== null && (
        <p className="problem" role="alert">
          Comments could not be loaded: {talk.problem}
        </p>
      )}
      {isOpen && (
        <>
          {earlier > 0 && (
            <button type="button" className="fold" onClick={() => setLimit(limit + STEP)}>
              Show {count(Math.min(STEP, earlier), 'earlier comment')} of {earlier}
            </button>
          )}
          <ol className="comment-list">
            {comments.slice(earlier).map((comment) => (
              <li key={comment.id}>
                <CommentView comment={comment} revision={review.revision} />
              </li>
            ))}
            {draft.comments.map((comment, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: drafts have nothing else, and no state
              <li key={at} className="comment is-draft">
                <p className="comment-head">
                  <strong>Goes with your decision</strong>
                  {comment.pointer !== null && <Pointer pointer={comment.pointer} />}
                  {draft.comment === null && (
                    <button
                      type="button"
                      className="quiet-button"
                      onClick={() =>
                        changeDrafts({ comments: draft.comments.toSpliced(at, 1), comment })
                      }
                    >
                      Edit
                    </button>
                  )}
                  <button
                    type="button"
                    className="quiet-button"
                    onClick={() => changeDrafts({ comments: draft.comments.toSpliced(at, 1) })}
                  >
                    Remove
                  </button>
                </p>
                <div className="comment-text">
                  <LongText text={comment.text} lines />
                </div>
              </li>
            ))}
          </ol>
          {mayComment && (
            <CommentBox
              nodeExecId={nodeExecId}
              canDecide={canDecide}
              isOutdated={isOutdated}
              onAdded={talk.reload}
            />
          )}
        </>
      )}
    </details>
  );
}

type ViewProps = { comment: Comment /** The revision on the screen. */; revision: number };

/** One comment: who wrote it, when, on what. */
export const CommentView = memo(function CommentView({ comment, revision }: ViewProps): ReactNode {
  const isElsewhere = comment.revision !== revision;
  return (
    <article className="comment">
      <p className="comment-head">
        <strong>
          <VisibleText text={comment.actor} />
        </strong>
        <span className="muted">
          <Age since={comment.at} /> ago
        </span>
        {comment.pointer !== null && (
          <Pointer pointer={comment.pointer} isElsewhere={isElsewhere} />
        )}
        {isElsewhere && <span className="tag">on revision {comment.revision}</span>}
      </p>
      <div className="comment-text">
        <LongText text={comment.text} lines maxCharacters={MAX_CHARACTERS} maxLines={MAX_LINES} />
      </div>
    </article>
  );
});

/** Announces comments of others that arrive while the review is open. */
function useNewComments(comments: Talk['comments'], actor: string | null): void {
  const known = useRef<number>(undefined);
  useEffect(() => {
    if (comments === null) return;
    const added = known.current === undefined ? [] : comments.slice(known.current);
    known.current = comments.length;
    const others = added.filter((comment) => comment.actor !== actor);
    if (others.length > 0) announce(`${count(others.length, 'new comment')}`);
  }, [comments, actor]);
}
