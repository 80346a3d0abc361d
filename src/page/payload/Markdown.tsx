import type { ReactNode } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { piecesOf } from './characters.ts';
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

/** A rehype plugin that makes invisible characters visible, as VisibleText does. */
function visibleCharacters(): (root: HastNode) => void {
  return makeVisible;
}

function makeVisible(parent: HastNode): void {
  if (parent.children === undefined) return;
  parent.children = parent.children.flatMap((child) => {
    // HTML becomes text, never elements.
    if (child.type === 'text' || child.type === 'raw') return visibleNodes(child.value ?? '');
    makeVisible(child);
    return child;
  });
}

function visibleNodes(text: string): HastNode[] {
  return piecesOf(text, true).map((piece) => {
    if (piece.kind === 'plain') return { type: 'text', value: piece.text };
    if (piece.kind === 'lookalike') return marked('odd-lookalike', piece.name, piece.text);
    const times = piece.count > 1 ? ` ×${piece.count}` : '';
    return marked('odd-character', piece.name, `${piece.escape}${times}`);
  });
}

function marked(className: string, title: string, text: string): HastNode {
  return {
    type: 'element',
    tagName: 'span',
    properties: { className: [className], title },
    children: [{ type: 'text', value: text }],
  };
}
