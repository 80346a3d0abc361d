import { Component, lazy, type ReactNode, Suspense, useState } from 'react';
import { LongText } from './Text.tsx';

const Markdown = lazy(() => import('./Markdown.tsx'));

/** Longer texts are shown as source: nobody reads them as a formatted page. */
const MAX_MARKDOWN_CHARACTERS = 20_000;

/** Deeply nested quotes and lists, which would keep a Markdown parser busy for minutes. */
const nestsTooDeep = /^(?:[ \t]*(?:>|(?:[*+-]|\d{1,9}[.)])[ \t])){40}/m;

type Props = { readonly text: string };

/** The agent's message to the reviewer: as safe Markdown, or as source. */
export function Instructions({ text }: Props): ReactNode {
  const [isSource, setSource] = useState(false);
  const source = (
    <div className="markdown-source">
      <LongText text={text} lines maxCharacters={5_000} maxLines={200} />
    </div>
  );
  if (text.length > MAX_MARKDOWN_CHARACTERS || nestsTooDeep.test(text))
    return <div className="instructions">{source}</div>;
  return (
    <div className="instructions">
      {isSource ? (
        source
      ) : (
        <SourceOnError key={text} source={source}>
          <Suspense fallback={source}>
            <Markdown text={text} />
          </Suspense>
        </SourceOnError>
      )}
      <button
        type="button"
        className="quiet-button"
        aria-pressed={isSource}
        onClick={() => setSource(!isSource)}
      >
        View source
      </button>
    </div>
  );
}

type FallbackProps = { readonly source: ReactNode; readonly children: ReactNode };

/** Shows the source if rendering fails or the lazy chunk cannot be loaded. */
class SourceOnError extends Component<FallbackProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.source : this.props.children;
  }
}
