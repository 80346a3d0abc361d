import { isBranch, type JsonMember, type JsonNode } from '@holdpoint/client/json';
import type { JsonPath } from './jsonPath.ts';

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
