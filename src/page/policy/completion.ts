import { fieldOf } from './celText.ts';

/** What can be inserted, and what it is. */
export type Suggestion = { readonly text: string; readonly detail: string };

const VARIABLES: readonly Suggestion[] = [
  { text: 'payload', detail: 'what the agent will act on' },
  { text: 'node', detail: 'step' },
  { text: 'graph', detail: 'workflow' },
  { text: 'graphVersion', detail: 'version of the workflow' },
  { text: 'execution', detail: 'run' },
  { text: 'requestedBy', detail: 'agent' },
  { text: 'consumers', detail: 'others who may use the approval' },
  { text: 'kind', detail: '"ACTION" or "QUESTION"' },
  { text: 'instructions', detail: "agent's message" },
  { text: 'headline', detail: "agent's headline" },
  { text: 'tags', detail: "agent's tags" },
  { text: 'risk', detail: 'agent\'s view, e.g. "HIGH"' },
  { text: 'now', detail: 'time of the request' },
];

const FUNCTIONS: readonly Suggestion[] = [
  { text: 'has(', detail: 'whether a field is there' },
  { text: 'size(', detail: 'length' },
  { text: 'int(', detail: 'integer in a text' },
  { text: 'double(', detail: 'number in a text' },
  { text: 'string(', detail: 'as text' },
  { text: 'timestamp(', detail: 'time in a text' },
  { text: 'duration(', detail: 'e.g. "1h"' },
  { text: 'true', detail: '' },
  { text: 'false', detail: '' },
  { text: 'null', detail: '' },
];

const METHODS: readonly Suggestion[] = [
  { text: 'startsWith(', detail: 'of a text' },
  { text: 'endsWith(', detail: 'of a text' },
  { text: 'contains(', detail: 'of a text' },
  { text: 'matches(', detail: 'regular expression (RE2)' },
  { text: 'lowerAscii(', detail: 'of a text' },
  { text: 'upperAscii(', detail: 'of a text' },
  { text: 'size(', detail: 'length' },
  { text: 'all(', detail: 'e.g. all(item, item.price < 10)' },
  { text: 'exists(', detail: 'e.g. exists(item, item == "x")' },
  { text: 'exists_one(', detail: 'exactly one' },
  { text: 'filter(', detail: 'the elements that match' },
  { text: 'map(', detail: 'something of each element' },
  { text: 'getHours(', detail: 'of a time, with "Europe/Berlin"' },
  { text: 'getDayOfWeek(', detail: '0 is Sunday' },
];

/** What can stand at a place of an expression, and from where it replaces what is typed. */
export type Completion = { readonly from: number; readonly suggestions: readonly Suggestion[] };

const MAX_SUGGESTIONS = 12;

/**
 * The names that go on with what is typed before the cursor.
 * @param payload an example, whose fields are suggested
 */
export function completionAt(text: string, cursor: number, payload: unknown): Completion {
  const before = text.slice(0, cursor);
  const nothing = { from: cursor, suggestions: [] };
  if (isInString(before)) return nothing;
  const word = endOf(before, /\w/).replace(/^\d+/, '');
  const from = cursor - word.length;
  const keys = keysBefore(before.slice(0, from));
  if (keys.length === 0 && before[from - 1] === '.') {
    return { from, suggestions: matching(METHODS, word) };
  }
  if (keys.length === 0) {
    if (/\d$/.test(before.slice(0, from))) return nothing;
    return { from, suggestions: matching([...VARIABLES, ...FUNCTIONS], word) };
  }
  const fields = keys[0] === 'payload' ? fieldsAt(payload, keys.slice(1)) : [];
  return { from, suggestions: matching([...fields, ...METHODS], word) };
}

/** The characters of one kind that a text ends with. */
function endOf(text: string, kind: RegExp): string {
  let start = text.length;
  while (start > 0 && kind.test(text[start - 1] as string)) start--;
  return text.slice(start);
}

/** The names before a dot: of `x > payload.user.` these are `payload` and `user`. */
function keysBefore(text: string): string[] {
  if (!text.endsWith('.')) return [];
  const names = endOf(text, /[\w.]/).slice(0, -1).split('.');
  const first = names.findLastIndex((name) => !/^[A-Za-z_]\w*$/.test(name)) + 1;
  return names.slice(first);
}

/** The fields of an object in the example that can be written with a dot. */
function fieldsAt(payload: unknown, keys: readonly string[]): Suggestion[] {
  let value = payload;
  for (const key of keys) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return [];
    value = value[key];
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    fieldOf('', key) === `.${key}` ? { text: key, detail: detailOf(member) } : [],
  );
}

function detailOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  if (isObject(value)) return 'object';
  return JSON.stringify(value)?.slice(0, 40) ?? '';
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const matching = (suggestions: readonly Suggestion[], word: string): Suggestion[] =>
  suggestions
    .filter(({ text }) => text.toLowerCase().startsWith(word.toLowerCase()) && text !== word)
    .slice(0, MAX_SUGGESTIONS);

/** Whether the end of a text is inside a string. */
function isInString(text: string): boolean {
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (quote === '') {
      if (character === '"' || character === "'") quote = character;
    } else if (character === '\\') at++;
    else if (character === quote) quote = '';
  }
  return quote !== '';
}
