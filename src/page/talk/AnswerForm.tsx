// The index also exports what tests of the library need.
import Form from '@rjsf/core/lib/components/Form.js';
import type {
  ArrayFieldItemTemplateProps,
  ArrayFieldTemplateProps,
  FieldTemplateProps,
  ObjectFieldTemplateProps,
  RJSFSchema,
  ValidatorType,
  WidgetProps,
} from '@rjsf/utils';
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { AnswerProblem } from '../data/decide.ts';
import { VisibleText } from '../payload/Text.tsx';
import { type FormData, keyOf, numberOf, problemsByField } from './formAnswer.ts';
import type { FormSchema } from './formSchema.ts';

// react-jsonschema-form keeps the values, adds and removes items, and knows which field is where.
// How fields look is up to us: every text of the schema is an agent's. The service validates.

type Props = {
  schema: FormSchema;
  data: FormData;
  problems: readonly AnswerProblem[];
  onChange(data: FormData): void;
};

/** A form with a field for each value of an answer. */
export default function AnswerForm({ schema, data, problems, onChange }: Props): ReactNode {
  const rjsfSchema = useMemo(() => rjsfOf(schema), [schema]);
  const byField = useMemo(() => problemsByField(schema, problems), [schema, problems]);
  const general = byField.get(keyOf([])) ?? [];
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (problems.length === 0) return;
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problems]);
  return (
    <Problems value={byField}>
      <div ref={form} className="answer-form">
        {schema.kind === 'object' && general.length > 0 && <FieldProblems texts={general} />}
        <Form
          tagName="div"
          schema={rjsfSchema}
          formData={data}
          validator={validator}
          templates={templates}
          widgets={widgets}
          noValidate
          showErrorList={false}
          experimental_defaultFormStateBehavior={noDefaults}
          onChange={({ formData }, id) => {
            // Without an ID the form has only filled in what is empty.
            if (id !== undefined) onChange(formData);
          }}
        >
          {/* There is no submit button of its own. */}
          <span />
        </Form>
      </div>
    </Problems>
  );
}

/** The problems of each field. */
const Problems = createContext<ReadonlyMap<string, readonly string[]>>(new Map());

const noDefaults = {
  emptyObjectFields: 'skipDefaults',
  arrayMinItems: { populate: 'never' },
} as const;

/** The service checks answers. There are no alternatives in our schemas that would need a check. */
const validator: ValidatorType = {
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  isValid: () => true,
  rawValidation: () => ({ errors: [] as never }),
};

type Marked = RJSFSchema & { of: FormSchema };

/** A schema whose leaves are all drawn by our widget. */
function rjsfOf(schema: FormSchema): Marked {
  switch (schema.kind) {
    case 'object':
      return {
        of: schema,
        type: 'object',
        properties: Object.fromEntries(
          [...schema.properties].map(([name, inner]) => [name, rjsfOf(inner)]),
        ),
        required: [...schema.required],
      };
    case 'array':
      return { of: schema, type: 'array', items: rjsfOf(schema.items) };
    default:
      return { of: schema, type: 'string' };
  }
}

/** The IDs that connect a field with its label, its hints and its problems. */
type Ids = { field: string; label: string; about: string | undefined; isInvalid: boolean };
const FieldIds = createContext<Ids>({ field: '', label: '', about: undefined, isInvalid: false });

