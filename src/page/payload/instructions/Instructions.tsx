import { Component, lazy, type ReactNode, Suspense, useState } from 'react';
import { LongText } from '../text/LongText.tsx';

const Markdown = lazy(() => import('./Markdown.tsx'));

/** Longer ones are shown as they are written: a person does not read them as a page. */
const MAX_MARKDOWN_CHARACTERS = 20_000;

/** Quotes and lists inside each other: thousands of them take a parser of Markdown minutes. */
const nestsTooDeep = /^(?:[ \t]*(?:>|(?:[*+-]|\d{1,9}[.)])[ \t])){40}/m;

type Props = { readonly text: string };

/** What the agent tells the reviewer: Markdown made safe, or as it is written. */
export function Instructions({ text }: Props): ReactNode {
  const [isPlain, setPlain] = useState(false);
  const asWritten = (
    <div className="as-written">
      <LongText text={text} lines maxCharacters={5_000} maxLines={200} />
    </div>
  );
  if (text.length > MAX_MARKDOWN_CHARACTERS || nestsTooDeep.test(text))
    return <div className="instructions">{asWritten}</div>;
  return (
    <div className="instructions">
      {isPlain ? (
        asWritten
      ) : (
        <PlainInstead key={text} plain={asWritten}>
          <Suspense fallback={asWritten}>
            <Markdown text={text} />
          </Suspense>
        </PlainInstead>
      )}
      <button
        type="button"
        className="quiet-button"
        aria-pressed={isPlain}
        onClick={() => setPlain(!isPlain)}
      >
        As written
      </button>
    </div>
  );
}

type PlainInsteadProps = { readonly plain: ReactNode; readonly children: ReactNode };

/** Text that Markdown cannot make anything of, or a chunk that does not load: it is shown as it is written. */
class PlainInstead extends Component<PlainInsteadProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.plain : this.props.children;
  }
}
