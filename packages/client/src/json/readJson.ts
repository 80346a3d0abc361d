import { createScanner } from 'jsonc-parser';
import { token } from './token.ts';

const backslash = 0x5c;
const quote = 0x22;
const colon = 0x3a;
const space = 0x20;

/**
 * As JSON.parse, with the right keys.
 *
 * JSON.parse of Node 24 and 26 may read a key that is written with an escape as another one: once any
 * text in the process had the key `\`, the key written `"\n"` or `"\u0061"` can become `\`
 * (https://github.com/nodejs/node/issues/63785). Values and keys without an escape are not affected.
 *
 * @throws SyntaxError for what is not JSON.
 */
export function parseWithRightKeys(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return hasEscapedKey(text) ? readJson(text, Number) : value;
}

/** Whether a key in a JSON text is written with an escape. Text that is not JSON gets any answer. */
export function hasEscapedKey(text: string): boolean {
  let at = text.indexOf('\\');
  while (at >= 0) {
    // JSON has a backslash in strings only: on to the end of this one, and to what follows it.
    for (; at < text.length && text.charCodeAt(at) !== quote; at++) {
      if (text.charCodeAt(at) === backslash) at++;
    }
    do at++;
    while (text.charCodeAt(at) <= space);
    if (text.charCodeAt(at) === colon) return true;
    at = text.indexOf('\\', at);
  }
  return false;
}

/**
 * Reads text that JSON.parse has accepted, each number as `numberOf` has it. It recurses as deep as
 * the text nests.
 */
export function readJson(text: string, numberOf: (source: string) => unknown): unknown {
  const scanner = createScanner(text, true);

  function readValue(kind: number): unknown {
    if (kind === token.openBrace) return readMembers();
    if (kind === token.openBracket) return readItems();
    if (kind === token.string) return scanner.getTokenValue();
    if (kind === token.number) return numberOf(scanner.getTokenValue());
    return kind === token.null ? null : kind === token.true;
  }

  function readMembers(): unknown {
    const members: Record<string, unknown> = {};
    for (let kind: number = scanner.scan(); kind !== token.closeBrace; kind = scanner.scan()) {
      if (kind === token.comma) continue;
      const key = scanner.getTokenValue();
      scanner.scan();
      setOwn(members, key, readValue(scanner.scan()));
    }
    return members;
  }

  function readItems(): unknown {
    const items: unknown[] = [];
    for (let kind: number = scanner.scan(); kind !== token.closeBracket; kind = scanner.scan()) {
      if (kind !== token.comma) items.push(readValue(kind));
    }
    return items;
  }

  return readValue(scanner.scan());
}

/** Assigning to `__proto__` would set the prototype. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else
    Object.defineProperty(target, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
}
