import { classHighlighter, highlightCode } from '@lezer/highlight';
import type { Parser } from './languages.ts';

/** A piece of a line with its CSS classes, or '' for none. */
export type Highlighted = { readonly text: string; readonly className: string };

/** Code as highlighted lines. Joined together, the pieces are exactly the code. */
export function highlight(parser: Parser, code: string): Highlighted[][] {
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
  return lines;
}
