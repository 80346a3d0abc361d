import type { CSSProperties } from 'react';

/** As browsers do. */
const TAB_COLUMNS = 8;

/** A style for the class `hangs`, so that what wraps of a line of code is indented as its start. */
export function hangingIndent(line: string): CSSProperties | undefined {
  let columns = 0;
  for (const character of line) {
    if (character === '\t') columns += TAB_COLUMNS - (columns % TAB_COLUMNS);
    else if (character === ' ') columns++;
    else break;
  }
  return columns === 0 ? undefined : ({ '--indent': columns } as CSSProperties);
}
