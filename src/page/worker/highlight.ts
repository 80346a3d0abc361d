import { classHighlighter, highlightCode } from '@lezer/highlight';
import { type Destructive, destructiveIn, isAmbiguous } from './destructive.ts';
import type { Language, Parser } from './languages.ts';

/** A piece of a line with its CSS classes, or '' for none. */
export type Highlighted = {
  readonly text: string;
  readonly className: string;
  /** What is destructive about it. */
  readonly destroys?: string;
};

/** Code as highlighted lines. Joined together, the pieces are exactly the code. */
export function highlight(parser: Parser, code: string, language: Language): Highlighted[][] {
  let line: Highlighted[] = [];
  const lines = [line];
  highlightCode(
    code,
    parser.parse(code),
    classHighlighter,
    (text, className) => line.push({ text, className }),
    () => {
      line = [];
      lines.push(line);
    },
  );
  if (language !== 'shell' && language !== 'sql') return lines;
  const ignored = language === 'sql' ? /tok-(?:comment|string)/ : /tok-comment/;
  const words = lines.map((pieces) =>
    pieces
      .map(({ text, className }) => (ignored.test(className) ? ' '.repeat(text.length) : text))
      .join(''),
  );
  const found = destructiveIn(words.join('\n'), language);
  if (!isAmbiguous(code, language)) return mark(lines, found);
  const all = [...found, ...destructiveIn(code, language)];
  const plain = lines.map((pieces) => withoutComments(pieces, language));
  return mark(
    plain,
    all.sort((one, other) => one.start - other.start),
  );
}

/** Ambiguous code in which nothing looks like a comment that may run. */
const withoutComments = (pieces: readonly Highlighted[], language: Language): Highlighted[] =>
  pieces.map((piece, at) => {
    const before = pieces[at - 1]?.text ?? ' ';
    const mayRun = language === 'sql' || !/[\s;&|()]$/.test(before);
    return mayRun && /tok-comment/.test(piece.className) ? { ...piece, className: '' } : piece;
  });

/** Cuts the pieces at the ends of what is destructive, and marks it. */
function mark(lines: Highlighted[][], found: readonly Destructive[]): Highlighted[][] {
  let at = 0;
  let next = 0;
  return lines.map((pieces) => {
    const marked: Highlighted[] = [];
    for (const { text, className } of pieces) {
      const end = at + text.length;
      let done = at;
      while ((found[next]?.end ?? Number.POSITIVE_INFINITY) <= done) next++;
      for (let one = next; (found[one]?.start ?? end) < end; one++) {
        const { start, end: last, what } = found[one] as Destructive;
        const [from, to] = [Math.max(start, done), Math.min(last, end)];
        if (to <= from) continue;
        if (from > done) marked.push({ text: text.slice(done - at, from - at), className });
        marked.push({ text: text.slice(from - at, to - at), className, destroys: what });
        done = to;
      }
      if (done < end) marked.push({ text: text.slice(done - at), className });
      at = end;
    }
    at++;
    return marked;
  });
}
