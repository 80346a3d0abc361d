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
  showAll(markdown);
  const tree = toHast(markdown, { allowDangerousHtml: true });
  return tree.type === 'root' && isSmall(tree) ? tree : null;
}

type Markdown = ReturnType<typeof fromMarkdown>;
type Content = Markdown['children'][number];
type Node = Markdown | Content;

const textNode = (value: string): Content => ({ type: 'text', value });
const line = (value: string): Content =>
  ({ type: 'paragraph', children: [textNode(value)] }) as Content;

/**
 * Makes text of what HTML has no place for, so that nothing is left out: where references lead,
 * footnotes, titles, all that is said of code, and cells beyond the columns of their table.
 */
function showAll(node: Node): void {
  if (!('children' in node)) return;
  const children = node.children as Content[];
  for (const child of children) showAll(child);
  node.children = children.flatMap(withHidden) as typeof node.children & Content[];
  if (node.type !== 'table') return;
  const columns = Math.max(...node.children.map((row) => row.children.length));
  const { align = [] } = node;
  node.align = Array.from({ length: columns }, (_, at) => align?.[at] ?? null);
}

function withHidden(node: Content): Content[] {
  switch (node.type) {
    case 'definition':
      return [node, line(`[${node.label}]: ${node.url}${titleOf(node)}`)];
    case 'footnoteDefinition':
      return [line(`[^${node.label}]:`), ...node.children];
    case 'footnoteReference':
      return [textNode(`[^${node.label}]`)];
    case 'link':
    case 'image':
      return node.title ? [node, textNode(titleOf(node))] : [node];
    case 'code': {
      const info = [node.lang, node.meta].filter(Boolean).join(' ');
      return /^[\w+#.-]{0,20}$/.test(info) ? [node] : [line(info), node];
    }
    default:
      return [node];
  }
}

const titleOf = ({ title }: { title?: string | null | undefined }): string =>
  title ? ` "${title}"` : '';

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
