import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { linesOf, misleads, withoutWindowsBreaks } from '../../text/characters.ts';
import { type Marks, marksOf } from '../../text/marks.ts';
import type { Highlighted } from './highlightPython.ts';
import { ShowMore, useShownCount, VisibleText } from './Text.tsx';

const FIRST_LINES = 400;
/** Highlighting longer code takes too long. */
const MAX_HIGHLIGHTED = 200_000;
const MAX_LINE_CHARACTERS = 5_000;

type Props = { readonly code: string; readonly label: string };

/** Code with line numbers. Long lines wrap, so that nothing is hidden beyond the edge. */
export function CodeText({ code: given, label }: Props): ReactNode {
  const { text: code, isWindows } = useMemo(() => withoutWindowsBreaks(given), [given]);
  const plain = useMemo(() => piecesOfLines(code), [code]);
  const highlighted = useHighlighted(code);
  const [shown, more] = useShownCount(plain.length, FIRST_LINES);
  const marks = useMemo(() => marksOf(code), [code]);
  const starts = useMemo(() => startsOf(plain), [plain]);
  const isMisleading = useMemo(
    () => shown < plain.length && misleads(code, { from: starts[shown], marks }),
    [code, shown, plain, starts, marks],
  );
  return (
    <section aria-label={label}>
      {isWindows && <span className="tag">Windows line breaks</span>}
      <pre className="code-text">
        {(highlighted ?? plain).slice(0, shown).map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines never move
          <Line key={at} pieces={line} code={code} start={starts[at] ?? 0} marks={marks} />
        ))}
      </pre>
      <ShowMore
        shown={shown}
        total={plain.length}
        what="line"
        onMore={more}
        of={code}
        hidesMisleading={isMisleading}
      />
    </section>
  );
}

type LineProps = {
  readonly pieces: readonly Highlighted[];
  readonly code: string;
  /** Where the line starts in the code. */
  readonly start: number;
  readonly marks: Marks;
};

function Line({ pieces, code, start, marks }: LineProps): ReactNode {
  let end = start;
  return (
    <span className="code-line">
      {pieces.map(({ text, className }) => {
        const from = end;
        end += text.length;
        return (
          <span key={from} className={className}>
            <VisibleText text={code} lines from={from} to={end} marks={marks} />
          </span>
        );
      })}
      {'\n'}
    </span>
  );
}

/** Where each line starts in the code. */
function startsOf(lines: readonly (readonly Highlighted[])[]): number[] {
  let start = 0;
  return lines.map((pieces) => {
    const lineStart = start;
    start += pieces.reduce((length, { text }) => length + text.length, 0) + 1;
    return lineStart;
  });
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

/** The highlighted lines, once the highlighter is loaded. */
function useHighlighted(code: string): readonly Highlighted[][] | undefined {
  const [lines, setLines] = useState<{ of: string; lines: Highlighted[][] }>();
  useEffect(() => {
    if (code.length > MAX_HIGHLIGHTED) return undefined;
    let isWanted = true;
    import('./highlightPython.ts').then(
      ({ highlightPython }) => {
        if (isWanted) setLines({ of: code, lines: highlightPython(code) });
      },
      () => {}, // The code stays readable without highlighting.
    );
    return () => {
      isWanted = false;
    };
  }, [code]);
  return lines?.of === code ? lines.lines : undefined;
}
