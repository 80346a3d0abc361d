import { isInexact, token } from '@holdpoint/client/json';
import { createScanner } from 'jsonc-parser';

/** The position of a value in its text, in UTF-16 code units. */
type Place = { readonly start: number; readonly end: number };

export type JsonLeaf = Place &
  (
    | { readonly kind: 'string'; readonly value: string }
    /** As written, because a JavaScript number would round it. */
    | { readonly kind: 'number'; readonly text: string }
    | { readonly kind: 'boolean'; readonly value: boolean }
    | { readonly kind: 'null' }
  );

/** An object or array. Its members are in text order, including duplicate keys. */
export type JsonBranch = Place & {
  readonly kind: 'object' | 'array';
  readonly members: readonly JsonMember[];
};

export type JsonNode = JsonLeaf | JsonBranch;

/** One member of an object with its key, or of an array with its zero-based index. */
export type JsonMember = { readonly key: string | number; readonly value: JsonNode };

/**
 * Reads a JSON text into a tree that keeps key order and every digit. It recurses as deep as the text
 * nests, which parseJson limits to 256 levels.
 *
 * @param text JSON that parseJson accepts
 */
export function readJsonTree(text: string): JsonNode {
  const scanner = createScanner(text, true);

  function read(kind: number): JsonNode {
    const start = scanner.getTokenOffset();
    if (kind === token.openBrace) return branch('object', start, readMembers());
    if (kind === token.openBracket) return branch('array', start, readItems());
    const end = start + scanner.getTokenLength();
    const said = scanner.getTokenValue();
    if (kind === token.string) return { kind: 'string', value: said, start, end };
    if (kind === token.number) return { kind: 'number', text: said, start, end };
    if (kind === token.null) return { kind: 'null', start, end };
    return { kind: 'boolean', value: kind === token.true, start, end };
  }

  function branch(kind: JsonBranch['kind'], start: number, members: JsonMember[]): JsonBranch {
    return { kind, members, start, end: scanner.getTokenOffset() + scanner.getTokenLength() };
  }

  function readMembers(): JsonMember[] {
    const members: JsonMember[] = [];
    for (let kind: number = scanner.scan(); kind !== token.closeBrace; kind = scanner.scan()) {
      if (kind === token.comma) continue;
      const key = scanner.getTokenValue();
      scanner.scan();
      members.push({ key, value: read(scanner.scan()) });
    }
    return members;
  }

  function readItems(): JsonMember[] {
    const members: JsonMember[] = [];
    for (let kind: number = scanner.scan(); kind !== token.closeBracket; kind = scanner.scan()) {
      if (kind !== token.comma) members.push({ key: members.length, value: read(kind) });
    }
    return members;
  }

  return read(scanner.scan());
}

/** Whether a node is an object or array. */
export function isBranch(node: JsonNode): node is JsonBranch {
  return node.kind === 'object' || node.kind === 'array';
}

/** The value of a key, or undefined if the key is absent or duplicated. */
export function memberOf(node: JsonNode | undefined, key: string | number): JsonNode | undefined {
  if (node === undefined || !isBranch(node)) return undefined;
  const found = node.members.filter((member) => member.key === key);
  return found.length === 1 ? found[0]?.value : undefined;
}

/** The keys and indexes from the root to a value inside it. */
export type JsonPath = readonly (string | number)[];

const plainKey = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

/** Whether a key can be shown without quotes. */
export function isPlainKey(key: string): boolean {
  return plainKey.test(key);
}

/** A path in common notation, e.g. `steps[2].capability` or `headers["x-id"]`. */
export function showPath(path: JsonPath): string {
  if (path.length === 0) return '(root)';
  let shown = '';
  for (const step of path) {
    if (typeof step === 'number') shown += `[${step}]`;
    else if (isPlainKey(step)) shown += shown === '' ? step : `.${step}`;
    else shown += `[${JSON.stringify(step)}]`;
  }
  return shown;
}

/**
 * Prints a value with its original key order and digits.
 *
 * @param indent spaces per level, or 0 for one line without white space
 */
