import { memo, type ReactNode, useMemo, useState } from 'react';
import { hasMoreMarked, piecesOf, type TextPiece } from '../../text/characters.ts';
import { scriptsShownBy } from '../../text/lookalikes.ts';
import { type Marks, marksOf } from '../../text/marks.ts';
import { count } from '../parts/format.ts';
import { useFold, useMisleads } from './folds.tsx';

type VisibleTextProps = {
  readonly text: string;
  /** Whether line breaks and tabs are kept. Otherwise they are shown as `\n` and `\t`. */
  readonly lines?: boolean;
};

type VisiblePartProps = VisibleTextProps & {
  /** The part that is shown. What is marked in it depends on the whole text. */
  readonly from?: number;
  readonly to?: number;
  /** What is marked in the whole text, if it is known already. */
  readonly marks?: Marks | undefined;
};

/**
 * Text in which nothing can hide: invisible characters are shown as escapes, with their names, and
 * lookalikes and reordered text are marked.
 */
export const VisibleText = memo(function VisibleText({
  text,
  lines = false,
  from,
  to,
  marks,
}: VisiblePartProps): ReactNode {
  return nodesOf(piecesOf(text, lines, { from, to, marks }));
});

function nodesOf(pieces: readonly TextPiece[]): ReactNode {
  const [first] = pieces;
  if (pieces.length === 1 && first?.kind === 'plain') return first.text;
  return runsOf(pieces).map((run, at) => (Array.isArray(run) ? oddRun(run, at) : nodeOf(run, at)));
}

type OddPiece = Extract<TextPiece, { kind: 'odd' }>;

/** The pieces, with odd ones that follow each other in one list: each element takes time. */
function runsOf(pieces: readonly TextPiece[]): (Exclude<TextPiece, OddPiece> | OddPiece[])[] {
  const runs: (Exclude<TextPiece, OddPiece> | OddPiece[])[] = [];
  for (const piece of pieces) {
    const last = runs.at(-1);
    if (piece.kind !== 'odd') runs.push(piece);
    else if (Array.isArray(last)) last.push(piece);
    else runs.push([piece]);
  }
  return runs;
}

/** More names would not fit in a tooltip. */
const MAX_NAMES = 5;

/** An element, not a component, as a page may have thousands of them. */
function oddRun(run: readonly OddPiece[], key: number): ReactNode {
  const names = [...new Set(run.map(({ name }) => name))];
  const more = names.length > MAX_NAMES ? ', …' : '';
  return (
    <span key={key} className="odd-character" title={names.slice(0, MAX_NAMES).join(', ') + more}>
      {run
        .map((piece) => (piece.count > 1 ? `${piece.escape} ×${piece.count} ` : piece.escape))
        .join('')
        .trimEnd()}
    </span>
  );
}

function nodeOf(piece: Exclude<TextPiece, OddPiece>, key: number): ReactNode {
  switch (piece.kind) {
    case 'plain':
      return piece.text;
    case 'isolated':
      return piece.name === null ? (
        <bdi key={key}>{nodesOf(piece.pieces)}</bdi>
      ) : (
        <bdi key={key} dir="ltr" className="odd-order" title={piece.name}>
          {nodesOf(piece.pieces)}
        </bdi>
      );
    case 'lookalike':
      return (
        <span key={key} className="odd-lookalike" title={piece.name}>
          {piece.text}
        </span>
      );
  }
}

const MAX_CHARACTERS = 1_000;
const MAX_LINES = 25;
/**
 * How much of the end stays visible while the middle is folded: payloads like to hide things there.
 */
const TAIL_CHARACTERS = 200;
/** Rendering more at once would freeze the page. Each odd character is an element of its own. */
const STEP_CHARACTERS = 200_000;
const SMALL_STEP_CHARACTERS = 4_000;
export const MAX_ODD = 1_000;
/** Of a text with more odd characters at its start, only a little is shown at first. */
export const MAX_ODD_IN_HEAD = 100;
const ODD_HEAD_CHARACTERS = 60;
/** As much of its end. */
const ODD_TAIL_CHARACTERS = 20;

type OddPart = { from?: number; to?: number; marks?: Marks | undefined };

/** Whether so many characters in a part of a text are odd that showing all of it would take long. */
export function hasManyOdd(
  text: string,
  most = MAX_ODD,
  { from = 0, to = text.length, marks }: OddPart = {},
): boolean {
  return hasMoreMarked(text, most, { from, to: Math.min(to, text.length), marks });
}

type LongTextProps = VisiblePartProps & {
  readonly maxCharacters?: number;
  readonly maxLines?: number;
  /** What the button calls it, e.g. `key`. */
  readonly what?: string;
};

/**
 * Text of any length. The middle of a long text is folded behind a button that says how long it is.
 */
