import type { Element, ElementContent, Nodes, Root, Text } from 'hast';
import { fromHtml } from 'hast-util-from-html';
import { defaultSchema, sanitize } from 'hast-util-sanitize';
import { toHtml } from 'hast-util-to-html';

/** Laying out more would keep the page busy. */
const MAX_NODES = 5_000;
const MAX_CHARACTERS = 200_000;
const MAX_DEPTH = 60;

/** They could hide their content, or show a field. */
const folding = new Set(['details', 'summary', 'input', 'picture', 'source', 'rp']);
/** What other programs may show instead of what is shown here. The text says that it was left out. */
const leftOut = new Set([
  ...[
    'noscript',
    'iframe',
    'object',
    'svg',
    'math',
    'template',
    'applet',
    'audio',
    'canvas',
    'embed',
  ],
  ...['frameset', 'input', 'map', 'meter', 'optgroup', 'progress', 'video'],
]);

/** Of images nothing but a description is shown, and links say where they lead. */
const schema: typeof defaultSchema = {
  ...defaultSchema,
  // What turns text around stays, because the text reads otherwise without it.
  tagNames: [...(defaultSchema.tagNames ?? []), 'bdo', 'center', 'font', 'u'].filter(
    (name) => !folding.has(name),
  ),
  strip: ['script', 'style', 'title'],
  clobber: [],
  attributes: {
    '*': ['align', 'border', 'colSpan', 'dir', 'rowSpan', 'vAlign'],
    a: ['href'],
    img: ['alt', 'src'],
    li: ['value'],
    ol: ['reversed', 'start', 'type'],
  },
  protocols: {},
};

/**
 * HTML for a frame that loads nothing, runs nothing and leads nowhere: text, headings, lists and
 * tables remain. Styles are left out too, so that nothing can be hidden by them.
 * @returns null if it is too large to show
 */
export function safeHtml(html: string): string | null {
  const parsed = fromHtml(html);
  markLeftOut(parsed);
  const tree = sanitize(parsed, schema);
  if (tree.type !== 'root' || !isSmall(tree)) return null;
  return toHtml({ type: 'root', children: tree.children.flatMap(withoutAddresses) } as Root);
}

/** Replaces what is left out, and comments for certain mail programs, by a text that says so. */
function markLeftOut(parent: Root | Element): void {
  for (const [at, child] of parent.children.entries()) {
    if (child.type === 'element' && leftOut.has(child.tagName)) {
      parent.children[at] = text(`[Left out: ${child.tagName}]`) as Text;
    } else if (child.type === 'comment' && /\[if\s/i.test(child.value)) {
      parent.children[at] = text('[Left out: text for certain mail programs]') as Text;
    } else if (child.type === 'element') markLeftOut(child);
  }
}

function withoutAddresses(node: Root['children'][number]): ElementContent[] {
  if (node.type === 'text') return [node];
  if (node.type !== 'element') return [];
  const children = node.children.flatMap(withoutAddresses);
  const { href, src, alt, ...properties } = node.properties;
  if (node.tagName === 'img') {
    const what = [alt, src].filter((part) => typeof part === 'string' && part !== '').join(', ');
    return [text(`[Image, not loaded: ${what.slice(0, 300)}]`)];
  }
  const kept: Element = { ...node, properties, children };
  if (node.tagName !== 'a' || typeof href !== 'string') return [kept];
  return [{ ...kept, tagName: 'u' }, text(` [${href.slice(0, 500)}]`)];
}

const text = (value: string): ElementContent => ({ type: 'text', value });

function isSmall(root: Root): boolean {
  let nodes = 0;
  let characters = 0;
  return check(root, 0);

  function check(node: Nodes, depth: number): boolean {
    nodes++;
    if ('value' in node) characters += node.value.length;
    if (nodes > MAX_NODES || characters > MAX_CHARACTERS || depth > MAX_DEPTH) return false;
    return !('children' in node) || node.children.every((child) => check(child, depth + 1));
  }
}