export function printJson(node: JsonNode, indent = 0): string {
  const pieces: string[] = [];
  print(node, '\n');
  return pieces.join('');

  function print(value: JsonNode, line: string): void {
    if (!isBranch(value)) pieces.push(printLeaf(value));
    else if (value.members.length === 0) pieces.push(value.kind === 'object' ? '{}' : '[]');
    else printMembers(value.kind === 'object' ? '{}' : '[]', value.members, line);
  }

  function printMembers(brackets: string, members: readonly JsonMember[], line: string): void {
    const inner = `${line}${' '.repeat(indent)}`;
    members.forEach(({ key, value }, at) => {
      pieces.push(at === 0 ? (brackets[0] ?? '') : ',');
      if (indent > 0) pieces.push(inner);
      if (typeof key === 'string') pieces.push(JSON.stringify(key), indent > 0 ? ': ' : ':');
      print(value, inner);
    });
    if (indent > 0) pieces.push(line);
    pieces.push(brackets[1] ?? '');
  }
}

function printLeaf(node: Exclude<JsonNode, { members: unknown }>): string {
  switch (node.kind) {
    case 'string':
      return JSON.stringify(node.value);
    case 'number':
      return node.text;
    case 'boolean':
      return String(node.value);
    case 'null':
      return 'null';
  }
}

/**
 * Whether two JSON texts are the same value, as the service compares an edit with the stored payload:
 * 1 equals 1.0 but not "1", and key order does not matter.
 */
export function isSameJson(one: string, other: string): boolean {
  return one === other || isSameNode(readJsonTree(one), readJsonTree(other));
}

/** Like isSameJson, for values that are already parsed. */
export function isSameNode(one: JsonNode, other: JsonNode): boolean {
  if (one === other) return true;
  if (one.kind === 'number' && other.kind === 'number') return isSameNumber(one.text, other.text);
  if (isBranch(one) && isBranch(other)) return isSameBranch(one, other);
  if (one.kind !== other.kind) return false;
  return (
    one.kind === 'null' || (one as { value: unknown }).value === (other as { value: unknown }).value
  );
}

function isSameBranch(one: JsonBranch, other: JsonBranch): boolean {
  if (one.kind !== other.kind || one.members.length !== other.members.length) return false;
  const others = new Map(other.members.map(({ key, value }) => [key, value]));
  // Objects with duplicate keys are never the same: a Map keeps only the last value.
  if (others.size !== other.members.length) return false;
  return one.members.every(({ key, value }) => {
    const counterpart = others.get(key);
    return counterpart !== undefined && isSameNode(value, counterpart);
  });
}

/** Numbers that a double represents exactly are compared by value, others by their text. */
function isSameNumber(one: string, other: string): boolean {
  if (one === other) return true;
  const value = Number(one);
  return value === Number(other) && !isInexact(one, value) && !isInexact(other, value);
}

/** The position of nodes that were not read from a text. */
const nowhere = { start: 0, end: 0 };

export function textNode(value: string): JsonNode {
  return { kind: 'string', value, ...nowhere };
}

/** @param text as typed, which may not be a valid number yet */
export function numberNode(text: string): JsonNode {
  return { kind: 'number', text, ...nowhere };
}

export function booleanNode(value: boolean): JsonNode {
  return { kind: 'boolean', value, ...nowhere };
}

/** Replaces the value at a path. Everything else stays exactly as it is. */
export function withNodeAt(root: JsonNode, path: JsonPath, node: JsonNode): JsonNode {
  const [key, ...rest] = path;
  if (key === undefined) return node;
  return withMembers(root, (members) =>
    members.map((member) =>
      member.key === key ? { key, value: withNodeAt(member.value, rest, node) } : member,
    ),
  );
}

/** Removes the item at an index of a list. */
export function withoutItem(list: JsonNode, index: number): JsonNode {
  return withMembers(list, (members) => members.filter(({ key }) => key !== index).map(numbered));
}

/** Appends an item: an emptied copy of the last one, or an empty string if there is none. */
export function withNewItem(list: JsonNode): JsonNode {
  return withMembers(list, (members) => {
    const last = members.at(-1)?.value;
    return [...members, { key: members.length, value: last ? emptied(last) : textNode('') }];
  });
}

function emptied(node: JsonNode): JsonNode {
  if (node.kind === 'string') return textNode('');
  if (node.kind === 'number') return numberNode('');
  if (node.kind === 'boolean') return booleanNode(false);
  return isBranch(node)
    ? withMembers(node, (members) =>
        members.map(({ key, value }) => ({ key, value: emptied(value) })),
      )
    : node;
}

function withMembers(
  node: JsonNode,
  change: (members: readonly JsonMember[]) => JsonMember[],
): JsonNode {
  return isBranch(node) ? { ...node, members: change(node.members) } : node;
}

function numbered({ value }: JsonMember, index: number): JsonMember {
  return { key: index, value };
}
