import type { JsonBranch, JsonNode } from '@holdpoint/client/json';
import type { ReactNode } from 'react';

/** Where a value is in the payload. */
export type Place = {
  /** Its key. Undefined: it is the whole payload. */
  readonly key?: string | number | undefined;
  /** The object or list that it is in. */
  readonly parent?: JsonBranch | undefined;
  /** The view that the agent suggests with a tag `view:<name>`. It counts only where it can fit. */
  readonly hint?: string | undefined;
};

/** How a view shows a value. */
export type Found = {
  readonly show?: ReactNode;
  /** Its members, or some of them, laid out below what it shows. */
  readonly members?: JsonBranch;
  /** A value inside it, e.g. the JSON in a text, shown as what it is. */
  readonly inner?: JsonNode;
  /** What kind of thing the value is, e.g. `Shell`. Absent: the title of the view. */
  readonly title?: string;
  /** What the view does not show: it is listed below. Absent: the view shows everything. */
  readonly rest?: JsonNode | undefined;
  /** Whether the rest is shown above, as it says what the view is about. */
  readonly isBelowRest?: boolean;
};

/**
 * A way to show a value as what it is. Whatever a view makes of it, the page offers the exact value
 * beside it, and lists what the view leaves as `rest`, so a view cannot hide anything.
 */
export type View = {
  /** As in a tag `view:<name>`. */
  readonly name: string;
  /** What the page calls it. */
  readonly title: string;
  /** Other names for the same view in tags, e.g. languages. */
  readonly aliases?: readonly string[];
  /** Undefined if the view does not fit. It must be fast for values of a megabyte. */
  find(node: JsonNode, place: Place): Found | undefined;
};

/** Whether the agent suggests a view. */
export const isHinted = ({ hint }: Place, ...names: string[]): boolean =>
  hint !== undefined && names.includes(hint);

export type JsonText = Extract<JsonNode, { kind: 'string' }>;

/** What has a form of its own has fewer keys. */
const MAX_MEMBERS = 200;

/**
 * The members of an object by key. Undefined if it is not an object, has very many keys, or has a
 * key twice: it is unknown which value of a duplicate key the agent will use.
 */
export function membersOf(node: JsonNode): ReadonlyMap<string, JsonNode> | undefined {
  if (node.kind !== 'object' || node.members.length > MAX_MEMBERS) return undefined;
  const members = new Map(node.members.map(({ key, value }) => [String(key), value]));
  return members.size === node.members.length ? members : undefined;
}

/** The first of some keys that an object has, with its value. */
export function firstOf(
  members: ReadonlyMap<string, JsonNode>,
  keys: readonly string[],
): readonly [key: string, value: JsonNode] | undefined {
  for (const key of keys) {
    const value = members.get(key);
    if (value !== undefined) return [key, value];
  }
  return undefined;
}

/** A text beside a value, e.g. the language beside code. */
export function textBeside({ parent }: Place, keys: readonly string[]): string | undefined {
  if (parent?.kind !== 'object') return undefined;
  for (const key of keys) {
    const found = parent.members.find((member) => member.key === key)?.value;
    if (found?.kind === 'string') return found.value;
  }
  return undefined;
}

/** An object without the values that a view shows. Undefined if nothing is left. */
export function without(
  node: JsonBranch,
  shown: ReadonlySet<JsonNode | undefined>,
): JsonNode | undefined {
  const members = node.members.filter(({ value }) => !shown.has(value));
  return members.length === 0 ? undefined : { ...node, members };
}

/** A short text that looks like this, or undefined. */
export const shortText = (node: JsonNode | undefined, most = 200): string | undefined =>
  node?.kind === 'string' && node.value.length <= most ? node.value : undefined;
