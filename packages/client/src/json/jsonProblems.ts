import { decimalOf, isWrittenAsInteger } from './inexactNumber.ts';
import type { JsonText } from './jsonText.ts';
import { isBranch, type JsonNode, readJsonTree } from './jsonTree.ts';
import { nestsTooDeep } from './nesting.ts';

/** The size of a JSON value: UTF-16 units of its text, and levels of arrays and objects. */
export type JsonLimits = { readonly maxCharacters: number; readonly maxDepth: number };

/** Something wrong in a JSON value. `path` is dotted; '' is the root. */
export type JsonProblem = { readonly path: string; readonly message: string };

const MAX_PROBLEMS = 20;
/** A key can be as long as the whole value, and each problem inside it would repeat it. */
const MAX_KEY_CHARACTERS = 200;

/**
 * Finds what in a JSON value cannot be stored exactly or exceeds the limits: at most 20 problems,
 * in the order of the text (contract A19 and A30).
 */
export function jsonProblems(json: JsonText, limits: JsonLimits): JsonProblem[] {
  const problems: JsonProblem[] = [];
  const path: (string | number)[] = [];
  if (json.text.length > limits.maxCharacters) {
    report(`${json.text.length} characters of JSON, more than ${limits.maxCharacters}`);
  }
  if (nestsTooDeep(json.text)) report(`nested deeper than ${limits.maxDepth} levels`);
  else check(readJsonTree(json.text));
  return problems.slice(0, MAX_PROBLEMS);

  function report(message: string | undefined): void {
    if (message === undefined) return;
    problems.push({ path: path.map(shortened).join('.'), message });
  }

  function check(node: JsonNode): void {
    if (problems.length >= MAX_PROBLEMS) return;
    if (node.kind === 'string') report(problemOfText('text', node.value));
    else if (node.kind === 'number') report(problemOfNumber(node.text));
    if (!isBranch(node)) return;
    if (path.length === limits.maxDepth) {
      report(`nested deeper than ${limits.maxDepth} levels`);
      return;
    }
    const keys = node.kind === 'object' ? new Set<string | number>() : undefined;
    for (const { key, value } of node.members) {
      path.push(key);
      if (keys?.has(key)) report('the key is there twice');
      keys?.add(key);
      if (typeof key === 'string') report(problemOfText('key', key));
      check(value);
      path.pop();
    }
  }
}

function problemOfText(what: 'text' | 'key', text: string): string | undefined {
  if (text.includes('\0')) return `the ${what} contains NUL (U+0000), which cannot be stored`;
  if (!text.isWellFormed()) return `the ${what} contains half of a surrogate pair`;
  return undefined;
}

/**
 * Whether a number of JSON text is stored exactly: it is an integer up to ±9007199254740991, or the
 * decimal value of a double.
 */
export const isExactNumber = (source: string): boolean => problemOfNumber(source) === undefined;

function problemOfNumber(source: string): string | undefined {
  const value = Number(source);
  if (isWrittenAsInteger(source)) {
    if (Number.isSafeInteger(value)) return undefined;
    return 'an integer beyond ±9007199254740991 is not exact everywhere: send it as text';
  }
  if (!Number.isFinite(value)) return 'a number too large for a double: send it as text';
  // Two numbers that read as the same double would have the same digest.
  if (decimalOf(source) === decimalOf(String(value))) return undefined;
  return `a number that is not exact as a double, which reads it as ${value}: send it as text`;
}

function shortened(step: string | number): string | number {
  if (typeof step === 'number' || step.length <= MAX_KEY_CHARACTERS) return step;
  return `${step.slice(0, MAX_KEY_CHARACTERS)}…`;
}
