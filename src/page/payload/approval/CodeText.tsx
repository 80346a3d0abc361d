import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { linesOf, withoutWindowsBreaks } from '../text/lineBreaks.ts';
import { VisibleText } from '../text/VisibleText.tsx';
import type { Highlighted } from './highlightPython.ts';
import { ShowMore, useShownCount } from './ShowMore.tsx';

const FIRST_LINES = 400;
/** Beyond this, colours are not worth the wait. */
const MAX_HIGHLIGHTED = 200_000;
const MAX_LINE_CHARACTERS = 5_000;

type Props = { readonly code: string; readonly label: string };

/** Code with numbered lines. Long lines break, so that nothing stands beyond the edge. */
export function CodeText({ code: given, label }: Props): ReactNode {
  const { text: code, isWindows } = useMemo(() => withoutWindowsBreaks(given), [given]);
  const plain = useMemo(() => piecesOfLines(code), [code]);
  const highlighted = useHighlighted(code);
  const [shown, more] = useShownCount(plain.length, FIRST_LINES);
  return (
    <section aria-label={label}>
      {isWindows && <span className="tag">Windows line breaks</span>}
      <pre className="code-text">
        {(highlighted ?? plain).slice(0, shown).map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines never move
          <Line key={at} pieces={line} />
        ))}
      </pre>
      <ShowMore shown={shown} total={plain.length} what="line" onMore={more} />
    </section>
  );
}

function Line({ pieces }: { pieces: readonly Highlighted[] }): ReactNode {
  return (
    <span className="code-line">
      {pieces.map(({ text, className }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces never move
        <span key={at} className={className}>
          <VisibleText text={text} lines />
        </span>
      ))}
      {'\n'}
    </span>
  );
}

function piecesOfLines(code: string): Highlighted[][] {
  return linesOf(code).map((line) => {
    const pieces: Highlighted[] = [];
    for (let at = 0; at < line.length; at += MAX_LINE_CHARACTERS) {
      pieces.push({ text: line.slice(at, at + MAX_LINE_CHARACTERS), className: '' });
    }
    return pieces;
  });
}

/** The lines in colours, once the highlighter is there. */
function useHighlighted(code: string): readonly Highlighted[][] | undefined {
  const [lines, setLines] = useState<{ of: string; lines: Highlighted[][] }>();
  useEffect(() => {
    if (code.length > MAX_HIGHLIGHTED) return undefined;
    let isWanted = true;
    import('./highlightPython.ts').then(
      ({ highlightPython }) => {
        if (isWanted) setLines({ of: code, lines: highlightPython(code) });
      },
      () => {}, // without colours the code is as readable
    );
    return () => {
      isWanted = false;
    };
  }, [code]);
  return lines?.of === code ? lines.lines : undefined;
}
