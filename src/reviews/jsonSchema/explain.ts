import * as Instance from '@hyperjump/json-schema/instance/experimental';
import type { Failure } from './failure.ts';
import { constKeyword, enumKeyword, formatKeyword } from './keywords.ts';
import { type Pattern, patternProblem } from './pattern.ts';
import { keysOf, type Problem } from './schemaDocument.ts';

const MAX_PROBLEMS = 20;
const MAX_SHOWN_CHARACTERS = 80;
const MAX_SHOWN_VALUES = 12;
const MAX_KEY_CHARACTERS = 200;

/** What must be true of a value, as in "must be a string, not 5", where `actual` is 5. */
type Rule = {
  readonly path: string;
  readonly must: string;
  readonly actual: string;
  readonly keyword?: string;
};

/** A message for each failure, at most 20. */
export function explain(failures: readonly Failure[]): Problem[] {
  const messages = new Map<string, Problem>();
  for (const { path, must, actual } of failures.flatMap(rulesOf)) {
    const message = actual === '' ? must : `must ${must}, not ${actual}`;
    messages.set(`${path}\n${message}`, { path, message });
  }
  return [...messages.values()].slice(0, MAX_PROBLEMS);
}

function rulesOf(failure: Failure): Rule[] {
  const { keyword, value, instance } = failure;
  const name = keyword.slice(keyword.lastIndexOf('/') + 1);
  const path = pathOf(instance);
  switch (name) {
    case 'required':
      return missing(instance, value as string[], () => 'is required');
    case 'dependentRequired':
      return (value as [string, string[]][]).flatMap(([given, names]) =>
        Instance.has(given, instance)
          ? missing(instance, names, () => `is required if ${given} is given`)
          : [],
      );
    case 'anyOf':
    case 'oneOf':
      return ofAlternatives(failure);
    case 'false':
      return [{ path, must: 'is not allowed here', actual: '' }];
    default:
      return [
        {
          path,
          keyword: name === 'type' ? name : keyword,
          ...describe(keyword, name, value, instance),
        },
      ];
  }
}

const missing = (object: Instance.JsonNode, names: readonly string[], must: () => string): Rule[] =>
  names
    .filter((name) => !Instance.has(name, object))
    .map((name) => ({ path: joined(pathOf(object), shortened(name)), must: must(), actual: '' }));

/** Simple alternatives become one sentence. Of others, the one that fits best is explained. */
function ofAlternatives({ instance, value, failed, branches }: Failure): Rule[] {
  const path = pathOf(instance);
  const all = (value as unknown[]).length;
  if (failed < all) {
    const must = `fit only one of the ${all} alternatives, but fits ${all - failed}`;
    return [{ path, must: `must ${must}`, actual: '' }];
  }
  const alternatives = branches.map((branch) => branch.flatMap(rulesOf));
  const [first, ...others] = alternatives.filter((rules) => !rules.some(excludes(path)));
  if (first !== undefined && others.length === 0) return first;
  const single = alternatives.flatMap((rules) => (rules.length === 1 ? rules : []));
  if (
    single.length === branches.length &&
    single.every((rule) => rule.path === path && rule.actual !== '')
  ) {
    const musts = [...new Set(single.map(({ must }) => must))];
    const { actual } = single.find(({ must }) => must.startsWith('be ')) ?? (single[0] as Rule);
    return [{ path, must: either(musts), actual }];
  }
  const nearest = [first ?? [], ...others].reduce((least, rules) =>
    rules.length < least.length ? rules : least,
  );
  return [{ path, must: `must fit one of the ${all} alternatives`, actual: '' }, ...nearest];
}

function either(musts: readonly string[]): string {
  const some = musts.slice(0, MAX_SHOWN_VALUES);
  const text = some.every((must) => must.startsWith('be '))
    ? `be ${some.map((must) => must.slice('be '.length)).join(' or ')}`
    : some.join(' or ');
  return some.length < musts.length ? `${text} or ${musts.length - some.length} more` : text;
}

/** Whether a rule says that another alternative is meant: by its type, or by a choice in it. */
const excludes =
  (path: string) =>
  ({ keyword, path: at }: Rule): boolean => {
    if (keyword === 'type') return at === path;
    if (keyword !== constKeyword && keyword !== enumKeyword) return false;
    return at === path || at.slice(0, Math.max(0, at.lastIndexOf('.'))) === path;
  };

