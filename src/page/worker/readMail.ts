import PostalMime, { decodeWords } from 'postal-mime';

/** A message as mail programs read it. */
export type Mail = {
  /** All headers, in their order. */
  readonly headers: readonly (readonly [name: string, text: string])[];
  readonly text: string | null;
  readonly html: string | null;
  /**
   * What stands in no part: before the first one, behind the last one, in a multipart without a
   * boundary, or in place of the headers of a part. Some mail programs show it.
   */
  readonly outside: string | null;
  /** All parts that are neither text nor HTML, and messages inside the message. */
  readonly files: readonly MailFile[];
};

export type MailFile = {
  readonly name: string | null;
  readonly type: string;
  readonly base64: string;
};

const limits = { maxHeadersSize: 50_000, maxNestingDepth: 20 };

/**
 * Reads a message in the format of RFC 5322, or its base64 or base64url, as APIs want it.
 * @throws Error if it is not base64, or has too many headers or levels
 */
export async function readMail(message: string): Promise<Mail> {
  const parser = new PostalMime({
    ...limits,
    attachmentEncoding: 'base64',
    forceRfc822Attachments: true,
  });
  const outside = linesOutside(parser);
  const { headers, text, html, attachments } = await parser.parse(rawMail(message));
  return {
    headers: headers.map(({ originalKey, value }) => [originalKey, decodeWords(value)]),
    text: text ?? null,
    html: html ?? null,
    outside: outside.join('\n').trim() === '' ? null : outside.join('\n'),
    files: attachments.map(({ filename, mimeType, content }) => ({
      name: filename,
      type: mimeType,
      base64: String(content),
    })),
  };
}

/** What the types of the parser leave out. */
type Internals = {
  readonly root: Part;
  readonly currentNode: Part;
  processLine(line: Uint8Array, isLast: boolean): Promise<void>;
  finalize(): Promise<void>;
};

type Part = {
  readonly state: string;
  readonly headerLines: readonly string[];
  readonly contentType: { readonly multipart: string | false };
};

/** The lines that the parser is going to leave out. It returns them nowhere. */
function linesOutside(parser: PostalMime): string[] {
  const lines: string[] = [];
  /** Parts with a line that is no header: other programs begin their text there. */
  const headless = new Set<Part>();
  const decoder = new TextDecoder();
  const internals = parser as unknown as Internals;
  const processLine = internals.processLine.bind(parser);
  internals.processLine = async (line, isLast) => {
    const { currentNode: node } = internals;
    const { state, contentType, headerLines } = node;
    const isFirst = headerLines.length === 0;
    await processLine(line, false);
    if (state === 'header' && node !== internals.root && !isHeader(decoder.decode(line), isFirst)) {
      headless.add(node);
    }
    const isOutside =
      state === 'finished' ||
      (state === 'body' && contentType.multipart !== false) ||
      (state === 'header' && headless.has(node));
    const isBoundary = node !== internals.currentNode || node.state !== state;
    if (isOutside && !isBoundary) lines.push(decoder.decode(line));
    if (isLast) await internals.finalize();
  };
  return lines;
}

/** Whether a line is a header, or continues one. */
const isHeader = (line: string, isFirst: boolean): boolean =>
  /^[!-9;-~]+[\t ]*:/.test(line) || (!isFirst && /^[\t ]/.test(line));

/** The message, from its base64 if that is what the text is. A message always has a colon. */
export const rawMail = (text: string): string | Uint8Array =>
  text.includes(':')
    ? text
    : Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (one) => one.charCodeAt(0));
