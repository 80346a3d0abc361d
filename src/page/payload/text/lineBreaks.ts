/** The lines of a text; a break at its very end begins no further one. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  return lines;
}

/**
 * Text with `\n` as its only line break, where each was `\r\n`: a mark at the end of every line would
 * hide those that matter. Where they are mixed the text stays, and each `\r` is visible.
 */
export function withoutWindowsBreaks(text: string): { text: string; isWindows: boolean } {
  const isWindows = text.includes('\r\n') && !/\r(?!\n)|(?<!\r)\n/.test(text);
  return { text: isWindows ? text.replaceAll('\r\n', '\n') : text, isWindows };
}
