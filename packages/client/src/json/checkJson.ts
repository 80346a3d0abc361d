import { createScanner } from 'jsonc-parser';
import { decimalOf, isWrittenAsInteger } from './inexactNumber.ts';
import type { JsonText } from './jsonText.ts';
import { token } from './token.ts';

/** What a JSON value may measure: UTF-16 units of its text, and levels of arrays and objects. */
export type JsonLimits = { readonly maxCharacters: number; readonly maxDepth: number };

/** Something wrong in a JSON value; `path` is dotted from its root, '' for the root itself. */
export type JsonProblem = { readonly path: string; readonly message: string };

const maxProblems = 20;
/** A key can be as long as the whole value, and each problem inside it would repeat it. */
const maxKeyCharacters = 200;

/** An object or array that is open: the key or index it is at, and for an object its keys so far. */
type Frame = { step: string | number; readonly keys: Set<string> | undefined; awaitsKey: boolean };

/**
 * What in a JSON value cannot be kept exactly or is past the limits: at most 20 problems, in the
 * order of the text (contract A19 and A30). One pass, without recursion; it never throws.
 */
export function checkJson(json: JsonText, limits: JsonLimits): JsonProblem[] {
  const scanner = createScanner(json.text, true);
  const problems: JsonProblem[] = [];
  const frames: Frame[] = [];
  let depth = 0;

  function report(message: string): void {
    problems.push({ path: frames.map(({ step }) => shortened(step)).join('.'), message });
  }

  function open(keys: Set<string> | undefined): void {
    depth++;
    // Inside what is too deep only the level is followed, so that the path stays short.
    if (depth <= limits.maxDepth) frames.push({ step: 0, keys, awaitsKey: keys !== undefined });
    else if (depth === limits.maxDepth + 1) report(`nested deeper than ${limits.maxDepth} levels`);
  }

  function close(): void {
    if (depth <= limits.maxDepth) frames.pop();
    depth--;
  }

  function checkKey(frame: Frame, keys: Set<string>, key: string): void {
    frame.step = key;
    frame.awaitsKey = false;
    if (keys.has(key)) report('the key is there twice');
    keys.add(key);
    const problem = problemOfText(key);
    if (problem !== undefined) report(`the key ${problem}`);
  }

  function checkToken(kind: number): void {
    const frame = frames.at(-1);
    if (kind === token.comma && frame !== undefined) {
      if (typeof frame.step === 'number') frame.step++;
      frame.awaitsKey = frame.keys !== undefined;
    } else if (kind === token.string && frame?.keys !== undefined && frame.awaitsKey) {
      checkKey(frame, frame.keys, scanner.getTokenValue());
    } else if (kind === token.string) {
      const problem = problemOfText(scanner.getTokenValue());
      if (problem !== undefined) report(`the text ${problem}`);
    } else if (kind === token.number) {
      const problem = problemOfNumber(scanner.getTokenValue());
      if (problem !== undefined) report(problem);
    }
  }

  if (json.text.length > limits.maxCharacters) {
    report(`${json.text.length} characters of JSON, more than ${limits.maxCharacters}`);
  }
  for (let kind: number = scanner.scan(); kind !== token.end; kind = scanner.scan()) {
    if (problems.length >= maxProblems) break;
    if (kind === token.openBrace) open(new Set());
    else if (kind === token.openBracket) open(undefined);
    else if (kind === token.closeBrace || kind === token.closeBracket) close();
    else if (depth <= limits.maxDepth) checkToken(kind);
  }
  return problems.slice(0, maxProblems);
}

function problemOfText(text: string): string | undefined {
  if (text.includes('\0')) return 'contains NUL (U+0000), which cannot be kept';
  if (!text.isWellFormed()) return 'contains half of a surrogate pair, which is no character';
  return undefined;
}

function problemOfNumber(source: string): string | undefined {
  const value = Number(source);
  if (isWrittenAsInteger(source)) {
    if (Number.isSafeInteger(value)) return undefined;
    return 'an integer beyond ±9007199254740991 is not kept exactly everywhere: send it as text';
  }
  if (!Number.isFinite(value)) return 'a number too large for a double: send it as text';
  // Two numbers that read as the same double would have the same digest.
  if (decimalOf(source) === decimalOf(String(value))) return undefined;
  return `a number that is not exact as a double, which reads it as ${value}: send it as text`;
}

function shortened(step: string | number): string | number {
  if (typeof step === 'number' || step.length <= maxKeyCharacters) return step;
  return `${step.slice(0, maxKeyCharacters)}…`;
}
