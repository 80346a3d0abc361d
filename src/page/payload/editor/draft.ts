import { type JsonNode, readJsonTree } from '../json/jsonTree.ts';
import { printJson } from '../json/printJson.ts';
import { checkEdit } from './checkEdit.ts';
import { reasonAgainstFields } from './fieldsReason.ts';

/** As fields the draft is a value, in which a number may be unfinished; as JSON it is text. */
export type Draft =
  | { readonly mode: 'fields'; readonly root: JsonNode }
  | { readonly mode: 'json'; readonly text: string };

/** The draft as text, which is JSON only where nothing in it is unfinished. */
export function textOfDraft(draft: Draft): string {
  return draft.mode === 'fields' ? printJson(draft.root, 2) : draft.text;
}

/** How an edit begins: where it was left, else at the original; as fields where that can be. */
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

/** Why a text cannot be shown as fields; undefined where it can. */
export function reasonOf(text: string): string | undefined {
  if (checkEdit(text, { type: null, approval: null }).problems.some(({ path }) => path === '')) {
    return 'the JSON has to be mended first';
  }
  return reasonAgainstFields(readJsonTree(text));
}
