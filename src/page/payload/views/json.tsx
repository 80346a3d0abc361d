import { isBranch, type JsonNode, parseJson, readJsonTree } from '@holdpoint/client/json';
import { JsonTree } from '../JsonTree.tsx';
import { isShort } from './shortValues.ts';
import type { View } from './view.ts';

/** Larger texts are shown as a tree, which folds. */
const MAX_LAID_OUT = 20_000;

/** JSON inside a text, as it is in the arguments of many tool calls. */
export const json: View = {
  name: 'json',
  title: 'JSON in a text',
  find(node) {
    if (node.kind !== 'string') return undefined;
    const root = treeOf(node.value);
    if (root === undefined || !isBranch(root) || (isShort(root) && root.kind === 'array')) {
      return undefined;
    }
    return node.value.length <= MAX_LAID_OUT ? { inner: root } : { show: <JsonTree root={root} /> };
  },
};

function treeOf(text: string): JsonNode | undefined {
  if (!/^\s*[{[]/.test(text) || !/[}\]]\s*$/.test(text)) return undefined;
  try {
    parseJson(text);
    return readJsonTree(text);
  } catch {
    return undefined;
  }
}
