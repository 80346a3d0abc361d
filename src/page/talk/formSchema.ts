/** A value as JSON has it. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** Fields with labels, of which the form is made. What it leaves out, the service still checks. */
export type FormSchema = {
  readonly title?: string;
  readonly description?: string;
  /** Limits that are told to the reviewer, e.g. `at least 1`. */
  readonly hint?: string;
  /** Whether null stands for no value. */
  readonly isNullable?: boolean;
  readonly default?: string | number | boolean;
} & (
  | {
      readonly kind: 'choice';
      readonly values: readonly Json[];
      readonly labels: readonly string[];
    }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'number'; readonly isInteger: boolean }
  | { readonly kind: 'string'; readonly isLong: boolean; readonly format: string | null }
  | { readonly kind: 'array'; readonly items: FormSchema }
  | {
      readonly kind: 'object';
      readonly properties: ReadonlyMap<string, FormSchema>;
      readonly required: ReadonlySet<string>;
    }
);

/** How an answer is given. */
export type Plan =
  /** One of a few values, each as JSON text with its label. */
  | { readonly kind: 'choices'; readonly choices: readonly Choice[]; readonly about: string | null }
  | { readonly kind: 'form'; readonly schema: FormSchema }
  /** As JSON, because no form can be made of the schema. */
  | { readonly kind: 'json'; readonly reason: string };

export type Choice = { readonly text: string; readonly label: string };

const MAX_CHOICES = 30;
const MAX_FIELDS = 100;
const MAX_DEPTH = 6;
const MAX_OPTIONS = 500;
/** Strings that may be longer get several lines. */
const LONG_STRING_CHARACTERS = 200;

class NoForm extends Error {}

/** How the answers of a JSON Schema are asked for. It is never a form that hides a part of them. */
export function planOf(schemaText: string): Plan {
  const root = JSON.parse(schemaText) as Json;
  try {
    const schema = new Reader(root).read(root, 0);
    return choicesOf(schema) ?? { kind: 'form', schema };
  } catch (error) {
    if (!(error instanceof NoForm)) throw error;
    return { kind: 'json', reason: error.message };
  }
}

/** The choices of a single value, also if it is the only one in an object. */
function choicesOf(schema: FormSchema): Plan | null {
  const about = schema.description ?? null;
  if (schema.kind === 'object' && schema.properties.size === 1) {
    const [[name, only]] = [...schema.properties] as [[string, FormSchema]];
    const inner = schema.required.has(name) ? choicesOf(only) : null;
    if (inner?.kind !== 'choices') return null;
    const choices = inner.choices.map(({ text, label }) => ({
      label,
      text: `{${JSON.stringify(name)}:${text}}`,
    }));
    return { ...inner, choices, about: [about, inner.about].filter(Boolean).join('. ') || null };
  }
  const nothing = schema.isNullable ? [{ text: 'null', label: 'none' }] : [];
  if (schema.kind === 'boolean') {
    const choices = [{ text: 'true', label: 'Yes' }, { text: 'false', label: 'No' }, ...nothing];
    return { kind: 'choices', choices, about };
  }
  if (schema.kind !== 'choice' || schema.values.length > MAX_CHOICES) return null;
  const choices = schema.values.map((value, at) => ({
    text: JSON.stringify(value),
    label: schema.labels[at] ?? '',
  }));
  const isListed = schema.values.includes(null);
  return { kind: 'choices', choices: isListed ? choices : [...choices, ...nothing], about };
}

/** Keywords that add values of which the form would have no fields. */
const unknown = {
  if: 'it has conditions',
  dependentSchemas: 'it has conditions',
  patternProperties: 'it takes keys by a pattern',
  prefixItems: 'its list has items of different kinds',
} as const;

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textIn = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined;

/** Reads a JSON Schema 2020-12 as fields. Throws NoForm if that would leave something out. */
class Reader {
  readonly #root: Json;
  #fields = 0;

  constructor(root: Json) {
    this.#root = root;
  }

