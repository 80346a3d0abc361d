import { readJsonTree, valueOfTree } from './jsonTree.ts';

const backslash = 0x5c;
const quote = 0x22;
const colon = 0x3a;
const space = 0x20;

/**
 * JSON.parse with the right keys.
 *
 * JSON.parse of Node 24 and 26 can misread a key that is written with an escape: once any text in
 * the process had the key `\`, the key `"\n"` or `"\u0061"` may become `\`
 * (https://github.com/nodejs/node/issues/63785). Values and keys without an escape are not
 * affected.
 *
 * @throws SyntaxError if the text is not JSON
 */
export function parseWithRightKeys(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return hasEscapedKey(text) ? valueOfTree(readJsonTree(text), Number) : value;
}

/** Whether a key in a JSON text is written with an escape. The text must be valid JSON. */
export function hasEscapedKey(text: string): boolean {
  let at = text.indexOf('\\');
  while (at >= 0) {
    // JSON has backslashes only in strings. Skip to the end of this one, and to what follows it.
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
