import { editIssues } from '@holdpoint/client/approvals';
import { type JsonText, jsonProblems, maxEditNesting } from '@holdpoint/client/json';
import { type InputIssue, InvalidInputError } from '../input.ts';
import { approvalIn } from './typedApproval.ts';

/** `at` is the index of the decision in its request. */
export type Edit = { at: number; stored: JsonText; edit: JsonText };

/**
 * Checks edits against the stored payloads. They may not nest deeper than 10 levels and than the
 * payload, and an edited approval must still have the format of its type, and the same type.
 * @throws InvalidInputError
 */
export function checkEdits(edits: readonly Edit[]): void {
  const issues = edits.flatMap(({ at, stored, edit }): InputIssue[] =>
    [...depthIssues(stored, edit), ...approvalIssues(stored, edit)].map(({ path, message }) => ({
      path: ['input', 'decisions', at, 'payload', ...path].join('.'),
      message,
    })),
  );
  if (issues.length > 0) throw new InvalidInputError(issues);
}

const depthIssues = (stored: JsonText, edit: JsonText) =>
  jsonProblems(edit, {
    maxCharacters: Number.POSITIVE_INFINITY, // already checked
    maxDepth: maxEditNesting(stored.text),
  }).map(({ path, message }) => ({ path: path === '' ? [] : [path], message }));

function approvalIssues(stored: JsonText, edit: JsonText) {
  const approval = approvalIn(stored);
  return approval === null ? [] : editIssues(approval, edit.value);
}
