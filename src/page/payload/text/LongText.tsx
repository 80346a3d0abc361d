import { type ReactNode, useState } from 'react';
import { count } from './count.ts';
import { VisibleText } from './VisibleText.tsx';

const MAX_CHARACTERS = 1_000;
const MAX_LINES = 25;
/** What is shown of the end while the middle is folded: where things like to hide. */
const TAIL_CHARACTERS = 200;
/** More at once would make the page halt. */
const STEP_CHARACTERS = 200_000;

type Props = {
  readonly text: string;
  readonly lines?: boolean;
  readonly maxCharacters?: number;
  readonly maxLines?: number;
  /** What the text is called on the button, as `the key`. */
  readonly what?: string;
};

/** Text of any length. A long one is folded in its middle, says how long it is, and opens. */
export function LongText({
  text,
  lines = false,
  maxCharacters = MAX_CHARACTERS,
  maxLines = MAX_LINES,
  what = 'text',
}: Props): ReactNode {
  const [opened, setOpened] = useState(0);
  const head = headOf(text, maxCharacters, lines ? maxLines : Number.POSITIVE_INFINITY);
  const shown = wholeCharacters(text, Math.max(head, Math.min(opened, text.length)));
  const tail = wholeCharacters(text, Math.max(text.length - TAIL_CHARACTERS, shown));
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

/** How much of a text is shown at first: all of it where it is only a little longer. */
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

/** A place that is not in the middle of a surrogate pair. */
function wholeCharacters(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return at > 0 && unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
