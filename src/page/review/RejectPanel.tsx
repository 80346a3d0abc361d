import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { isComposing, Key } from '../parts/shortcuts.tsx';

const MAX_MESSAGE_CHARACTERS = 2_000;

type Props = {
  message: string;
  /** Why nothing can be decided at the moment, or null. */
  obstacle: string | null;
  isSending: boolean;
  onMessage(message: string): void;
  onReject(): void;
  onClose(): void;
};

/** The second step of a rejection: the reason. */
export function RejectPanel(props: Props): ReactNode {
  const { message, obstacle, isSending, onMessage, onReject, onClose } = props;
  const isDisabled = obstacle !== null || isSending;
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const length = [...message].length;
  const isTooLong = length > MAX_MESSAGE_CHARACTERS;
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      onClose();
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.repeat) {
      event.preventDefault();
      if (!isDisabled && !isTooLong) onReject();
    }
  };
  return (
    <section className="decision-bar panel" aria-label="Reject" onKeyDown={onKeyDown}>
      <label htmlFor={id}>Why? Shared with the agent and saved in the history.</label>
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
          className="button danger solid"
          disabled={isDisabled || isTooLong}
          onClick={onReject}
        >
          Reject <Key>Ctrl Enter</Key>
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel <Key>Esc</Key>
        </button>
        {obstacle !== null && <p className="obstacle">{obstacle}</p>}
      </div>
    </section>
  );
}
