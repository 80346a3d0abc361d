import type { Element, ElementContent, Nodes, Root, Text } from 'hast';
import { fromHtml } from 'hast-util-from-html';
import { defaultSchema, sanitize } from 'hast-util-sanitize';
import { toHtml } from 'hast-util-to-html';
import { flatPieces, piecesOf } from '../../text/characters.ts';
import { type IsShown, scriptsShownBy } from '../../text/lookalikes.ts';
import { marksOf } from '../../text/marks.ts';

/** Laying out more would keep the page busy. */
const MAX_NODES = 5_000;
const MAX_CHARACTERS = 200_000;
const MAX_DEPTH = 60;
/** Each mark is an element of its own. */
const MAX_MARKS = 500;
/** Longer addresses and descriptions are cut, and say so. */
const MAX_ADDRESS = 300;

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

/** What is taken out without a note where it was, and how a note at the end calls it. */
const taken = { script: 'script', title: 'title', comment: 'comment' } as const;
type Taken = Map<keyof typeof taken, number>;

/**
 * HTML for a frame that loads nothing, runs nothing and leads nowhere: text, headings, lists and
 * tables remain. Styles are left out too, so that nothing can be hidden by them. Lookalikes are
 * marked, also those that are written as character references, which the source does not show.
 * @returns null if it is too large to show
 */
export function safeHtml(html: string): string | null {
  const parsed = fromHtml(html);
  const found: Taken = new Map();
  markLeftOut(parsed, found);
  const tree = sanitize(parsed, schema);
  if (tree.type !== 'root' || !isSmall(tree)) return null;
  const marker = new Marker(scriptsShownBy(textOf(tree)));
  const children = tree.children.flatMap((child) => withoutAddresses(child, marker));
  if (marker.marks > MAX_MARKS) return null;
  return toHtml({ type: 'root', children: [...children, ...notesOf(found)] } as Root);
}

/** Replaces what is left out, and comments for certain mail programs, by a text that says so. */
function markLeftOut(parent: Root | Element, found: Taken): void {
  const count = (what: keyof typeof taken) => found.set(what, (found.get(what) ?? 0) + 1);
  for (const [at, child] of parent.children.entries()) {
    if (child.type === 'element' && leftOut.has(child.tagName)) {
      parent.children[at] = text(`[Left out: ${child.tagName}]`) as Text;
    } else if (child.type === 'comment' && /\[if\s/i.test(child.value)) {
      parent.children[at] = text('[Left out: text for certain mail programs]') as Text;
    } else if (child.type === 'comment') count('comment');
    else if (child.type === 'element') {
      if (child.tagName === 'script' || child.tagName === 'title') count(child.tagName);
      markLeftOut(child, found);
    }
  }
}

function notesOf(found: Taken): ElementContent[] {
  if (found.size === 0) return [];
  const notes = [...found].map(([what, times]) => `${taken[what]} ×${times}`);
  return [
    {
      type: 'element',
      tagName: 'p',
      properties: {},
      children: [text(`[Left out, see the source: ${notes.join(', ')}]`)],
    },
  ];
}

function withoutAddresses(node: Root['children'][number], marker: Marker): ElementContent[] {
  if (node.type === 'text') return marker.nodesOf(node.value);
  if (node.type !== 'element') return [];
  const { href, src, alt, ...properties } = node.properties;
  if (node.tagName === 'img') {
    const what = [alt, src].filter((part) => typeof part === 'string' && part !== '');
    const shown = what.map((part) => shortened(String(part))).join(', ');
    return marker.nodesOf(`[Image, not loaded: ${shown}]`);
  }
  const children = node.children.flatMap((child) => withoutAddresses(child, marker));
  const kept: Element = { ...node, properties, children };
  if (node.tagName !== 'a' || typeof href !== 'string') return [kept];
  return [{ ...kept, tagName: 'u' }, ...marker.nodesOf(` [${shortened(href)}]`)];
}

/** An address may name another host far behind its start: `https://bank.example…@evil.example/`. */
function shortened(address: string): string {
  if (address.length <= MAX_ADDRESS) return address;
  const host = URL.canParse(address) ? new URL(address).host : '';
  const to = host === '' ? '' : `, leads to ${host}`;
  const left = (address.length - MAX_ADDRESS).toLocaleString('en');
  return `${address.slice(0, MAX_ADDRESS)}… ${left} more characters, see the source${to}`;
}

/** Bidirectional controls, and tags that only programs read. Unusual spaces are common in mails. */
const misleading = /[\p{Bidi_Control}\u{E0000}-\u{E007F}]/u;

/** Marks what misleads in texts. Styles are not needed: browsers highlight the element. */
class Marker {
  readonly #isShown: IsShown;
  marks = 0;

  /** @param isShown which scripts the whole text shows */
  constructor(isShown: IsShown) {
    this.#isShown = isShown;
  }

  nodesOf(value: string): ElementContent[] {
    const pieces = piecesOf(value, true, { marks: marksOf(value, this.#isShown) });
    return flatPieces(pieces).map((piece) => this.#nodeOf(piece));
  }

  #nodeOf(piece: ReturnType<typeof flatPieces>[number]): ElementContent {
    if (piece.kind === 'plain') return text(piece.text);
    if (piece.kind === 'odd') {
      const character = JSON.parse(`"${piece.escape}"`) as string;
      if (!misleading.test(character)) return text(character.repeat(piece.count));
    }
    this.marks++;
    const shown = piece.kind === 'odd' ? piece.escape.repeat(piece.count) : piece.text;
    return { type: 'element', tagName: 'mark', properties: {}, children: [text(shown)] };
  }
}

const text = (value: string): ElementContent => ({ type: 'text', value });

const textOf = (node: Nodes): string => {
  if ('value' in node) return node.value;
  return 'children' in node ? node.children.map(textOf).join(' ') : '';
};

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
