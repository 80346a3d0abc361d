import { isBranch, type JsonLeaf, type JsonNode } from './jsonTree.ts';

/**
 * Writes a JSON value with its digits and the order of its keys.
 * @param indent spaces per level; 0 writes the normal form, one line without white space
 */
export function printJson(node: JsonNode, indent = 0): string {
  const space = indent > 0 ? ' ' : '';
  return print(node, indent > 0 ? '\n' : '');

  function print(value: JsonNode, line: string): string {
    if (!isBranch(value)) return printLeaf(value);
    const [open, close] = value.kind === 'object' ? '{}' : '[]';
    if (value.members.length === 0) return `${open}${close}`;
    const inner = indent > 0 ? line + ' '.repeat(indent) : '';
    let members = '';
    for (const { key, value: member } of value.members) {
      if (members !== '') members += ',';
      members += inner;
      if (typeof key === 'string') members += `${JSON.stringify(key)}:${space}`;
      members += print(member, inner);
    }
    return `${open}${members}${line}${close}`;
  }
}

function printLeaf(node: JsonLeaf): string {
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
