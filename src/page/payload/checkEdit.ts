import { type BuiltInApproval, editIssues, readApproval } from '@holdpoint/client/approvals';
import {
  isBranch,
  type JsonNode,
  JsonText,
  jsonProblems,
  maxEditNesting,
  maxNesting,
  nestsTooDeep,
  printJson,
  readJsonTree,
} from '@holdpoint/client/json';
import { type ParseError, parse } from 'jsonc-parser';
import { approvalTypeOf } from './approval.ts';
import type { JsonPath } from './jsonPath.ts';

/** The limit of the service, which checks edits again. */
const MAX_CHARACTERS = 1_000_000;

/** Why an edit is invalid. `line` starts at 1; `from` and `to` are UTF-16 offsets in the draft. */
export type EditProblem = {
  readonly message: string;
  readonly line: number;
  readonly from: number;
  readonly to: number;
  /** Dotted path, or '' for the whole value or if the text is not JSON. */
  readonly path: string;
};

/** The edit as exact JSON without white space, or null and its problems. */
export type CheckedEdit =
  | { readonly text: string; readonly problems: readonly [] }
  | { readonly text: null; readonly problems: readonly EditProblem[] };

/**
 * What an edit must remain: an approval of a known type, or a payload with this `approval_type`, and
 * nested no deeper than this.
 */
export type EditedKind = {
  readonly type: string | null;
  readonly approval: BuiltInApproval | null;
  readonly maxDepth: number;
};

/** @param text the payload before the edit */
export function editedKind(text: string, type: string | null): EditedKind {
  const approval = type === null ? null : readApproval(new JsonText(text).value);
  return { type, approval, maxDepth: maxEditNesting(text) };
}

/** Checks whether a draft can be sent as an edit of a payload of the given kind. */
export function checkEdit(draft: string, kind: EditedKind): CheckedEdit {
  if (nestsTooDeep(draft)) {
    return refused(problem(draft, 0, 0, '', `nested deeper than ${maxNesting} levels`));
  }
  if (!isJson(draft)) return refused(...syntaxProblems(draft));
  const root = readJsonTree(draft);
  const text = printJson(root);
  const limits = { maxCharacters: MAX_CHARACTERS, maxDepth: kind.maxDepth };
  const problems = jsonProblems(new JsonText(text), limits).map(({ path, message }) => {
    const { start, end } = nodeAt(root, path);
    return problem(draft, start, end, path, message);
  });
  for (const { path, message } of kindIssues(kind, root, text)) {
    const { start, end } = nodeAt(root, path);
    problems.push(problem(draft, start, end, path, message));
  }
  return problems.length > 0 ? refused(...problems) : { text, problems: [] };
}

/** An edit of an approval must keep its type and still match it. */
function kindIssues(
  { type, approval }: EditedKind,
  root: JsonNode,
  text: string,
): { path: string; message: string }[] {
  if (approval !== null) {
    const issues = editIssues(approval, new JsonText(text).value);
    return issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  }
  if (type === null || approvalTypeOf(root) === type) return [];
  return [{ path: 'approval_type', message: `must stay ${JSON.stringify(type)}` }];
}

function refused(...problems: EditProblem[]): CheckedEdit {
  return { text: null, problems };
}

function problem(
  draft: string,
  from: number,
  to: number,
  path: string,
  message: string,
): EditProblem {
  let line = 1;
  for (let at = draft.indexOf('\n'); at >= 0 && at < from; at = draft.indexOf('\n', at + 1)) line++;
  return { message, line, from, to, path };
}

function isJson(draft: string): boolean {
  try {
    JSON.parse(draft);
    return true;
  } catch {
    return false;
  }
}

const MAX_SYNTAX_PROBLEMS = 5;

/** Messages for the parser's error codes, which it exports as a `const enum` (see token.ts). */
const syntaxMessages: Readonly<Record<number, string>> = {
  1: 'not JSON: strings need double quotes',
  2: 'not a valid JSON number',
  3: 'expected a key in double quotes',
  4: 'expected a value',
  5: 'missing colon',
  6: 'missing comma or closing bracket',
  7: 'missing closing }',
  8: 'missing closing ]',
  9: 'unexpected text after the end of the JSON',
  10: 'comments are not allowed in JSON',
  11: 'comments are not allowed in JSON',
  12: 'unterminated string: missing double quote',
  13: 'incomplete number',
  14: 'expected four hexadecimal digits after \\u',
  15: 'invalid escape: write a backslash as \\\\',
  16: 'write line breaks and control characters in strings as \\n, \\t or \\u…',
};

