import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import type { DraftComment } from '../data/drafts.ts';
import { count } from '../parts/format.ts';
import { isComposing, Key } from '../parts/shortcuts.tsx';

const MAX_MESSAGE_CHARACTERS = 2_000;

type Kind = 'approve' | 'reject' | 'noAnswer' | 'changes';

/** The name of the panel, what is asked for, the button, and whether something must be typed. */
const texts: Record<Kind, { name: string; ask: string; send: string; isNeeded?: boolean }> = {
  approve: {
    name: 'Approve with a note',
    ask: 'Note to the agent, saved in the history',
    send: 'Approve',
  },
  reject: {
    name: 'Reject',
    ask: 'Why? Shared with the agent and saved in the history.',
    send: 'Reject',
  },
  noAnswer: {
    name: 'No answer',
    ask: 'Why is there no answer? Shared with the agent and saved in the history.',
    send: 'No answer',
  },
  changes: {
    name: 'Request changes',
    ask: 'What should the agent change? Shared with it and saved in the history.',
    send: 'Request changes',
    isNeeded: true,
  },
};

type Props = {
  kind: Kind;
  message: string;
  /** Comments that go with the decision. */
  comments: readonly DraftComment[];
  /** Why nothing can be decided at the moment, or null. */
  obstacle: string | null;
  isSending: boolean;
  onMessage(message: string): void;
  onSend(): void;
  onClose(): void;
};

/** The second step of a decision that goes with a message: a rejection, changes, or a note. */
export function MessagePanel(props: Props): ReactNode {
  const { kind, message, comments, obstacle, isSending, onMessage, onSend, onClose } = props;
  const { name, ask, send, isNeeded = false } = texts[kind];
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const length = [...message.trim()].length;
  const isTooLong = length > MAX_MESSAGE_CHARACTERS;
  const isEmpty = isNeeded && length === 0 && comments.length === 0;
  const isDisabled = obstacle !== null || isSending || isTooLong || isEmpty;
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      onClose();
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.repeat) {
      event.preventDefault();
      if (!isDisabled) onSend();
    }
  };
  return (
    <section className="decision-bar panel" aria-label={name} onKeyDown={onKeyDown}>
      <label htmlFor={id}>{ask}</label>
      <textarea
        id={id}
        ref={field}
        rows={3}
        value={message}
        onChange={(event) => onMessage(event.target.value)}
        aria-describedby={isTooLong ? `${id}-long` : undefined}
        aria-invalid={isTooLong}
      />
      {isTooLong && (
        <p id={`${id}-long`} className="problem" role="alert">
          {length} characters, but at most {MAX_MESSAGE_CHARACTERS} are allowed
        </p>
      )}
      <div className="actions">
        <button
          type="button"
          className={
            kind === 'reject' || kind === 'noAnswer' ? 'button danger solid' : 'button primary'
          }
          disabled={isDisabled}
          onClick={onSend}
        >
          {isSending ? 'Sending…' : send} <Key>Ctrl Enter</Key>
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel <Key>Esc</Key>
        </button>
        {obstacle !== null ? (
          <p className="obstacle">{obstacle}</p>
        ) : comments.length > 0 ? (
          <p className="obstacle">{goWithIt(comments)}</p>
        ) : (
          isEmpty && <p className="obstacle">Write what to change, or comment on the payload.</p>
        )}
      </div>
    </section>
  );
}

/** Says that comments are sent together with the decision. */
export const goWithIt = (comments: readonly DraftComment[]): string =>
  `${count(comments.length, 'comment')} ${comments.length === 1 ? 'goes' : 'go'} with your decision.`;
