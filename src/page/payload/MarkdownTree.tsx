import type { Element, ElementContent, Root, RootContent } from 'hast';
import { type Components, toJsxRuntime } from 'hast-util-to-jsx-runtime';
import { type ReactNode, useMemo } from 'react';
import { Fragment, jsx, jsxs } from 'react/jsx-runtime';
import { piecesOf, type TextPiece } from '../../text/characters.ts';
import { scriptsShownBy } from '../../text/lookalikes.ts';
import { marksOf } from '../../text/marks.ts';
import { SafeLink } from './SafeLink.tsx';

/** Each mark is an element of its own. */
const MAX_MARKS = 2_000;

/** Headings start below those of the page. */
const components: Components = {
  h1: ({ children }) => <h4>{children}</h4>,
  h2: ({ children }) => <h5>{children}</h5>,
  h3: ({ children }) => <h6>{children}</h6>,
  h4: ({ children }) => <h6>{children}</h6>,
  h5: ({ children }) => <h6>{children}</h6>,
  a: ({ href, children }) => <SafeLink href={href ?? ''}>{children}</SafeLink>,
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

type Props = {
  readonly tree: Root;
  /** Shown instead if so many characters are odd that marking them would take long. */
  readonly source: ReactNode;
};

/** An agent's Markdown: no HTML, nothing is loaded, and no link acts on this page. */
export default function MarkdownTree({ tree, source }: Props): ReactNode {
  const content = useMemo(() => {
    const visible = visibleTree(tree);
    return visible && toJsxRuntime(visible, { Fragment, jsx, jsxs, components, passNode: true });
  }, [tree]);
  return content ?? source;
}

const textOf = (node: Root | RootContent): string => {
  if ('value' in node) return node.value;
  return 'children' in node ? node.children.map(textOf).join(' ') : '';
};

/**
 * The tree with everything marked that VisibleText marks, or null if that is too much. HTML becomes
 * text, never elements.
 */
function visibleTree(tree: Root): Root | null {
  const isShown = scriptsShownBy(textOf(tree));
  let marks = 0;
  const children = tree.children.flatMap(visibleNodes);
  return marks > MAX_MARKS ? null : { ...tree, children };

  function visibleNodes(node: RootContent): ElementContent[] {
    if (node.type === 'element') {
      return [{ ...node, children: node.children.flatMap(visibleNodes) }];
    }
    if (node.type !== 'text' && node.type !== 'raw') return [];
    const pieces = piecesOf(node.value, true, { marks: marksOf(node.value, isShown) });
    marks += pieces.filter(({ kind }) => kind !== 'plain').length;
    return pieces.map(nodeOf);
  }
}

function nodeOf(piece: TextPiece): ElementContent {
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

const textNode = (value: string): ElementContent => ({ type: 'text', value });

const element = (
  tagName: string,
  properties: Element['properties'],
  children: ElementContent[],
): Element => ({ type: 'element', tagName, properties, children });
