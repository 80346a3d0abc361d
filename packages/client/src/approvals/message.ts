// Payload text must neither escape its place in a message nor hide there.

/** Invisible characters and those that change the direction of text. */
const deceptive = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

/** Escapes text for one line of Markdown: line breaks become spaces, and nothing is markup. */
export const line = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*[\]<>~|&]/g, '\\$&')
    // Inside a word an underscore is literal: data_loader.
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
 * A code block whose fence is longer than any in the text, with a warning about invisible
 * characters.
 */
export function block(text: string, language = ''): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  const body = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  const warning = warningOf(text);
  return `${warning && `${warning}\n\n`}${fence}${language}\n${body}${fence}`;
}

/** A link if the address is an http or https URL, otherwise the address as code. */
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
  return `**Careful:** the text below contains invisible or direction-changing characters: ${names.join(', ')}`;
}

const longestRun = (text: string): number =>
  Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
