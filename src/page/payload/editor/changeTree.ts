import type { JsonPath } from '../json/jsonPath.ts';
import { isBranch, type JsonMember, type JsonNode } from '../json/jsonTree.ts';

/** A place of its own for what was not read from a text. */
const nowhere = { start: 0, end: 0 };

export function textNode(value: string): JsonNode {
  return { kind: 'string', value, ...nowhere };
}

/** @param text as it is typed, which may be no number yet */
export function numberNode(text: string): JsonNode {
  return { kind: 'number', text, ...nowhere };
}

export function booleanNode(value: boolean): JsonNode {
  return { kind: 'boolean', value, ...nowhere };
}

/** The same value with another one at a path; all the rest stays as it is, digits and order included. */
export function withNodeAt(root: JsonNode, path: JsonPath, node: JsonNode): JsonNode {
  const [key, ...rest] = path;
  if (key === undefined) return node;
  return withMembers(root, (members) =>
    members.map((member) =>
      member.key === key ? { key, value: withNodeAt(member.value, rest, node) } : member,
    ),
  );
}

/** Without the item at an index of a list. */
export function withoutItem(list: JsonNode, index: number): JsonNode {
  return withMembers(list, (members) => members.filter(({ key }) => key !== index).map(numbered));
}

/** With one item more: as the last one, emptied where it is text or a number; text where there is none. */
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
