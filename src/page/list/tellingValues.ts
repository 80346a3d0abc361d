import { isBranch, type JsonMember, type JsonNode, printJson } from '@holdpoint/client/json';
import { count } from '../parts/format.ts';

/** A value of a payload with the name of its key, in one line. */
export type TellingValue = {
  name: string;
  text: string;
  /** How many values of the payload it tells of: several for a list. */
  tellsOf: number;
};

const MAX_VALUES = 3;
const MAX_CHARACTERS = 60;
const MAX_NAME_CHARACTERS = 30;
/** Members of one object that are looked at. */
const MAX_LOOKED_AT = 100;

/** What keys are called whose values tell what will happen, the most telling first. */
const telling = [
  // how much
  /^(amount|total|price|cost|sum|fee|budget|salary|refund|cents|quantity|qty|count|limit)s?$/,
  // to whom
  /^(to|recipient|customer|payee|beneficiary|account|iban|user|email|channel|member|phone)s?$/,
  // on what
  /^(target|host|domain|environment|env|database|db|table|bucket|cluster|namespace|region|branch|repo|repository|service|path|file|filename|folder|url|endpoint|resource|role|product|plan)s?$/,
  // what
  /^(action|command|cmd|query|sql|statement|method|operation|subject|title|name|currency|reason)s?$/,
];

/** An identifier tells a person nothing. */
const isIdName =
  /^(id|uuid|guid|key|hash|digest|sha\d*|token|nonce|etag|cursor|version|timestamp)$/;
const isIdText = /^[0-9a-f]{8}-[0-9a-f]{4}-|^(sha\d+:)?[0-9a-f]{24,}$|^[A-Za-z0-9_-]{40,}$/;

/**
 * The two or three values that tell the most about a payload: short ones, amounts, recipients and
 * targets first, and no identifiers.
 */
export function tellingValues(root: JsonNode): TellingValue[] {
  if (!isBranch(root)) return [{ name: '', text: brief(root), tellsOf: 1 }];
  if (root.kind === 'array') {
    return [{ name: '', text: count(root.members.length, 'item'), tellsOf: countValues(root) }];
  }
  const found: { value: TellingValue; rank: number }[] = [];
  collect(root.members, found, 0);
  return found
    .sort((one, other) => one.rank - other.rank)
    .slice(0, MAX_VALUES)
    .map(({ value }) => value);
}

/** How many values of a payload the telling ones say nothing of. */
export const countOthers = (root: JsonNode, values: readonly TellingValue[]): number =>
  values.reduce((left, { tellsOf }) => left - tellsOf, countValues(root));

const countValues = (node: JsonNode): number =>
  isBranch(node) ? node.members.reduce((sum, { value }) => sum + countValues(value), 0) : 1;

type Found = { value: TellingValue; rank: number }[];

/** Objects within count too, after what is beside them, because many payloads have a frame. */
function collect(members: readonly JsonMember[], found: Found, depth: number): void {
  for (const { key: name, value } of members.slice(0, MAX_LOOKED_AT)) {
    const key = String(name);
    if (isBranch(value)) {
      if (value.kind === 'object' && depth < 2) collect(value.members, found, depth + 1);
      else if (value.kind === 'array') addList(key, value.members, found, depth);
      continue;
    }
    const rank = rankOf(key, value);
    if (rank === null) continue;
    found.push({
      value: { name: shortName(key), text: brief(value), tellsOf: 1 },
      rank: rank + depth / 10,
    });
  }
}

/** A list is told by its first item and its length, e.g. `ann@example.com +2`. */
function addList(key: string, items: readonly JsonMember[], found: Found, depth: number): void {
  const [first] = items;
  if (!first || isBranch(first.value)) return;
  const rank = rankOf(key, first.value);
  if (rank === null) return;
  const more = items.length > 1 ? ` +${items.length - 1}` : '';
  const tellsOf = items.reduce((sum, { value }) => sum + countValues(value), 0);
  found.push({
    value: { name: shortName(key), text: brief(first.value) + more, tellsOf },
    rank: rank + depth / 10,
  });
}

/** Lower tells more. Null: nothing to a person. */
function rankOf(key: string, value: JsonNode): number | null {
  if (value.kind === 'null' || (value.kind === 'string' && value.value.trim() === '')) return null;
  const words = wordsOf(key);
  const last = words.at(-1) ?? '';
  if (isIdName.test(last) || /^ids$/.test(last)) return null;
  if (value.kind === 'string' && isIdText.test(value.value)) return null;
  const whole = words.join('');
  const rank = telling.findIndex((names) => names.test(whole) || names.test(last));
  if (rank >= 0) return rank;
  // Other short values come next, then long text.
  return value.kind === 'string' && value.value.length > MAX_CHARACTERS
    ? telling.length + 1
    : telling.length;
}

/** The words of a key such as `refundAmount` or `target_host`, in lower case. */
const wordsOf = (key: string): string[] =>
  key
    .slice(0, 200)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

const shortName = (key: string): string => cut(key, MAX_NAME_CHARACTERS);

function brief(node: JsonNode): string {
  const text = node.kind === 'string' ? node.value.slice(0, 500) : printJson(node);
  return cut(text.replace(/\s+/g, ' ').trim(), MAX_CHARACTERS);
}

/** Half a surrogate pair at the end is left out. */
const cut = (text: string, most: number): string =>
  text.length > most
    ? `${text
        .slice(0, most)
        .replace(/\p{Cs}$/u, '')
        .trimEnd()}…`
    : text;
