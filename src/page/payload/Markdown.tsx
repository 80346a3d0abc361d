import type { ReactNode } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { piecesOf, type TextPiece } from '../../text/characters.ts';
import { marksOf } from '../../text/marks.ts';
import { SafeLink } from './SafeLink.tsx';

/** Headings start below those of the page. */
const components: Components = {
  h1: ({ children }) => <h4>{children}</h4>,
  h2: ({ children }) => <h5>{children}</h5>,
  h3: ({ children }) => <h6>{children}</h6>,
  h4: ({ children }) => <h6>{children}</h6>,
  h5: ({ children }) => <h6>{children}</h6>,
  a: ({ node, href, children }) => {
    // A fragment link would act on this page, so a footnote shows its number without a link.
    if (node && 'dataFootnoteRef' in node.properties) return children;
    if (node && 'dataFootnoteBackref' in node.properties) return null;
    return <SafeLink href={href ?? ''}>{children}</SafeLink>;
  },
  // Loading an image would tell a host of the agent's choice who reads this.
  img: ({ src, alt }) => (
    <span className="image-link">
      Image (not loaded): <SafeLink href={String(src ?? '')}>{alt || 'no description'}</SafeLink>
    </span>
  ),
  input: ({ checked }) => (
    <span role="img" aria-label={checked ? 'done' : 'not done'}>
      {checked ? '☑' : '☐'}
    </span>
  ),
  pre: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be focusable
    <pre tabIndex={0}>{children}</pre>
  ),
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be focusable
    <section className="scrolls" tabIndex={0} aria-label="Table">
      <table>{children}</table>
    </section>
  ),
};

/** An agent's Markdown: no HTML, nothing is loaded, and no link acts on this page. */
export default function Markdown({ text }: { readonly text: string }): ReactNode {
  return (
    <ReactMarkdown
      remarkPlugins={[remarkGfm]}
      rehypePlugins={[visibleCharacters]}
      components={components}
      // SafeLink decides which addresses become links, and shows the others as text.
      urlTransform={(address) => address}
    >
      {text}
    </ReactMarkdown>
  );
}

/** The parts of a hast node that are used here. */
type HastNode = {
  type: string;
  value?: string;
  tagName?: string;
  properties?: Record<string, unknown>;
  children?: HastNode[];
};

/** A rehype plugin that marks what VisibleText marks. */
function visibleCharacters(): (root: HastNode) => void {
  return (root) => makeVisible(root, textOf(root));
}

const textOf = ({ value = '', children = [] }: HastNode): string =>
  value + children.map(textOf).join(' ');

function makeVisible(parent: HastNode, context: string): void {
  if (parent.children === undefined) return;
  parent.children = parent.children.flatMap((child) => {
    // HTML becomes text, never elements.
    if (child.type !== 'text' && child.type !== 'raw') {
      makeVisible(child, context);
      return child;
    }
    const text = child.value ?? '';
    return piecesOf(text, true, { marks: marksOf(text, context) }).map(nodeOf);
  });
}

function nodeOf(piece: TextPiece): HastNode {
  switch (piece.kind) {
    case 'plain':
      return textNode(piece.text);
    case 'lookalike':
      return element('span', { className: ['odd-lookalike'], title: piece.name }, [
        textNode(piece.text),
      ]);
    case 'odd':
      return element('span', { className: ['odd-character'], title: piece.name }, [
        textNode(piece.count > 1 ? `${piece.escape} ×${piece.count}` : piece.escape),
      ]);
    case 'isolated': {
      const { name } = piece;
      const marked = name === null ? {} : { className: ['odd-order'], dir: 'ltr', title: name };
      return element('bdi', marked, piece.pieces.map(nodeOf));
    }
  }
}

const textNode = (value: string): HastNode => ({ type: 'text', value });

const element = (
  tagName: string,
  properties: Record<string, unknown>,
  children: HastNode[],
): HastNode => ({ type: 'element', tagName, properties, children });
