import { Fragment, memo, type ReactNode, useState } from 'react';
import { count } from '../parts/format.ts';
import { piecesOf, type TextPiece } from './characters.ts';

type VisibleTextProps = {
  readonly text: string;
  /** Whether line breaks and tabs are kept. Otherwise they are shown as `\n` and `\t`. */
  readonly lines?: boolean;
};

/** Text in which nothing can hide: invisible characters are shown as escapes, with their names. */
export const VisibleText = memo(function VisibleText({
  text,
  lines = false,
}: VisibleTextProps): ReactNode {
  const pieces = piecesOf(text, lines);
  if (pieces.length === 1 && pieces[0]?.kind === 'plain') return text;
  // biome-ignore lint/suspicious/noArrayIndexKey: pieces are never moved
  return pieces.map((piece, at) => <Fragment key={at}>{nodeOf(piece)}</Fragment>);
});

function nodeOf(piece: TextPiece): ReactNode {
  if (piece.kind === 'plain') return piece.text;
  if (piece.kind === 'lookalike') {
    return (
      <span className="odd-lookalike" title={piece.name}>
        {piece.text}
      </span>
    );
  }
  return (
    <span className="odd-character" title={piece.name}>
      {piece.escape}
      {piece.count > 1 && ` ×${piece.count}`}
    </span>
  );
}

const MAX_CHARACTERS = 1_000;
const MAX_LINES = 25;
/**
 * How much of the end stays visible while the middle is folded: payloads like to hide things there.
 */
const TAIL_CHARACTERS = 200;
/** Rendering more at once would freeze the page. */
const STEP_CHARACTERS = 200_000;

type LongTextProps = VisibleTextProps & {
  readonly maxCharacters?: number;
  readonly maxLines?: number;
  /** What the button calls it, e.g. `key`. */
  readonly what?: string;
};

/**
 * Text of any length. The middle of a long text is folded behind a button that says how long it is.
 */
export function LongText({
  text,
  lines = false,
  maxCharacters = MAX_CHARACTERS,
  maxLines = MAX_LINES,
  what = 'text',
}: LongTextProps): ReactNode {
  const [opened, setOpened] = useState(0);
  const head = headOf(text, maxCharacters, lines ? maxLines : Number.POSITIVE_INFINITY);
  const shown = outsideSurrogatePair(text, Math.max(head, Math.min(opened, text.length)));
  const tail = outsideSurrogatePair(text, Math.max(text.length - TAIL_CHARACTERS, shown));
  if (shown >= tail) return <VisibleText text={text} lines={lines} />;
  const next = Math.min(shown + STEP_CHARACTERS, text.length);
  return (
    <>
      <VisibleText text={text.slice(0, shown)} lines={lines} />
      <button type="button" className="fold" onClick={() => setOpened(next)}>
        … {count(tail - shown, 'character')} folded, of {count(text.length, 'character')}: show{' '}
        {next === text.length
          ? `the whole ${what}`
          : `the next ${count(next - shown, 'character')}`}
      </button>
      <VisibleText text={text.slice(tail)} lines={lines} />
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
};

/** A button that says how many items are hidden and shows more of them. */
export function ShowMore({ shown, total, what, onMore }: ShowMoreProps): ReactNode {
  if (shown >= total) return null;
  return (
    <button type="button" className="fold" onClick={onMore}>
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
      {given.map(([name, text]) => (
        <div key={name}>
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
