import { token } from '@holdpoint/client/json';
import { createScanner } from 'jsonc-parser';

/** Where a value stands in its text, in UTF-16 units. */
type Place = { readonly start: number; readonly end: number };

export type JsonLeaf = Place &
  (
    | { readonly kind: 'string'; readonly value: string }
    /** As it is written: a JavaScript number would round it. */
    | { readonly kind: 'number'; readonly text: string }
    | { readonly kind: 'boolean'; readonly value: boolean }
    | { readonly kind: 'null' }
  );

/** An object or array. Its members are in the order of the text, even where a key is there twice. */
export type JsonBranch = Place & {
  readonly kind: 'object' | 'array';
  readonly members: readonly JsonMember[];
};

export type JsonNode = JsonLeaf | JsonBranch;

/** One member of an object by its key, or of an array by its index from 0. */
export type JsonMember = { readonly key: string | number; readonly value: JsonNode };

/**
 * The values of a JSON text, with their order and their digits. It recurses as deep as the text nests,
 * which parseJson bounds at 256.
 *
 * @param text JSON: what parseJson accepts
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

/** The value under a key; undefined where there is none, or where two could be meant. */
export function memberOf(node: JsonNode | undefined, key: string | number): JsonNode | undefined {
  if (node === undefined || !isBranch(node)) return undefined;
  const found = node.members.filter((member) => member.key === key);
  return found.length === 1 ? found[0]?.value : undefined;
}
