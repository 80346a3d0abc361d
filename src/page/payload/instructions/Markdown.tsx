import type { ReactNode } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { SafeLink } from './SafeLink.tsx';
import { visibleCharacters } from './visibleCharacters.ts';

/** Headings begin below those of the page. */
const components: Components = {
  h1: ({ children }) => <h4>{children}</h4>,
  h2: ({ children }) => <h5>{children}</h5>,
  h3: ({ children }) => <h6>{children}</h6>,
  h4: ({ children }) => <h6>{children}</h6>,
  h5: ({ children }) => <h6>{children}</h6>,
  a: ({ node, href, children }) => {
    // A fragment would act on this page: a footnote keeps its number and leads nowhere.
    if (node && 'dataFootnoteRef' in node.properties) return children;
    if (node && 'dataFootnoteBackref' in node.properties) return null;
    return <SafeLink href={href ?? ''}>{children}</SafeLink>;
  },
  // An image would be fetched from whoever the agent names, and tell them who reads this.
  img: ({ src, alt }) => (
    <span className="image-link">
      Image, not loaded:{' '}
      <SafeLink href={String(src ?? '')}>{alt || 'without a description'}</SafeLink>
    </span>
  ),
  input: ({ checked }) => (
    <span role="img" aria-label={checked ? 'done' : 'not done'}>
      {checked ? '☑' : '☐'}
    </span>
  ),
  pre: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <pre tabIndex={0}>{children}</pre>
  ),
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="scrolls" tabIndex={0} aria-label="Table">
      <table>{children}</table>
    </section>
  ),
};

type Props = { readonly text: string };

/** Markdown of an agent: no HTML, nothing loaded, and nothing in it acts on this page. */
export default function Markdown({ text }: Props): ReactNode {
  return (
    <ReactMarkdown
      remarkPlugins={[remarkGfm]}
      rehypePlugins={[visibleCharacters]}
      components={components}
      // SafeLink judges addresses, and shows those that it refuses.
      urlTransform={(address) => address}
    >
      {text}
    </ReactMarkdown>
  );
}