export function LongText(props: LongTextProps): ReactNode {
  const { text, lines = false, from = 0, to = text.length, what = 'text', marks } = props;
  const { maxCharacters = MAX_CHARACTERS, maxLines = MAX_LINES } = props;
  const [opened, setOpened] = useState(0);
  const part = text.slice(from, to);
  const isOdd = useMemo(
    () =>
      to - from > ODD_HEAD_CHARACTERS &&
      hasManyOdd(text, MAX_ODD_IN_HEAD, {
        from,
        to: Math.min(from + maxCharacters, to),
        marks,
      }),
    [text, from, to, maxCharacters, marks],
  );
  const head = headOf(
    part,
    isOdd ? ODD_HEAD_CHARACTERS : maxCharacters,
    lines ? maxLines : Number.POSITIVE_INFINITY,
  );
  const shown = outsideSurrogatePair(part, Math.max(head, Math.min(opened, part.length)));
  const tailStart = part.length - (isOdd ? ODD_TAIL_CHARACTERS : TAIL_CHARACTERS);
  const tail = outsideSurrogatePair(part, Math.max(tailStart, shown));
  const isFolded = shown < tail;
  const [foldStart, foldEnd] = [from + shown, from + tail];
  const isMisleading = useMisleads(isFolded, text, { from: foldStart, to: foldEnd, marks });
  // Either step shows all of a short rest, so there is no need to look through it.
  const isLongRest = isFolded && part.length - shown > SMALL_STEP_CHARACTERS;
  const step = useMemo(
    () =>
      isLongRest &&
      hasManyOdd(text, MAX_ODD, { from: foldStart, to: foldStart + STEP_CHARACTERS, marks })
        ? SMALL_STEP_CHARACTERS
        : STEP_CHARACTERS,
    [text, foldStart, marks, isLongRest],
  );
  const hides = useFold(part, isMisleading);
  const isShown = useMemo(() => scriptsShownBy(text), [text]);
  // Only of what is shown, as it takes long for a long text.
  const [headMarks, tailMarks] = useMemo(() => {
    if (marks) return [marks, marks];
    const head = { from, to: isFolded ? foldStart : to };
    return [
      marksOf(text, isShown, head),
      isFolded ? marksOf(text, isShown, { from: foldEnd, to }) : undefined,
    ];
  }, [text, isShown, marks, isFolded, from, foldStart, foldEnd, to]);
  if (!isFolded)
    return <VisibleText text={text} lines={lines} marks={headMarks} from={from} to={to} />;
  const next = Math.min(shown + step, part.length);
  return (
    <>
      <VisibleText text={text} lines={lines} marks={headMarks} from={from} to={foldStart} />
      <button type="button" className="fold" {...hides} onClick={() => setOpened(next)}>
        … {count(tail - shown, 'character')} folded, of {count(part.length, 'character')}: show{' '}
        {next === part.length
          ? `the whole ${what}`
          : `the next ${count(next - shown, 'character')}`}
      </button>
      <VisibleText text={text} lines={lines} marks={tailMarks} from={foldEnd} to={to} />
    </>
  );
}

/** How many characters are shown at first: all of them if little would be folded. */
function headOf(text: string, maxCharacters: number, maxLines: number): number {
  let head = text.length > maxCharacters + TAIL_CHARACTERS ? maxCharacters : text.length;
  let at = -1;
  for (let line = 0; line < maxLines; line++) {
    at = text.indexOf('\n', at + 1);
    if (at < 0 || at >= head) return head;
  }
  head = at;
  return head;
}

/** The index, moved back by one if it is inside a surrogate pair. */
function outsideSurrogatePair(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return at > 0 && unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}

/** How many items of a long list are shown, and a function that shows more. */
export function useShownCount(total: number, step: number): [shown: number, more: () => void] {
  const [limit, setLimit] = useState(step);
  return [Math.min(limit, total), () => setLimit(limit + step)];
}

type ShowMoreProps = {
  readonly shown: number;
  readonly total: number;
  readonly what: string;
  readonly onMore: () => void;
  /** Whether what is folded contains anything that misleads. Undefined: it is not known yet. */
  readonly hidesMisleading?: boolean | undefined;
  /** What is folded, the same on every render. */
  readonly of?: unknown;
};

/** A button that says how many items are hidden and shows more of them. */
export function ShowMore(props: ShowMoreProps): ReactNode {
  const { shown, total, what, onMore, hidesMisleading, of } = props;
  const hides = useFold(of, shown < total && hidesMisleading);
  if (shown >= total) return null;
  return (
    <button type="button" className="fold" {...hides} onClick={onMore}>
      … {count(total - shown, what)} folded of {total.toLocaleString('en')}: show more
    </button>
  );
}

type FactsProps = {
  readonly facts: readonly (readonly [name: string, text: string | undefined])[];
};

/** Short facts with their names. Facts without a text are left out. */
export function Facts({ facts }: FactsProps): ReactNode {
  const given = facts.filter(([, text]) => text !== undefined);
  if (given.length === 0) return null;
  return (
    <dl className="facts">
      {given.map(([name, text], at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat; facts never move
        <div key={at}>
          <dt>{name}</dt>
          <dd>
            {text === '' ? (
              <span className="tag">empty</span>
            ) : (
              <LongText text={text ?? ''} lines />
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