/** The error codes that mean something is missing. */
const missing: ReadonlySet<number> = new Set([5, 6, 7, 8]);

function syntaxProblems(draft: string): EditProblem[] {
  if (draft.trim() === '')
    return [problem(draft, 0, 0, '', 'expected a value (use null for none)')];
  const errors: ParseError[] = [];
  parse(draft, errors, { disallowComments: true, allowTrailingComma: false });
  const problems = errors.slice(0, MAX_SYNTAX_PROBLEMS).map(({ error, offset, length }) => {
    const message = syntaxMessages[error] ?? 'not valid JSON';
    // Missing text belongs right after the preceding token, which may be on an earlier line.
    const from = missing.has(error) ? draft.slice(0, offset).trimEnd().length : offset;
    return problem(draft, from, offset + length, '', message);
  });
  return problems.length > 0 ? problems : [problem(draft, 0, 0, '', 'not valid JSON')];
}

/** A problem of the value at a dotted path, at its place in a valid draft. */
export function placed(
  draft: string,
  { path, message }: { path: string; message: string },
): EditProblem {
  const { start, end } = nodeAt(readJsonTree(draft), path);
  return problem(draft, start, end, path, message);
}

/** The value at a dotted path. Keys may contain dots, so every key is tried as a prefix. */
function nodeAt(root: JsonNode, path: string): JsonNode {
  if (path === '' || !isBranch(root)) return root;
  for (const { key, value } of root.members) {
    if (String(key) === path) return value;
    if (path.startsWith(`${key}.`)) return nodeAt(value, path.slice(String(key).length + 1));
  }
  return root;
}

/**
 * A draft is a tree while edited as fields (numbers may be unfinished), and text while edited as
 * JSON.
 */
export type Draft =
  | { readonly mode: 'fields'; readonly root: JsonNode }
  | { readonly mode: 'json'; readonly text: string };

/** The draft as text. It is JSON only if nothing in it is unfinished. */
export function textOfDraft(draft: Draft): string {
  return draft.mode === 'fields' ? printJson(draft.root, 2) : draft.text;
}

/** Starts from the kept draft or the original, as fields if possible. */
export function firstDraft(original: JsonNode, kept: string | null | undefined): Draft {
  if (kept != null) {
    return reasonOf(kept) === undefined
      ? { mode: 'fields', root: readJsonTree(kept) }
      : { mode: 'json', text: kept };
  }
  return reasonAgainstFields(original) === undefined
    ? { mode: 'fields', root: original }
    : { mode: 'json', text: printJson(original, 2) };
}

/** Why a text cannot be edited as fields, or undefined if it can. */
export function reasonOf(text: string): string | undefined {
  const anyKind = { type: null, approval: null, maxDepth: maxNesting };
  if (checkEdit(text, anyKind).problems.some(({ path }) => path === '')) {
    return 'fix the JSON first';
  }
  return reasonAgainstFields(readJsonTree(text));
}

const MAX_FIELDS = 200;
const MAX_DEPTH = 6;
const MAX_TEXT = 100_000;

/** Why a value cannot be edited as fields, or undefined if it can. */
function reasonAgainstFields(root: JsonNode): string | undefined {
  let fields = 0;
  let characters = 0;
  return check(root, 0);

  function check(node: JsonNode, depth: number): string | undefined {
    if (node.kind === 'string') characters += node.value.length;
    fields++;
    if (fields > MAX_FIELDS) return `it has more than ${MAX_FIELDS} values`;
    if (characters > MAX_TEXT) return 'its text is too long';
    if (!isBranch(node)) return undefined;
    if (depth >= MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH} levels`;
    if (new Set(node.members.map(({ key }) => key)).size < node.members.length) {
      return 'it has duplicate keys';
    }
    for (const { value } of node.members) {
      const reason = check(value, depth + 1);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }
}

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Whether a text is a valid JSON number. */
export function isNumberText(text: string): boolean {
  return jsonNumber.test(text);
}

/** The paths of all invalid numbers in a value. */
export function invalidNumbers(node: JsonNode, path: JsonPath = []): JsonPath[] {
  if (isBranch(node))
    return node.members.flatMap(({ key, value }) => invalidNumbers(value, [...path, key]));
  return node.kind === 'number' && !isNumberText(node.text) ? [path] : [];
}
