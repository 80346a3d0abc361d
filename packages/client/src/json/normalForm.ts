import { createScanner } from 'jsonc-parser';
import { token } from './token.ts';

/** Where a value begins and ends in a text, in UTF-16 units. */
export type Span = { readonly start: number; readonly end: number };

/** A JSON text in normal form, and where in it each object and array of its value is. */
export type NormalForm = { readonly text: string; readonly spans: ReadonlyMap<object, Span> };

/**
 * Writes JSON text in normal form, as JsonText describes it, and finds the objects and arrays of
 * `root`, which is the value that this very text was parsed to. It recurses as deep as the text nests.
 *
 * Of a key that is there twice the value holds the last one only. The earlier one is compared with
 * the wrong part of the value then, and may leave wrong spans, but the last one is written after it
 * and covers that same part whole, so the spans that stay are the right ones.
 */
export function normalForm(text: string, root: unknown): NormalForm {
  const scanner = createScanner(text, true);
  const spans = new Map<object, Span>();
  let normal = '';

  function writeValue(kind: number, value: unknown): void {
    const start = normal.length;
    if (kind === token.openBrace) writeMembers(value);
    else if (kind === token.openBracket) writeItems(value);
    else if (kind === token.string) writeString();
    else normal += scanner.getTokenValue();
    if (typeof value === 'object' && value !== null)
      spans.set(value, { start, end: normal.length });
  }

  function writeMembers(value: unknown): void {
    normal += '{';
    for (let kind: number = scanner.scan(); kind !== token.closeBrace; kind = scanner.scan()) {
      if (kind === token.comma) {
        normal += ',';
        continue;
      }
      const key = writeString();
      scanner.scan();
      normal += ':';
      writeValue(scanner.scan(), memberOf(value, key));
    }
    normal += '}';
  }

  function writeItems(value: unknown): void {
    normal += '[';
    let index = 0;
    for (let kind: number = scanner.scan(); kind !== token.closeBracket; kind = scanner.scan()) {
      if (kind === token.comma) {
        normal += ',';
        continue;
      }
      writeValue(kind, memberOf(value, index));
      index++;
    }
    normal += ']';
  }

  /** Writes the string at the scanner and answers what it says. */
  function writeString(): string {
    const said = scanner.getTokenValue();
    // Two units longer than what it says: its quotes, hence no escapes.
    const isPlain = scanner.getTokenLength() === said.length + 2 && said.isWellFormed();
    normal += isPlain ? `"${said}"` : JSON.stringify(said);
    return said;
  }

  writeValue(scanner.scan(), root);
  return { text: normal, spans };
}

function memberOf(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string | number, unknown>)[key];
}
