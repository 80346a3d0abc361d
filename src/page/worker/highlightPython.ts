import { classHighlighter, highlightCode } from '@lezer/highlight';
import { parser } from '@lezer/python';

/** A piece of a line with its CSS classes, or '' for none. */
export type Highlighted = { readonly text: string; readonly className: string };

/** Python code as highlighted lines. Joined together, the pieces are exactly the code. */
export function highlightPython(code: string): Highlighted[][] {
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
