import type { JsonPath } from '../json/jsonPath.ts';
import { isBranch, type JsonNode } from '../json/jsonTree.ts';

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Whether text is a number as JSON writes it. */
export function isNumberText(text: string): boolean {
  return number.test(text);
}

/** Where in a value a number is typed that is none. */
export function wrongNumbers(node: JsonNode, path: JsonPath = []): JsonPath[] {
  if (isBranch(node))
    return node.members.flatMap(({ key, value }) => wrongNumbers(value, [...path, key]));
  return node.kind === 'number' && !isNumberText(node.text) ? [path] : [];
}
