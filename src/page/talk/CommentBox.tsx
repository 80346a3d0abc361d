import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import type { DraftComment } from '../data/drafts.ts';
import { useDraft, useIsAway, usePage } from '../data/page.ts';
import { isUnanswered, messageOf } from '../data/service.ts';
import { AddCommentDocument } from '../generated/graphql.ts';
import { announce } from '../parts/Announcer.tsx';
import { isComposing, Key, useShortcuts } from '../parts/shortcuts.tsx';
import { Pointer } from './Pointer.tsx';

const MAX_CHARACTERS = 2_000;
/** The service accepts this many with one decision. */
const MAX_WITH_DECISION = 50;

const DRAWN_MS = 50;

type Props = {
  nodeExecId: string;
  /** Whether the viewer may decide the review, so that comments can go with the decision. */
  canDecide: boolean;
  /** Whether the review has changed, so that a comment would be about another version. */
  isOutdated: boolean;
  onAdded(): void;
};

/** A comment, which is sent at once or together with the decision. */
export function CommentBox({ nodeExecId, canDecide, isOutdated, onAdded }: Props): ReactNode {
  const { drafts, service } = usePage();
  const isAway = useIsAway();
  const { comment, comments } = useDraft(nodeExecId);
  const { text, pointer } = comment ?? empty;
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  useShortcuts({ m: focusComposer });
  const write = (next: DraftComment) => {
    setProblem(null);
    drafts.change(nodeExecId, { comment: isEmpty(next) ? null : next });
  };
  const length = [...text].length;
  const isTooLong = length > MAX_CHARACTERS;
  const isUnfinished = text.trim() === '' || isTooLong;
  const isDisabled = isUnfinished || isOutdated || isSending;
  const add = async () => {
    if (isDisabled || isAway) return;
    setSending(true);
    setProblem(null);
    try {
      const input = { nodeExecId, text, pointer };
      const { addComment: answer } = await service.request(AddCommentDocument, { input });
      if (answer.__typename === 'AddCommentPayload') {
        write(empty);
        announce('Comment added');
      } else setProblem(`Your comment was not added: ${answer.message}`);
    } catch (error) {
      setProblem(
        isUnanswered(error)
          ? 'The connection was lost. If your comment does not appear in a moment, try again.'
          : `Your comment was not added: ${messageOf(error)}`,
      );
    } finally {
      setSending(false);
      onAdded();
    }
  };
  const keep = () => {
    drafts.change(nodeExecId, { comment: null, comments: [...comments, { text, pointer }] });
    announce('The comment goes with your decision');
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (isComposing(event.nativeEvent)) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      event.currentTarget.blur();
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.repeat) {
      event.preventDefault();
      void add();
    }
  };
  return (
    <div className="comment-box">
      {pointer !== null && (
        <p className="comment-place">
          On <Pointer pointer={pointer} />
          <button
            type="button"
            className="button small quiet"
            onClick={() => write({ text, pointer: null })}
          >
            On the whole instead
          </button>
        </p>
      )}
      <textarea
        id={id}
        rows={1}
        value={text}
        aria-label={pointer === null ? 'Comment' : `Comment on ${pointer}`}
        placeholder="Write a comment"
        aria-invalid={isTooLong}
        aria-describedby={isTooLong ? `${id}-long` : undefined}
        onChange={(event) => write({ text: event.target.value, pointer })}
        onKeyDown={onKeyDown}
      />
      {isTooLong && (
        <p id={`${id}-long`} className="problem" role="alert">
          {length} characters, but at most {MAX_CHARACTERS} are allowed
        </p>
      )}
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <div className="actions">
        <button
          type="button"
          className="button small"
          disabled={isDisabled || isAway}
          onClick={() => void add()}
        >
          {isSending ? 'Sending…' : 'Comment'} <Key>Ctrl Enter</Key>
        </button>
        {canDecide && (
          <button
            type="button"
            className="button small quiet"
            disabled={isDisabled || comments.length >= MAX_WITH_DECISION}
            onClick={keep}
          >
            Send with my decision
          </button>
        )}
        {isOutdated && text !== '' && (
          <p className="obstacle">This review changed. Show the current version first.</p>
        )}
      </div>
    </div>
  );
}

const empty: DraftComment = { text: '', pointer: null };

const isEmpty = ({ text, pointer }: DraftComment): boolean => text === '' && pointer === null;

/** Opens the comments and moves the focus to the new one. */
export function focusComposer(): void {
  const part = document.querySelector<HTMLDetailsElement>('.comments');
  if (!part) return;
  part.open = true;
  const focus = () => {
    const field = part.querySelector('textarea');
    field?.focus();
    field?.scrollIntoView({ block: 'nearest' });
    return field !== null;
  };
  // If the comments were closed, the field is drawn next.
  if (!focus()) setTimeout(focus, DRAWN_MS);
}
