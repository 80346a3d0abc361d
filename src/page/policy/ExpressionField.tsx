import {
  type KeyboardEvent,
  type ReactNode,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { misleads } from '../../text/characters.ts';
import { isComposing } from '../parts/shortcuts.tsx';
import { VisibleText } from '../payload/Text.tsx';
import { type Completion, completionAt, type Suggestion } from './completion.ts';

/** A part of the text that is wrong. Without a place it is about the whole text. */
export type FieldProblem = {
  readonly message: string;
  readonly start?: number;
  readonly end?: number;
  readonly line?: number;
  readonly column?: number;
};

type Props = {
  label: string;
  value: string;
  onChange(value: string): void;
  problem: FieldProblem | null;
  /** An example of a payload, whose fields are suggested. */
  payload?: unknown;
  placeholder?: string;
};

/**
 * A CEL expression. It suggests names while they are typed, and underlines what is wrong. Tab leaves
 * it, as in every other field.
 */
export function ExpressionField(props: Props): ReactNode {
  const { label, value, onChange, problem, payload, placeholder } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const [completion, setCompletion] = useState<Completion | null>(null);
  const [active, setActive] = useState(0);
  /** Where the cursor goes with the next value, if something was inserted. */
  const nextCursor = useRef<number | null>(null);
  const id = useId();
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs for every new value
  useLayoutEffect(() => {
    const cursor = nextCursor.current;
    nextCursor.current = null;
    if (cursor !== null) field.current?.setSelectionRange(cursor, cursor);
  }, [value]);
  const suggestions = completion?.suggestions ?? [];
  const isOpen = suggestions.length > 0;
  const close = () => setCompletion(null);

  const suggest = (text: string, cursor: number, isAsked: boolean) => {
    const found = completionAt(text, cursor, payload);
    const isTyped = cursor > found.from || text[cursor - 1] === '.';
    setCompletion(isAsked || isTyped ? found : null);
    setActive(0);
  };
  const insert = ({ text }: Suggestion) => {
    const area = field.current;
    if (area === null || completion === null) return;
    onChange(value.slice(0, completion.from) + text + value.slice(area.selectionStart));
    close();
    area.focus();
    nextCursor.current = completion.from + text.length;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (isComposing(event.nativeEvent)) return;
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      suggest(value, event.currentTarget.selectionStart, true);
      return;
    }
    if (!isOpen) return;
    const chosen = suggestions[active];
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined) {
      setActive((active + step + suggestions.length) % suggestions.length);
    } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && chosen) {
      insert(chosen);
    } else if (event.key === 'Escape') {
      close();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const { start = 0, end = 0 } = problem ?? {};
  const marked = problem?.start === undefined ? null : [start, Math.max(end, start + 1)];
  return (
    <div className="expression">
      <label htmlFor={id}>{label}</label>
      <div className="expression-box" data-invalid={problem !== null || undefined}>
        <div className="expression-mirror" aria-hidden="true">
          {marked === null ? (
            value
          ) : (
            <>
              {value.slice(0, marked[0])}
              <mark>{value.slice(marked[0], marked[1]) || ' '}</mark>
              {value.slice(marked[1])}
            </>
          )}{' '}
        </div>
        <textarea
          id={id}
          ref={field}
          rows={1}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          placeholder={placeholder}
          value={value}
          aria-invalid={problem !== null}
          aria-describedby={problem === null ? undefined : `${id}-problem`}
          aria-autocomplete="list"
          aria-controls={isOpen ? `${id}-list` : undefined}
          aria-activedescendant={isOpen ? `${id}-${active}` : undefined}
          onChange={({ target }) => {
            onChange(target.value);
            suggest(target.value, target.selectionStart, false);
          }}
          onKeyDown={onKeyDown}
          onBlur={close}
        />
        {isOpen && (
          <div className="suggestions" role="listbox" id={`${id}-list`} aria-label="Suggestions">
            {suggestions.map((suggestion, at) => (
              // biome-ignore lint/a11y/useFocusableInteractive: the text area keeps the focus
              // biome-ignore lint/a11y/useKeyWithClickEvents: the text area has the keys
              <div
                key={suggestion.text}
                id={`${id}-${at}`}
                role="option"
                aria-selected={at === active}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => insert(suggestion)}
              >
                <code>{suggestion.text}</code>
                <span className="muted">{suggestion.detail}</span>
              </div>
            ))}
          </div>
        )}
      </div>
      {misleads(value) && (
        <p className="muted">
          As it is: <VisibleText text={value} lines />
        </p>
      )}
      {problem !== null && (
        <p className="problem" id={`${id}-problem`} role="alert">
          {problem.line !== undefined && `Line ${problem.line}, column ${problem.column}: `}
          {problem.message}
        </p>
      )}
    </div>
  );
}
