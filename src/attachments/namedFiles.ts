import {
  isBranch,
  type JsonBranch,
  type JsonNode,
  type JsonText,
  nestsTooDeep,
  readJsonTree,
} from '@holdpoint/client/json';
import type { InputIssue } from '../input.ts';

const KEY = '$attachment';
/**
 * The end of the key in a payload's text, which is in normal form: without white space between
 * tokens, and without escapes that are not needed. Searching from the first quote would take longer.
 */
const KEY_IN_TEXT = `${KEY}":`;
const MAX_NAME_CHARACTERS = 255;

/** A file that a payload names. `path` is that of its digest. */
export type NamedFile = { digest: string; name: string | null; path: string };

/** Whether a payload names files. Most do not, and this search is all that it costs them. */
export const namesFiles = ({ text }: JsonText): boolean => text.includes(KEY_IN_TEXT);

/**
 * Finds all files that a payload names: objects such as
 * `{ "$attachment": "sha256:…", "name": "invoice.pdf" }`. They cannot have other members, so that
 * nothing can hide in them.
 * @returns also what is wrong with them, with paths below the payload
 */
export function namedFiles(payload: JsonText): { files: NamedFile[]; issues: InputIssue[] } {
  const files: NamedFile[] = [];
  const issues: InputIssue[] = [];
  if (namesFiles(payload) && !nestsTooDeep(payload.text)) find(readJsonTree(payload.text), []);
  return { files, issues };

  function find(node: JsonNode, path: readonly (string | number)[]): void {
    if (!isBranch(node)) return;
    const isFile = node.kind === 'object' && node.members.some(({ key }) => key === KEY);
    if (isFile) readFile(node, path);
    else for (const { key, value } of node.members) find(value, [...path, key]);
  }

  function readFile({ members }: JsonBranch, path: readonly (string | number)[]): void {
    const pathOf = (key: string | number) => [...path, key].join('.');
    let digest: string | null = null;
    let name: string | null = null;
    for (const { key, value } of members) {
      const problem = problemOf(key, value);
      if (problem !== null) issues.push({ path: pathOf(key), message: problem });
      else if (value.kind === 'string' && key === KEY) digest = value.value;
      else if (value.kind === 'string') name = value.value;
    }
    if (digest !== null) files.push({ digest, name, path: pathOf(KEY) });
  }
}

function problemOf(key: string | number, value: JsonNode): string | null {
  const text = value.kind === 'string' ? value.value : null;
  if (key === KEY) {
    return text !== null && isDigest(text)
      ? null
      : 'must be the digest of a file: "sha256:" and 64 lowercase hex digits';
  }
  if (key !== 'name') return `cannot stand beside ${KEY}: only name can`;
  return text !== null && isFileName(text)
    ? null
    : `must be a file name of 1 to ${MAX_NAME_CHARACTERS} characters, without slashes, backslashes and control characters`;
}

export const isDigest = (text: string): boolean => /^sha256:[0-9a-f]{64}$/.test(text);

/** Whether browsers and file systems take a name as it is. */
export const isFileName = (text: string): boolean =>
  text.length <= MAX_NAME_CHARACTERS &&
  text.trim() !== '' &&
  text !== '.' &&
  text !== '..' &&
  !/[/\\\p{Cc}\p{Bidi_Control}]/u.test(text);