  read(given: Json, depth: number): FormSchema {
    if (depth > MAX_DEPTH) throw new NoForm(`it is nested deeper than ${MAX_DEPTH} levels`);
    const { schema, isNullable: isNull } = this.#flat(given, 0);
    for (const [keyword, reason] of Object.entries(unknown)) {
      if (keyword in schema) throw new NoForm(reason);
    }
    const types = [schema['type'] ?? []].flat() as string[];
    const isNullable = isNull || (types.length > 1 && types.includes('null'));
    const [type, ...others] = types.filter((one) => types.length === 1 || one !== 'null');
    if (others.length > 0) throw new NoForm('a value can have several types');
    this.#fields++;
    if (this.#fields > MAX_FIELDS) throw new NoForm(`it has more than ${MAX_FIELDS} fields`);
    const title = textIn(schema['title']);
    const description = textIn(schema['description']);
    const hint = hintOf(schema);
    const { default: preset } = schema;
    return {
      ...(title !== undefined && { title }),
      ...(description !== undefined && { description }),
      ...(hint !== '' && { hint }),
      ...(isNullable && { isNullable }),
      ...(isPreset(preset, type) && { default: preset }),
      ...this.#kindOf(schema, type, depth),
    } as FormSchema;
  }

  /** The schema with its references and single alternatives put in their place. */
  #flat(given: Json, steps: number): { schema: JsonObject; isNullable: boolean } {
    if (steps > MAX_DEPTH) throw new NoForm('it refers to itself');
    if (!isObject(given)) throw new NoForm('it takes values of any kind');
    const { $ref, allOf, anyOf, oneOf, ...own } = given;
    const inner: Json[] = [];
    if (typeof $ref === 'string') inner.push(this.#target($ref));
    if (Array.isArray(allOf)) inner.push(...allOf);
    let isNullable = false;
    let merged: JsonObject = own;
    for (const alternatives of [anyOf, oneOf]) {
      if (!Array.isArray(alternatives)) continue;
      const consts = alternatives.filter((one) => isObject(one) && 'const' in one) as JsonObject[];
      if (consts.length === alternatives.length) {
        if ('enum' in merged) throw new NoForm('it has alternatives');
        merged = { ...merged, consts };
        continue;
      }
      const others = alternatives.filter((one) => !isNullSchema(one));
      if (others.length !== 1) throw new NoForm('it has alternatives');
      if (others.length < alternatives.length) isNullable = true;
      inner.push(others[0] as Json);
    }
    if (inner.length > 1) throw new NoForm('it combines several schemas');
    const [only] = inner;
    if (only === undefined) return { schema: merged, isNullable };
    const found = this.#flat(only, steps + 1);
    return {
      schema: { ...found.schema, ...merged },
      isNullable: isNullable || found.isNullable,
    };
  }

  #target(reference: string): Json {
    if (!reference.startsWith('#/')) throw new NoForm('it refers to itself');
    let at: Json | undefined = this.#root;
    for (const step of decodeURIComponent(reference.slice(2)).split('/')) {
      const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
      at = isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
    }
    if (at === undefined) throw new NoForm(`it refers to ${reference}`);
    return at;
  }