function FieldTemplate(props: FieldTemplateProps): ReactNode {
  const { fieldPathId, label, required, children } = props;
  const schema = (props.schema as Marked).of;
  const problems = useContext(Problems).get(keyOf(fieldPathId.path)) ?? [];
  const id = useId();
  if (schema.kind === 'object' || schema.kind === 'array') return children;
  const isRoot = fieldPathId.path.length === 0;
  const last = fieldPathId.path.at(-1);
  const title =
    schema.title ?? (isRoot ? 'Answer' : typeof last === 'number' ? `Item ${last + 1}` : label);
  const hint = [schema.hint, !required && !isRoot && typeof last !== 'number' && 'optional']
    .filter(Boolean)
    .join(', ');
  const hasNote = schema.description !== undefined || hint !== '';
  const about = [hasNote && `${id}-note`, problems.length > 0 && `${id}-problem`]
    .filter(Boolean)
    .join(' ');
  const ids: Ids = {
    field: id,
    label: `${id}-label`,
    about: about || undefined,
    isInvalid: problems.length > 0,
  };
  const isGroup = schema.kind === 'boolean' || isShort(schema);
  const name = <VisibleText text={title} />;
  return (
    <div className="field">
      {isGroup ? (
        <span id={ids.label} className="field-label">
          {name}
        </span>
      ) : (
        <label id={ids.label} htmlFor={id} className="field-label">
          {name}
        </label>
      )}
      {hasNote && (
        <p id={`${id}-note`} className="field-note">
          {schema.description !== undefined && <VisibleText text={schema.description} lines />}
          {schema.description !== undefined && hint !== '' && ' · '}
          <VisibleText text={hint} />
        </p>
      )}
      <FieldIds value={ids}>{children}</FieldIds>
      {problems.length > 0 && <FieldProblems id={`${id}-problem`} texts={problems} />}
    </div>
  );
}

const FieldProblems = ({ id, texts }: { id?: string; texts: readonly string[] }): ReactNode => (
  <div id={id} className="problem">
    {texts.map((text) => (
      <p key={text}>
        <VisibleText text={text} />
      </p>
    ))}
  </div>
);

function ObjectFieldTemplate(props: ObjectFieldTemplateProps): ReactNode {
  const { fieldPathId, properties, title } = props;
  const schema = (props.schema as Marked).of;
  const last = fieldPathId.path.at(-1);
  const isRoot = last === undefined;
  const problems = useContext(Problems).get(keyOf(fieldPathId.path)) ?? [];
  const name = schema.title ?? (typeof last === 'number' ? `Item ${last + 1}` : title);
  return (
    <fieldset className={isRoot ? 'fields-root' : 'fields-branch'}>
      <legend className={isRoot && schema.title === undefined ? 'visually-hidden' : undefined}>
        <VisibleText text={isRoot ? (schema.title ?? 'Answer') : name} />
      </legend>
      {schema.description !== undefined && (
        <p className="field-note">
          <VisibleText text={schema.description} lines />
        </p>
      )}
      {!isRoot && problems.length > 0 && <FieldProblems texts={problems} />}
      {properties.map(({ name: key, content }) => (
        <div key={key}>{content}</div>
      ))}
    </fieldset>
  );
}

function ArrayFieldTemplate(props: ArrayFieldTemplateProps): ReactNode {
  const { fieldPathId, items, title, onAddClick } = props;
  const schema = (props.schema as Marked).of;
  const problems = useContext(Problems).get(keyOf(fieldPathId.path)) ?? [];
  const name = schema.title ?? (title || 'Answer');
  const list = useRef<HTMLFieldSetElement>(null);
  return (
    <fieldset className="fields-branch" ref={list} tabIndex={-1}>
      <legend>
        <VisibleText text={name} />
      </legend>
      {(schema.description !== undefined || schema.hint !== undefined) && (
        <p className="field-note">
          <VisibleText text={[schema.description, schema.hint].filter(Boolean).join(' · ')} lines />
        </p>
      )}
      {problems.length > 0 && <FieldProblems texts={problems} />}
      {items}
      <button
        type="button"
        className="quiet-button"
        onClick={(event) => {
          onAddClick(event);
          setTimeout(() => {
            const added = list.current?.querySelectorAll<HTMLElement>('.field-item');
            [...(added ?? [])]
              .at(-1)
              ?.querySelector<HTMLElement>('input, select, textarea')
              ?.focus();
          });
        }}
      >
        Add item
        <span className="visually-hidden">
          {' '}
          to <VisibleText text={name} />
        </span>
      </button>
    </fieldset>
  );
}

function ArrayFieldItemTemplate({
  children,
  index,
  buttonsProps,
}: ArrayFieldItemTemplateProps): ReactNode {
  return (
    <div className="field-item">
      <div>{children}</div>
      <button
        type="button"
        className="quiet-button"
        onClick={(event) => {
          event.currentTarget.closest('fieldset')?.focus();
          buttonsProps.onRemoveItem(event);
        }}
      >
        Remove<span className="visually-hidden"> item {index + 1}</span>
      </button>
    </div>
  );
}

