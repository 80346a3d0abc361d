import { isBranch, type JsonBranch, type JsonMember, type JsonNode } from '@holdpoint/client/json';
import { recurrenceOf } from './recurrence.ts';
import { epochOf, timeOf } from './times.ts';
import type { Place } from './view.ts';

/** Longer texts are shown below the short values. */
const MAX_SHORT = 200;
/** Of a list of scalars. */
const MAX_ITEMS = 20;
/** Of an object or list that is shown in one row with its key, one line for each value in it. */
const MAX_LEAVES = 8;
const MAX_DEPTH = 3;

/** Whether a value is shown in one row with its key: a short scalar, or a few of them. */
export function isShort(node: JsonNode): boolean {
  if (!isBranch(node)) return isShortScalar(node);
  if (node.kind === 'array' && node.members.length <= MAX_ITEMS) {
    if (node.members.every(({ value }) => isShortScalar(value))) return true;
  }
  let leaves = 0;
  const isSmall = (inner: JsonNode, depth: number): boolean => {
    if (!isBranch(inner) || inner.members.length === 0) {
      leaves++;
      return leaves <= MAX_LEAVES && (isBranch(inner) || isShortScalar(inner));
    }
    return (
      depth < MAX_DEPTH &&
      inner.members.length <= MAX_LEAVES &&
      inner.members.every(({ key, value }) => String(key).length <= 40 && isSmall(value, depth + 1))
    );
  };
  return isSmall(node, 0);
}

function isShortScalar(node: JsonNode): boolean {
  if (node.kind === 'string') return node.value.length <= MAX_SHORT && !node.value.includes('\n');
  return !isBranch(node) && (node.kind !== 'number' || node.text.length <= MAX_SHORT);
}

const isAmountKey =
  /(?:^|[_\-.\s])(?:amount|price|total|subtotal|cost|fee|fees|balance|cents|tax|discount|refund|payout|salary|budget|paid|due)(?:[_\-.\s]|$)|(?:Amount|Price|Total|Cost|Fee|Balance|Cents|Tax)(?:[A-Z]|$)/;
const isTimeKey =
  /(?:^|[_\-.\s])(?:at|time|timestamp|date|created|updated|expires|expiry|expiration|exp|iat|nbf|deadline|since|until|start|end|ts|epoch)(?:[_\-.\s]|$)|(?:At|Time|Date|Timestamp)$/;
const isSizeKey = /(?:^|[_\-.\s])(?:bytes|size|filesize)(?:[_\-.\s]|$)|(?:Bytes|Size)$/;

/** A version may look like a date. */
const isVersionKey = /version$/i;

/** A form of a short value that is easier to read, shown beside the exact one. */
export function readableForm(
  node: JsonNode,
  { key: name }: Place,
  currency: string | undefined,
): string | undefined {
  const key = typeof name === 'string' ? name : '';
  if (node.kind === 'string') {
    return isVersionKey.test(key) ? undefined : (timeOf(node.value) ?? recurrenceOf(node.value));
  }
  if (node.kind !== 'number') return undefined;
  if (isAmountKey.test(key)) return amountOf(node.text, currency, key);
  if (isTimeKey.test(key)) return epochOf(node.text);
  return isSizeKey.test(key) ? sizeOf(node.text) : undefined;
}

/** The currency of the amounts in an object. */
export function currencyOf({ members }: JsonBranch): string | undefined {
  const node = members.find(({ key }) => /^currency(?:_?code)?$/i.test(String(key)))?.value;
  return node?.kind === 'string' && /^[A-Za-z]{3}$/.test(node.value)
    ? node.value.toUpperCase()
    : undefined;
}

/** `1,299.00 if cents` for the text `129900`. It never rounds. */
function amountOf(text: string, currency = '', key: string): string | undefined {
  const unit = currency === '' ? '' : ` ${currency}`;
  const decimal = /^(-?)(\d{4,18})(\.\d{1,6})$/.exec(text);
  if (decimal) return `${decimal[1]}${grouped(decimal[2] ?? '')}${decimal[3]}${unit}`;
  const whole = /^(-?)(\d{3,18})$/.exec(text);
  if (!whole) return undefined;
  const [, sign = '', digits = ''] = whole;
  const places = fractionDigits(currency);
  if (places === 0) return digits.length > 3 ? `${sign}${grouped(digits)}${unit}` : undefined;
  const cut = digits.padStart(places + 1, '0');
  const amount = `${sign}${grouped(cut.slice(0, -places))}.${cut.slice(-places)}${unit}`;
  if (/cents/i.test(key)) return amount;
  return `${amount} if ${places === 2 ? 'cents' : `counted in 1/${10 ** places}`}`;
}

/** Under which condition an amount is right: `if cents`. */
export const conditionOf = (form: string): string | undefined =>
  / (if (?:cents|counted in 1\/\d+))$/.exec(form)?.[1];

/** The condition of all amounts in some values, if there are at least two and all have the same. */
export function sharedCondition(
  { members, parent }: { members: readonly JsonMember[]; parent: JsonBranch },
  currency: string | undefined,
): string | undefined {
  const conditions: string[] = [];
  const look = (node: JsonNode, place: Place, around: string | undefined): void => {
    if (isBranch(node)) {
      const inner = currencyOf(node) ?? around;
      for (const { key, value } of node.members) {
        look(value, { key: typeof key === 'string' ? key : place.key, parent: node }, inner);
      }
      return;
    }
    const condition = conditionOf(readableForm(node, place, around) ?? '');
    if (condition !== undefined) conditions.push(condition);
  };
  for (const { key, value } of members) look(value, { key, parent }, currency);
  return conditions.length > 1 && new Set(conditions).size === 1 ? conditions[0] : undefined;
}

/** Digits in groups of three. */
function grouped(digits: string): string {
  const significant = digits.replace(/^0+(?=\d)/, '');
  const groups: string[] = [];
  for (let end = significant.length; end > 0; end -= 3) {
    groups.unshift(significant.slice(Math.max(0, end - 3), end));
  }
  return groups.join(',');
}

function fractionDigits(currency: string): number {
  if (currency === '') return 2;
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency });
    return format.resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** `482 KB` for a number of bytes. */
export function sizeOf(text: string): string | undefined {
  const bytes = Number(text);
  if (!/^\d{4,15}$/.test(text)) return undefined;
  for (const [unit, size] of [
    ['GB', 1e9],
    ['MB', 1e6],
  ] as const) {
    if (bytes >= size) return `${(bytes / size).toFixed(1)} ${unit}`;
  }
  return `${Math.round(bytes / 1_000)} KB`;
}
