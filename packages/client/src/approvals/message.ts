// What comes from a payload must neither break out of its place in a message nor hide there (case
// B34).

/**
 * Characters that are invisible or that turn the direction of text, so that what is read is not
 * what is there.
 */
const deceptive = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

/**
 * Text within a line of Markdown, as it is: line breaks become spaces, and nothing in it is markup.
 */
export const line = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*[\]<>~|&]/g, '\\$&')
    // Within a word it is only itself: data_loader.
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/^[#+=-]/, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2');

/** Text within a line, as code. */
export function code(text: string): string {
  const fence = '`'.repeat(longestRun(text) + 1);
  const padding = /^[` ]|[` ]$/.test(text) ? ' ' : '';
  return `${fence}${padding}${text.replace(/\s+/g, ' ')}${padding}${fence}`;
}

/**
 * A block of code, with a fence longer than any that is in it, and a warning of what cannot be seen
 * in it.
 */
export function block(text: string, language = ''): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  const body = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  const warning = warningOf(text);
  return `${warning && `${warning}\n\n`}${fence}${language}\n${body}${fence}`;
}

/** A link where the address is one of the web, else the address as code. */
export function link(label: string, address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return `${line(label)}: ${code(address)}`;
  return `[${line(label)}](<${url.href.replace(/[<>]/g, encodeURIComponent)}>)`;
}

export const closing = (yes: string, no: string): string =>
  `**Your answer**\n- **yes**: ${yes}\n- **no**: ${no}`;

function warningOf(text: string): string {
  const found = new Set(text.match(deceptive) ?? []);
  if (found.size === 0) return '';
  const names = [...found].map((one) => {
    const hex = (one.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return `U+${hex.padStart(4, '0')}`;
  });
  return `**Careful:** characters below cannot be seen or turn the direction of text: ${names.join(', ')}`;
}

const longestRun = (text: string): number =>
  Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
