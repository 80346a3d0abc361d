import './withoutEval.ts';

import { type BuiltInApproval, editIssues, readApproval } from '@holdpoint/client/approvals';
import { checkJson, JsonText, maxNesting, nestsTooDeep } from '@holdpoint/client/json';
import { type ParseError, parse } from 'jsonc-parser';
import { approvalTypeOf } from '../approval/approval.ts';
import { isBranch, type JsonNode, readJsonTree } from '../json/jsonTree.ts';
import { printJson } from '../json/printJson.ts';

/** The bounds of an edit, which the service checks again (case A19). */
const limits = { maxCharacters: 1_000_000, maxDepth: 10 };

/** Something for which an edit cannot be sent: `line` from 1, `from` and `to` in UTF-16 units of the draft. */
export type EditProblem = {
  readonly message: string;
  readonly line: number;
  readonly from: number;
  readonly to: number;
  /** Dotted, '' for the whole value or where the text is no JSON. */
  readonly path: string;
};

/** The edit's exact JSON in normal form, or null and what is wrong. */
export type CheckedEdit =
  | { readonly text: string; readonly problems: readonly [] }
  | { readonly text: null; readonly problems: readonly EditProblem[] };

/** What an edit has to stay: an approval of a kind known here, or whatever has this `approval_type`. */
export type EditedKind = {
  readonly type: string | null;
  readonly approval: BuiltInApproval | null;
};

/** @param text the payload before the edit */
export function editedKind(text: string, type: string | null): EditedKind {
  return { type, approval: type === null ? null : readApproval(new JsonText(text).value) };
}

/** Whether a draft can be sent as an edit of a payload of the given kind. */
export function checkEdit(draft: string, kind: EditedKind): CheckedEdit {
  if (nestsTooDeep(draft)) {
    return refused(problem(draft, 0, 0, '', `nested deeper than ${maxNesting} levels`));
  }
  if (!isJson(draft)) return refused(...syntaxProblems(draft));
  const root = readJsonTree(draft);
  const text = printJson(root);
  const problems = checkJson(new JsonText(text), limits).map(({ path, message }) => {
    const { start, end } = nodeAt(root, path);
    return problem(draft, start, end, path, message);
  });
  for (const { path, message } of kindIssues(kind, root, text)) {
    const { start, end } = nodeAt(root, path);
    problems.push(problem(draft, start, end, path, message));
  }
  return problems.length > 0 ? refused(...problems) : { text, problems: [] };
}

/** An edit of an approval must still fit its kind, and cannot make it another. */
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

/** The parser's numbers for its errors, in words; it exports them as a `const enum`, as token.ts explains. */
const syntaxMessages: Readonly<Record<number, string>> = {
  1: 'this is not JSON: text needs double quotes around it',
  2: 'this is not a number as JSON writes it',
  3: 'a key in double quotes is expected here',
  4: 'a value is expected here',
  5: 'a colon is missing here',
  6: 'a comma is missing here, or a bracket before it',
  7: 'a closing } is missing',
  8: 'a closing ] is missing',
  9: 'the JSON has ended before this',
  10: 'JSON has no comments',
  11: 'JSON has no comments',
  12: 'the text is not closed: a double quote is missing',
  13: 'the number is not complete',
  14: 'after \\u four hexadecimal digits are expected',
  15: 'JSON has no such escape: a backslash itself is written \\\\',
  16: 'a line break or control character inside text is written as \\n, \\t or \\u…',
};

/** Those of them that say that something is missing. */
const missing: ReadonlySet<number> = new Set([5, 6, 7, 8]);

function syntaxProblems(draft: string): EditProblem[] {
  if (draft.trim() === '') return [problem(draft, 0, 0, '', 'a value is expected; none is null')];
  const errors: ParseError[] = [];
  parse(draft, errors, { disallowComments: true, allowTrailingComma: false });
  const problems = errors.slice(0, MAX_SYNTAX_PROBLEMS).map(({ error, offset, length }) => {
    const message = syntaxMessages[error] ?? 'this is not JSON';
    // What is missing is missing after what stands before, which may be on another line.
    const from = missing.has(error) ? draft.slice(0, offset).trimEnd().length : offset;
    return problem(draft, from, offset + length, '', message);
  });
  return problems.length > 0 ? problems : [problem(draft, 0, 0, '', 'this is not JSON')];
}

/** The innermost value that a dotted path leads to. Keys may hold dots, so the way is tried key by key. */
function nodeAt(root: JsonNode, path: string): JsonNode {
  if (path === '' || !isBranch(root)) return root;
  for (const { key, value } of root.members) {
    if (String(key) === path) return value;
    if (path.startsWith(`${key}.`)) return nodeAt(value, path.slice(String(key).length + 1));
  }
  return root;
}
