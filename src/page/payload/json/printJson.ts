import { isBranch, type JsonMember, type JsonNode } from './jsonTree.ts';

/**
 * The text of a JSON value: every digit and the order as they were.
 *
 * @param indent blanks a level; 0: one line without white space, the normal form
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
