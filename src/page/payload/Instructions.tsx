import { Component, lazy, type ReactNode, Suspense, useState } from 'react';
import { useInWorker } from '../worker/inWorker.ts';
import { FoldView } from './folds.tsx';
import { LongText } from './Text.tsx';

/** Loaded with the first Markdown. Until then its source is shown. */
const MarkdownTree = lazy(() => import('./MarkdownTree.tsx'));

/** Longer texts are shown as source: nobody reads them as a formatted page. */
const MAX_MARKDOWN_CHARACTERS = 20_000;

type Props = { readonly text: string };

type MarkdownProps = {
  readonly text: string;
  /** Shown instead while it is read, and if it is too long or complex. */
  readonly source: ReactNode;
};

/** Safe Markdown without a way to its source. */
export function FormattedMarkdown({ text, source }: MarkdownProps): ReactNode {
  const isLong = text.length > MAX_MARKDOWN_CHARACTERS;
  const tree = useInWorker(isLong ? null : 'parseMarkdown', isLong ? '' : text);
  if (tree == null) return source;
  return (
    <SourceOnError key={text} source={source}>
      <Suspense fallback={source}>
        <div className="instructions">
          <MarkdownTree tree={tree} source={source} />
        </div>
      </Suspense>
    </SourceOnError>
  );
}

/** The agent's message to the reviewer: as safe Markdown, or as source. */
export function Instructions({ text }: Props): ReactNode {
  const [isSource, setSource] = useState(false);
  const isLong = text.length > MAX_MARKDOWN_CHARACTERS;
  const tree = useInWorker(isLong ? null : 'parseMarkdown', text);
  const source = (
    <FoldView>
      <div className="markdown-source">
        <LongText text={text} lines maxCharacters={5_000} maxLines={200} />
      </div>
    </FoldView>
  );
  if (isLong || tree === null) {
    return (
      <div className="instructions">
        <p className="muted">Shown as written, because it is too long or complex to format.</p>
        {source}
      </div>
    );
  }
  return (
    <div className="instructions">
      {isSource || tree === undefined ? (
        source
      ) : (
        <SourceOnError key={text} source={source}>
          <Suspense fallback={source}>
            <MarkdownTree tree={tree} source={source} />
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

/** Shows the source if rendering fails. */
class SourceOnError extends Component<FallbackProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.source : this.props.children;
  }
}
