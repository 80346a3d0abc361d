import { isBranch, type JsonNode } from '../json/jsonTree.ts';

const MAX_FIELDS = 200;
const MAX_DEPTH = 6;
const MAX_TEXT = 100_000;

/** Why a value is edited as JSON only, or undefined where each of its parts can be a field. */
export function reasonAgainstFields(root: JsonNode): string | undefined {
  let fields = 0;
  let characters = 0;
  return check(root, 0);

  function check(node: JsonNode, depth: number): string | undefined {
    if (node.kind === 'string') characters += node.value.length;
    fields++;
    if (fields > MAX_FIELDS) return `there are more than ${MAX_FIELDS} values`;
    if (characters > MAX_TEXT) return 'its text is too long';
    if (!isBranch(node)) return undefined;
    if (depth >= MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH} levels`;
    if (new Set(node.members.map(({ key }) => key)).size < node.members.length) {
      return 'a key is there twice';
    }
    for (const { value } of node.members) {
      const reason = check(value, depth + 1);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }
}
