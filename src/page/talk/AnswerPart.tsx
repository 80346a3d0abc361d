import { JsonText, printJson, readJsonTree } from '@holdpoint/client/json';
import {
  type KeyboardEvent,
  lazy,
  type ReactNode,
  Suspense,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { AnswerProblem } from '../data/decide.ts';
import type { Detail } from '../data/details.ts';
import type { Draft } from '../data/drafts.ts';
import { Guard } from '../parts/Guard.tsx';
import { isComposing, Key, useShortcuts } from '../parts/shortcuts.tsx';
import { VisibleText } from '../payload/Text.tsx';
import { type Choices, ChoicesPart } from './ChoicesPart.tsx';
import { checkAnswer } from './checkAnswer.ts';
import { answerOf, dataOf, type FormData, formProblems, initialData } from './formAnswer.ts';
import { type FormSchema, planOf } from './formSchema.ts';

const AnswerForm = lazy(() => import('./AnswerForm.tsx'));
const AnswerJson = lazy(() => import('./AnswerJson.tsx'));

type Props = {
  review: Detail;
  draft: Draft;
  /** Why nothing can be decided at the moment, or null. */
  obstacle: string | null;
  isSending: boolean;
  /** What the service found wrong with the answer that was sent last. */
  problems: readonly AnswerProblem[];
  onChange(change: Partial<Draft>): void;
  /** Sends an answer as exact JSON text. */
  onAnswer(answer: string): void;
  onClose(): void;
};

/** The answer to a question: as a choice, in a form, or as JSON. */
export default function AnswerPart(props: Props): ReactNode {
  const { review, draft, onChange } = props;
  const plan = useMemo(() => planOf(review.answerSchema ?? 'true'), [review.answerSchema]);
  const open = () => onChange({ panel: 'answer' });
  const isChoices = plan.kind === 'choices';
  useShortcuts(isChoices ? {} : { a: open });
  if (isChoices) {
    return (
      <ChoicesPart
        choices={plan satisfies Choices}
        draft={draft.answer}
        obstacle={props.obstacle}
        isSending={props.isSending}
        problems={props.problems}
        onDraft={(answer) => onChange({ answer })}
        onAnswer={props.onAnswer}
      />
    );
  }
  if (draft.panel === 'answer') {
    return (
      <AnswerPanel
        {...props}
        schema={plan.kind === 'form' ? plan.schema : null}
        reason={plan.kind === 'json' ? plan.reason : null}
      />
    );
  }
  return (
    <button
      type="button"
      className="button primary"
      disabled={props.obstacle !== null || props.isSending}
      onClick={open}
    >
      {draft.answer === null ? 'Answer…' : 'Continue your answer…'} <Key>A</Key>
    </button>
  );
}

type PanelProps = Props & { schema: FormSchema | null; reason: string | null };

/** The form or the JSON of an answer. */
function AnswerPanel(props: PanelProps): ReactNode {
  const { review, draft, schema, reason, obstacle, isSending, onChange, onAnswer, onClose } = props;
  const [first] = useState(draft.answer);
  /** What is in the form, or null while the answer is written as JSON. */
  const [data, setData] = useState(() => (schema === null ? null : formOf(schema, first)));
  const [text, setText] = useState(first ?? '');
  const panel = useRef<HTMLElement>(null);
  const isForm = schema !== null && data !== null;
  useEffect(() => {
    const focus = () => {
      const field = panel.current?.querySelector<HTMLElement>('input, select, textarea');
      (field ?? panel.current)?.focus();
      return field != null;
    };
    // The editor of JSON takes the focus itself.
    if (!isForm) {
      if (!panel.current?.contains(document.activeElement)) panel.current?.focus();
      return undefined;
    }
    if (focus()) return undefined;
    // The fields are being loaded.
    const observer = new MutationObserver(() => focus() && observer.disconnect());
    if (panel.current) observer.observe(panel.current, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, [isForm]);

  /** What was wrong when the answer was about to be sent. */
  const [own, setOwn] = useState<readonly AnswerProblem[]>([]);
  const problems = own.length > 0 ? own : props.problems;
  const checked = useMemo(() => (isForm ? null : checkAnswer(text)), [isForm, text]);
  const writeForm = (next: FormData) => {
    setData({ data: next });
    setOwn([]);
    if (schema) onChange({ answer: textOf(answerOf(schema, next)) });
  };
  const writeJson = (next: string) => {
    setText(next);
    setOwn([]);
    onChange({ answer: next.trim() === '' ? null : next });
  };
  const isDisabled = obstacle !== null || isSending;
  const send = () => {
    if (isDisabled) return;
    if (isForm) {
      const found = formProblems(schema, data.data);
      setOwn(found);
      const answer = answerOf(schema, data.data);
      if (found.length === 0) onAnswer(JSON.stringify(answer) ?? 'null');
    } else if (checked?.text != null) onAnswer(checked.text);
  };
  const asForm =
    schema === null || isForm ? null : formOf(schema, text.trim() === '' ? null : text);
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    if (event.key === 'Escape' && !event.defaultPrevented) {
      event.preventDefault();
      onClose();
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.repeat) {
      event.preventDefault();
      send();
    }
  };
  return (
    <section
      className="decision-bar panel tall"
      aria-label="Answer"
      ref={panel}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {schema !== null ? (
        <fieldset className="view-switch answer-as" aria-label="Answer as">
          <button
            type="button"
            aria-pressed={isForm}
            disabled={!isForm && asForm === null}
            onClick={() => asForm && setData(asForm)}
          >
            Form
          </button>
          <button
            type="button"
            aria-pressed={!isForm}
            onClick={() => {
              if (!isForm) return;
              setText(textOf(answerOf(schema, data.data)) ?? '');
              setData(null);
            }}
          >
            JSON
          </button>
        </fieldset>
      ) : (
        <p className="muted">
          Answer as JSON. There is no form, because of the schema:{' '}
          <VisibleText text={reason ?? ''} />.
        </p>
      )}
      <div className="panel-scroll">
        <Guard what="The form">
          <Suspense fallback={<p className="muted">Loading the form…</p>}>
            {isForm ? (
              <AnswerForm
                schema={schema}
                data={data.data}
                problems={problems}
                onChange={writeForm}
              />
            ) : (
              <AnswerJson
                text={text}
                schemaText={review.answerSchema ?? 'true'}
                syntax={checked?.problems ?? []}
                problems={problems}
                onChange={writeJson}
              />
            )}
          </Suspense>
        </Guard>
      </div>
      <div className="actions">
        <button
          type="button"
          className="button primary"
          disabled={isDisabled || (!isForm && checked?.text == null)}
          onClick={send}
        >
          {isSending ? 'Sending…' : 'Answer'} <Key>Ctrl Enter</Key>
        </button>
        <button type="button" className="button" onClick={onClose}>
          Close <Key>Esc</Key>
        </button>
        {obstacle !== null && <p className="obstacle">{obstacle}</p>}
      </div>
    </section>
  );
}

/** A form with this text, or null if a part of it would have no field. */
function formOf(schema: FormSchema, text: string | null): { data: FormData } | null {
  if (text === null) return { data: initialData(schema) };
  if (checkAnswer(text).text === null) return null;
  return dataOf(schema, new JsonText(text).value);
}

/** An answer as text to go on with, or null if there is none. */
function textOf(answer: unknown): string | null {
  return answer === undefined ? null : printJson(readJsonTree(JSON.stringify(answer)), 2);
}