const templates = {
  FieldTemplate,
  ObjectFieldTemplate,
  ArrayFieldTemplate,
  ArrayFieldItemTemplate,
};

/** Choices with more values are a list that opens. */
const MAX_BUTTONS = 6;

const isShort = (schema: FormSchema): boolean =>
  schema.kind === 'choice' && schema.values.length <= MAX_BUTTONS;

/** The field of a single value. */
function Leaf({ schema: marked, value, onChange, required = false }: WidgetProps): ReactNode {
  const schema = (marked as Marked).of;
  const { field, about, isInvalid } = useContext(FieldIds);
  const shared = { id: field, 'aria-describedby': about, 'aria-invalid': isInvalid };
  switch (schema.kind) {
    case 'boolean':
      return (
        <Options
          values={yesNo}
          labels={yesNoLabels}
          value={value}
          onChange={onChange}
          required={required}
        />
      );
    case 'choice':
      if (isShort(schema)) {
        return <Options {...schema} value={value} onChange={onChange} required={required} />;
      }
      return (
        <select
          {...shared}
          value={indexOf(schema.values, value)}
          onChange={({ target }) => onChange(schema.values[Number(target.value)])}
        >
          <option value={-1}>{required ? 'Choose…' : 'None'}</option>
          {schema.labels.map((label, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: choices never move
            <option key={at} value={at}>
              {label}
            </option>
          ))}
        </select>
      );
    case 'number':
      return <NumberInput shared={shared} value={value} onChange={onChange} />;
    case 'string':
      return <StringInput shared={shared} schema={schema} value={value} onChange={onChange} />;
    default:
      return null;
  }
}

const widgets = { TextWidget: Leaf };

const yesNo = [true, false];
const yesNoLabels = ['Yes', 'No'];

const indexOf = (values: readonly unknown[], value: unknown): number =>
  value === undefined
    ? -1
    : values.findIndex((one) => JSON.stringify(one) === JSON.stringify(value));

type OptionsProps = {
  values: readonly unknown[];
  labels: readonly string[];
  value: unknown;
  required: boolean;
  onChange(value: unknown): void;
};

/** A few values side by side, of which one is chosen. */
function Options({ values, labels, value, required, onChange }: OptionsProps): ReactNode {
  const { field, label, about, isInvalid } = useContext(FieldIds);
  const chosen = indexOf(values, value);
  return (
    <div className="options" role="radiogroup" aria-labelledby={label} aria-describedby={about}>
      {labels.map((text, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: choices never move
        <label key={at} className="answer-choice">
          <input
            type="radio"
            name={field}
            checked={at === chosen}
            aria-invalid={isInvalid}
            onChange={() => onChange(values[at])}
          />
          <VisibleText text={text} />
        </label>
      ))}
      {!required && chosen >= 0 && (
        <button type="button" className="quiet-button" onClick={() => onChange(undefined)}>
          Clear
        </button>
      )}
    </div>
  );
}

type Shared = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean };
type InputProps = { shared: Shared; value: unknown; onChange(value: unknown): void };

/** A number, as it was typed. One that is unfinished or cannot be represented stays a text. */
function NumberInput({ shared, value, onChange }: InputProps): ReactNode {
  const [typed, setTyped] = useState('');
  const text = value !== undefined && numberOf(typed) === value ? typed : String(value ?? '');
  return (
    <input
      {...shared}
      type="text"
      inputMode="decimal"
      autoComplete="off"
      value={text}
      onChange={({ target }) => {
        setTyped(target.value);
        onChange(numberOf(target.value));
      }}
    />
  );
}

const inputTypes: Readonly<Record<string, string>> = { date: 'date', email: 'email' };

type StringInputProps = InputProps & { schema: Extract<FormSchema, { kind: 'string' }> };

function StringInput({ shared, schema, value, onChange }: StringInputProps): ReactNode {
  const text = typeof value === 'string' ? value : '';
  const write = ({ target }: { target: { value: string } }) =>
    onChange(target.value === '' ? undefined : target.value);
  const [isArea] = useState(schema.isLong || text.includes('\n'));
  if (isArea) return <textarea {...shared} rows={3} value={text} onChange={write} />;
  const type = inputTypes[schema.format ?? ''] ?? 'text';
  return <input {...shared} type={type} autoComplete="off" value={text} onChange={write} />;
}
