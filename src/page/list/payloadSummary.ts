import { isBranch, type JsonNode, readJsonTree } from '../payload/json/jsonTree.ts';

const MAX_PARSED_CHARACTERS = 50_000;
const MAX_VALUE_CHARACTERS = 60;
const MAX_ENTRIES = 4;

/** A payload in a line, a hint for the list: what it begins with. The review itself shows all of it. */
export function payloadSummary(text: string): string {
  if (text.length > MAX_PARSED_CHARACTERS) return `${text.slice(0, 2 * MAX_VALUE_CHARACTERS)}…`;
  const node = readJsonTree(text);
  if (!isBranch(node) || node.members.length === 0) return brief(node);
  const shown = node.members
    .slice(0, MAX_ENTRIES)
    .map(({ key, value }) => (node.kind === 'array' ? brief(value) : `${key}: ${brief(value)}`));
  return [...shown, ...(node.members.length > MAX_ENTRIES ? ['…'] : [])].join(' · ');
}

function brief(node: JsonNode): string {
  if (isBranch(node)) {
    const { length } = node.members;
    return node.kind === 'array' ? `[${length}]` : `{${length}}`;
  }
  const text = textOf(node);
  return text.length > MAX_VALUE_CHARACTERS ? `${text.slice(0, MAX_VALUE_CHARACTERS)}…` : text;
}

function textOf(leaf: Exclude<JsonNode, { members: unknown }>): string {
  if (leaf.kind === 'string') return leaf.value.replace(/\s+/g, ' ');
  if (leaf.kind === 'number') return leaf.text;
  return leaf.kind === 'null' ? 'null' : String(leaf.value);
}
