import PostalMime, { decodeWords } from 'postal-mime';

/** A message as mail programs read it. */
export type Mail = {
  /** All headers, in their order. */
  readonly headers: readonly (readonly [name: string, text: string])[];
  readonly text: string | null;
  readonly html: string | null;
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
  const { headers, text, html, attachments } = await PostalMime.parse(rawMail(message), {
    ...limits,
    attachmentEncoding: 'base64',
    forceRfc822Attachments: true,
  });
  return {
    headers: headers.map(({ originalKey, value }) => [originalKey, decodeWords(value)]),
    text: text ?? null,
    html: html ?? null,
    files: attachments.map(({ filename, mimeType, content }) => ({
      name: filename,
      type: mimeType,
      base64: String(content),
    })),
  };
}

/** The message, from its base64 if that is what the text is. A message always has a colon. */
export const rawMail = (text: string): string | Uint8Array =>
  text.includes(':')
    ? text
    : Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (one) => one.charCodeAt(0));
