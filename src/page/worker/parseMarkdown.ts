import type { Nodes, Root } from 'hast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { toHast } from 'mdast-util-to-hast';
import { gfm } from 'micromark-extension-gfm';

/** Showing more would keep the page busy. References can repeat a long text many times. */
const MAX_NODES = 10_000;
const MAX_CHARACTERS = 100_000;
const MAX_DEPTH = 50;

/**
 * The HTML that Markdown stands for, as a tree. HTML inside the Markdown is left as text.
 * @returns null if the tree is too large to show
 */
export function parseMarkdown(text: string): Root | null {
  const markdown = fromMarkdown(text, {
    extensions: [gfm()],
    mdastExtensions: [gfmFromMarkdown()],
  });
  const tree = toHast(markdown, { allowDangerousHtml: true });
  return tree.type === 'root' && isSmall(tree) ? tree : null;
}

/** Whether a tree can be shown at once. It loses its positions, which nobody needs. */
function isSmall(root: Root): boolean {
  let nodes = 0;
  let characters = 0;
  return check(root, 0);

  function check(node: Nodes, depth: number): boolean {
    delete node.position;
    nodes++;
    if ('value' in node) characters += node.value.length;
    if (node.type === 'element') characters += JSON.stringify(node.properties).length;
    if (nodes > MAX_NODES || characters > MAX_CHARACTERS || depth > MAX_DEPTH) return false;
    return !('children' in node) || node.children.every((child) => check(child, depth + 1));
  }
}