  #kindOf(schema: JsonObject, type: string | undefined, depth: number): object {
    const { consts, enum: values, const: single } = schema;
    if (consts !== undefined) {
      const options = consts as readonly JsonObject[];
      const plain = options.map((option) => option['const'] ?? null);
      const labels = labelsOf(plain);
      return choice(
        plain,
        options.map((option, at) => titled(labels[at] ?? '', textIn(option['title']))),
      );
    }
    if (Array.isArray(values)) return choice(values, labelsOf(values));
    if (single !== undefined) return choice([single], labelsOf([single]));
    switch (type) {
      case 'boolean':
        return { kind: 'boolean' };
      case 'integer':
      case 'number':
        return { kind: 'number', isInteger: type === 'integer' };
      case 'string': {
        const { maxLength, format } = schema;
        const isLong = typeof maxLength === 'number' && maxLength > LONG_STRING_CHARACTERS;
        return { kind: 'string', isLong, format: textIn(format) ?? null };
      }
      case 'null':
        return choice([null], ['none']);
      case 'array':
        return { kind: 'array', items: this.read(schema['items'] ?? true, depth + 1) };
      case 'object':
        return this.#objectOf(schema, depth);
      default:
        if (isObject(schema['properties'])) return this.#objectOf(schema, depth);
        throw new NoForm('it takes values of any kind');
    }
  }

  #objectOf(schema: JsonObject, depth: number): object {
    const { properties = {}, required = [], additionalProperties } = schema;
    if (!isObject(properties)) throw new NoForm('it takes values of any kind');
    const needed = new Set(required as readonly string[]);
    // The service stores schemas with sorted keys. Only lists keep the order that the agent gave.
    const names = Object.keys(properties).sort(
      (one, other) => placeIn(needed, one) - placeIn(needed, other),
    );
    const takesMore =
      isObject(additionalProperties) && Object.keys(additionalProperties).length > 0;
    if (takesMore || (names.length === 0 && additionalProperties !== false)) {
      throw new NoForm('it takes keys of any name');
    }
    // Names such as `constructor`, which every object has.
    const odd = names.find((name) => name in {} || name.startsWith('__'));
    if (odd !== undefined) throw new NoForm(`the key ${odd} is special`);
    if ([...needed].some((name) => !names.includes(name))) {
      throw new NoForm('it requires keys that it does not describe');
    }
    return {
      kind: 'object',
      required: needed,
      properties: new Map(
        names.map((name) => [name, this.read(properties[name] as Json, depth + 1)]),
      ),
    };
  }
}

function choice(values: readonly Json[], labels: readonly string[]): object {
  if (values.length > MAX_OPTIONS) throw new NoForm(`it has more than ${MAX_OPTIONS} choices`);
  return { kind: 'choice', values, labels };
}

const isNullSchema = (schema: Json): boolean =>
  isObject(schema) && (schema['type'] === 'null' || schema['const'] === null);

/** Strings as they are, if there is nothing else. Otherwise "1" differs from 1. */
function labelsOf(values: readonly Json[]): string[] {
  const isPlain = values.every((value) => typeof value === 'string' && value !== '');
  return values.map((value) => (isPlain ? String(value) : JSON.stringify(value)));
}

/** The answer is the value, whatever the agent's title says. Both are shown where they differ. */
const titled = (label: string, title: string | undefined): string =>
  title === undefined || title === label ? label : `${title} (${label})`;

const placeIn = (order: ReadonlySet<string>, name: string): number =>
  order.has(name) ? [...order].indexOf(name) : order.size;

const isPreset = (value: Json | undefined, type: string | undefined): boolean =>
  type === 'integer' || type === 'number'
    ? typeof value === 'number'
    : (type === 'string' || type === 'boolean') && typeof value === type;

const formats: Readonly<Record<string, string>> = {
  date: 'a date such as 2026-01-31',
  time: 'a time such as 09:30:00Z',
  'date-time': 'a date and time such as 2026-01-31T09:30:00Z',
  duration: 'a duration such as P3DT4H',
  email: 'an email address',
  uri: 'an address such as https://example.com',
  uuid: 'a UUID',
};

/** What an answer must keep to, in a few words. */
function hintOf(schema: JsonObject): string {
  const said: string[] = [];
  const say = (keyword: string, words: (value: string) => string) => {
    const value = schema[keyword];
    if (typeof value === 'number' || typeof value === 'string') said.push(words(String(value)));
  };
  say('format', (format) => formats[format] ?? '');
  say('minimum', (least) => `at least ${least}`);
  say('exclusiveMinimum', (least) => `more than ${least}`);
  say('maximum', (most) => `at most ${most}`);
  say('exclusiveMaximum', (most) => `less than ${most}`);
  say('multipleOf', (step) => `a multiple of ${step}`);
  say('minLength', (least) => (least === '1' ? '' : `at least ${least} characters`));
  say('maxLength', (most) => `at most ${most} characters`);
  say('pattern', (pattern) => `matching ${pattern}`);
  say('minItems', (least) => `at least ${least} items`);
  say('maxItems', (most) => `at most ${most} items`);
  return said.filter(Boolean).join(', ');
}