function describe(
  keyword: string,
  name: string,
  value: unknown,
  instance: Instance.JsonNode,
): { must: string; actual: string } {
  const isKey = instance.pointer.startsWith('*');
  const actual = isKey
    ? `the key ${shown(Instance.value(instance))}`
    : shown(Instance.value(instance));
  if (keyword === enumKeyword) return { must: `be ${oneOf([...(value as Set<string>)])}`, actual };
  if (keyword === constKeyword) return { must: `be ${cut(value as string)}`, actual };
  if (keyword === formatKeyword) {
    const problem = value === 'regex' ? `: ${patternProblem(Instance.value(instance))}` : '';
    return { must: `be ${formats[value as string] ?? value}`, actual: actual + problem };
  }
  const length = (unit: string) => count([...String(Instance.value(instance))].length, unit);
  const items = count(instance.children.length, 'item');
  const properties = count(instance.children.length, 'property');
  switch (name) {
    case 'type':
      return {
        must: `be ${[value]
          .flat()
          .map((type) => types[type as string])
          .join(' or ')}`,
        actual,
      };
    case 'enum': // of the meta-schema
      return { must: `be ${oneOf((value as string[]).map(cut))}`, actual };
    case 'minimum':
      return { must: `be at least ${value}`, actual };
    case 'maximum':
      return { must: `be at most ${value}`, actual };
    case 'exclusiveMinimum':
      return { must: `be greater than ${value}`, actual };
    case 'exclusiveMaximum':
      return { must: `be less than ${value}`, actual };
    case 'multipleOf':
      return { must: `be a multiple of ${value}`, actual };
    case 'minLength':
      return { must: `have at least ${count(value, 'character')}`, actual: length('character') };
    case 'maxLength':
      return { must: `have at most ${count(value, 'character')}`, actual: length('character') };
    case 'pattern':
      return { must: `match the pattern ${(value as Pattern).source}`, actual };
    case 'minItems':
      return { must: `have at least ${count(value, 'item')}`, actual: items };
    case 'maxItems':
      return { must: `have at most ${count(value, 'item')}`, actual: items };
    case 'minProperties':
      return { must: `have at least ${count(value, 'property')}`, actual: properties };
    case 'maxProperties':
      return { must: `have at most ${count(value, 'property')}`, actual: properties };
    case 'uniqueItems':
      return { must: 'must not have the same item twice', actual: '' };
    case 'contains':
      return {
        must: `must have ${howMany(value as Contains)} that the schema asks for`,
        actual: '',
      };
    case 'not':
      return { must: 'be something that the schema does not exclude', actual };
    default:
      return { must: `fit ${name}`, actual };
  }
}

const types: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'an integer',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

const formats: Readonly<Record<string, string>> = {
  date: 'a date such as 2026-01-31',
  time: 'a time such as 09:30:00Z',
  'date-time': 'a date and time such as 2026-01-31T09:30:00Z',
  duration: 'a duration such as P3DT4H',
  email: 'an email address',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  uri: 'a URI such as https://example.com',
  'uri-reference': 'a URI or a relative reference',
  iri: 'an IRI such as https://example.com',
  'iri-reference': 'an IRI or a relative reference',
  'uri-template': 'a URI template',
  uuid: 'a UUID',
  'json-pointer': 'a JSON pointer',
  'relative-json-pointer': 'a relative JSON pointer',
  regex: 'a regular expression in RE2 syntax',
};

type Contains = { readonly minContains: number; readonly maxContains: number };

const howMany = ({ minContains, maxContains }: Contains) =>
  maxContains === Number.MAX_SAFE_INTEGER
    ? `at least ${count(minContains, 'item')}`
    : `${minContains} to ${count(maxContains, 'item')}`;

function count(value: unknown, unit: string): string {
  if (value === 1) return `1 ${unit}`;
  return `${value} ${unit === 'property' ? 'properties' : `${unit}s`}`;
}

function oneOf(texts: readonly string[]): string {
  const some = texts.slice(0, MAX_SHOWN_VALUES).map(cut).join(', ');
  if (texts.length === 1) return some;
  const rest = texts.length - MAX_SHOWN_VALUES;
  return rest > 0 ? `one of ${some} and ${rest} more` : `one of ${some}`;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${count(value.length, 'item')}`;
  return typeof value === 'object' && value !== null ? 'an object' : cut(JSON.stringify(value));
}

function cut(text: string): string {
  return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text;
}

/** The path of a value; of a key, that of its value. */
function pathOf(instance: Instance.JsonNode): string {
  return keysOf(instance.pointer.replace(/^\*/, '')).map(shortened).join('.');
}

const joined = (path: string, key: string) => (path === '' ? key : `${path}.${key}`);

const shortened = (key: string) =>
  key.length > MAX_KEY_CHARACTERS ? `${key.slice(0, MAX_KEY_CHARACTERS)}…` : key;
