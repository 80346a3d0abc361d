import { type ReactNode, useMemo } from 'react';
import { linesOf, withoutWindowsBreaks } from '../../text/characters.ts';
import { scriptsShownBy } from '../../text/lookalikes.ts';
import { type Marks, marksOf } from '../../text/marks.ts';
import type { Highlighted } from '../worker/highlight.ts';
import { useInWorker } from '../worker/inWorker.ts';
import type { Language } from '../worker/languages.ts';
import { useMisleads } from './folds.tsx';
import { hangingIndent } from './hangingIndent.ts';
import {
  hasManyOdd,
  LongText,
  MAX_ODD_IN_HEAD,
  ShowMore,
  useShownCount,
  VisibleText,
} from './Text.tsx';

const FIRST_LINES = 400;
/** If many characters are odd, as each of them is an element of its own. */
const FIRST_ODD_LINES = 20;
/** Highlighting longer code takes too long. */
const MAX_HIGHLIGHTED = 200_000;
/** Longer lines are folded. */
const MAX_LINE_CHARACTERS = 5_000;

type Props = {
  readonly code: string;
  readonly label: string;
  /** Null: it is not highlighted. */
  readonly language: Language | null;
  /** How many lines are shown at first. */
  readonly firstLines?: number;
};

/** Code with line numbers. Lines wrap, so that nothing is hidden beyond the edge. */
export function CodeText({
  code: given,
  label,
  language,
  firstLines = FIRST_LINES,
}: Props): ReactNode {
  const { text: code, isWindows } = useMemo(() => withoutWindowsBreaks(given), [given]);
  const lines = useMemo(() => linesOf(code), [code]);
  const isHighlighted = language !== null && code.length <= MAX_HIGHLIGHTED;
  const highlighted = useInWorker(
    isHighlighted ? 'highlight' : null,
    isHighlighted ? code : '',
    language ?? 'json',
  );
  const first = useMemo(
    () => (hasManyOdd(lines.slice(0, firstLines).join('\n')) ? FIRST_ODD_LINES : firstLines),
    [lines, firstLines],
  );
  const [shown, more] = useShownCount(lines.length, first);
  const starts = useMemo(() => startsOf(lines), [lines]);
  const isShown = useMemo(() => scriptsShownBy(code), [code]);
  const shownEnd = starts[shown] ?? code.length;
  // Only of what is shown, as it takes long for long code.
  const marks = useMemo(() => marksOf(code, isShown, { to: shownEnd }), [code, isShown, shownEnd]);
  const isMisleading = useMisleads(shown < lines.length, code, { from: shownEnd });
  const destroys = useMemo(
    () => new Set(highlighted?.flatMap((line) => line.flatMap((piece) => piece.destroys ?? []))),
    [highlighted],
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div role="group" aria-label={label}>
      {isWindows && <span className="tag">Windows line breaks</span>}
      <pre className="code-text">
        {lines.slice(0, shown).map((line, at) => (
          <Line
            // biome-ignore lint/suspicious/noArrayIndexKey: lines never move
            key={at}
            text={line}
            pieces={highlighted?.[at]}
            code={code}
            start={starts[at] ?? 0}
            marks={marks}
          />
        ))}
      </pre>
      {destroys.size > 0 && (
        <p className="muted">Marked: {[...destroys].join('; ')}. Nothing else was checked.</p>
      )}
      <ShowMore
        shown={shown}
        total={lines.length}
        what="line"
        onMore={more}
        of={code}
        hidesMisleading={isMisleading}
      />
    </div>
  );
}

type LineProps = {
  readonly text: string;
  /** The same text, highlighted. */
  readonly pieces: readonly Highlighted[] | undefined;
  readonly code: string;
  /** Where the line starts in the code. */
  readonly start: number;
  readonly marks: Marks;
};

function Line({ text, pieces, code, start, marks }: LineProps): ReactNode {
  const part = { text: code, lines: true, marks };
  if (text.length > MAX_LINE_CHARACTERS || hasManyOdd(text, MAX_ODD_IN_HEAD)) {
    return (
      <span className="code-line hangs" style={hangingIndent(text)}>
        <LongText
          {...part}
          from={start}
          to={start + text.length}
          maxCharacters={MAX_LINE_CHARACTERS}
          what="line"
        />
        {'\n'}
      </span>
    );
  }
  let end = start;
  return (
    <span className="code-line hangs" style={hangingIndent(text)}>
      {(pieces ?? [plainPiece(text)]).map(({ text, className, destroys }) => {
        const from = end;
        end += text.length;
        const shown = <VisibleText {...part} from={from} to={end} />;
        return (
          <span key={from} className={className}>
            {destroys === undefined ? (
              shown
            ) : (
              <mark className="destroys" title={destroys}>
                {shown}
              </mark>
            )}
          </span>
        );
      })}
      {'\n'}
    </span>
  );
}

const plainPiece = (text: string): Highlighted => ({ text, className: '' });

/** Where each line starts in the code. */
function startsOf(lines: readonly string[]): number[] {
  let start = 0;
  return lines.map((line) => {
    const lineStart = start;
    start += line.length + 1;
    return lineStart;
  });
}
