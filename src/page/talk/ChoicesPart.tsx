import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';
import type { AnswerProblem } from '../data/decide.ts';
import { isComposing, Key, useShortcuts } from '../parts/shortcuts.tsx';
import { LongText, VisibleText } from '../payload/Text.tsx';
import type { Plan } from './formSchema.ts';

export type Choices = Extract<Plan, { kind: 'choices' }>;

type Props = {
  choices: Choices;
  /** The text of the choice so far, or null. */
  draft: string | null;
  /** Why nothing can be decided at the moment, or null. */
  obstacle: string | null;
  isSending: boolean;
  problems: readonly AnswerProblem[];
  onDraft(answer: string): void;
  onAnswer(answer: string): void;
};

/** An answer that is one of a few values: a digit chooses, and Enter answers. */
export function ChoicesPart(props: Props): ReactNode {
  const { choices: plan, draft, obstacle, isSending, problems, onDraft, onAnswer } = props;
  const { choices, about } = plan;
  const group = useRef<HTMLFieldSetElement>(null);
  const id = useId();
  const chosen = choices.findIndex(({ text }) => text === draft);
  const isDisabled = obstacle !== null || isSending || chosen < 0;
  const inputs = () => group.current?.querySelectorAll('input');
  const choose = (at: number) => {
    const choice = choices[at];
    if (choice === undefined) return;
    onDraft(choice.text);
    inputs()?.[at]?.focus();
  };
  const answer = () => {
    const choice = choices[chosen];
    if (!isDisabled && choice !== undefined) onAnswer(choice.text);
  };
  useShortcuts({
    a: () => inputs()?.[Math.max(0, chosen)]?.focus(),
    ...Object.fromEntries(
      choices.slice(0, 9).map((_choice, at) => [String(at + 1), () => choose(at)]),
    ),
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.repeat || isComposing(event.nativeEvent)) return;
    event.preventDefault();
    answer();
  };
  return (
    <div className="answer-choices">
      <fieldset
        className="options"
        ref={group}
        aria-describedby={problems.length > 0 ? id : undefined}
        onKeyDown={onKeyDown}
      >
        <legend className={about === null ? 'visually-hidden' : 'answer-about'}>
          {about === null ? 'Answer' : <LongText text={about} lines />}
        </legend>
        {choices.map(({ text, label }, at) => (
          <label key={text} className="answer-choice">
            <input type="radio" name={id} checked={at === chosen} onChange={() => onDraft(text)} />
            <VisibleText text={label} />
            {at < 9 && <Key>{String(at + 1)}</Key>}
          </label>
        ))}
      </fieldset>
      {problems.map(({ path, message }) => (
        <p key={`${path} ${message}`} id={id} className="problem">
          <VisibleText text={message} />
        </p>
      ))}
      <button type="button" className="button primary" disabled={isDisabled} onClick={answer}>
        {isSending ? 'Sending…' : 'Answer'} <Key>Enter</Key>
      </button>
    </div>
  );
}
