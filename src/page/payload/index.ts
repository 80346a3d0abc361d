/**
 * What a reviewer sees of one review, and edits: pure components, no network.
 *
 * - `<Instructions text>`: Markdown, made safe.
 * - `<Payload text approval>`: the whole payload: typed, as a tree, as raw JSON.
 * - `<Diff before after>`: what differs between two payloads, path by path.
 * - `<Editor text editable approvalType draft onChange onDraft>`: fields or JSON; `onChange` gets the exact
 *   text of the edit, or null and the problems while there is none. `onDraft` gets what is typed, finished
 *   or not; handed in again as `draft`, the edit goes on from there, and `text` stays the original.
 * - `<Outcome review>`: how a review ended, and what came of it.
 *
 * All texts of payloads are exact JSON text, never values: JSON.parse would reorder and round.
 * The editor's text area lives in a shadow root: to know whether a key was typed into it, look at
 * `event.composedPath()[0]`, not at `event.target`.
 */
import './styles/common.css';
import './styles/tree.css';
import './styles/approval.css';
import './styles/diff.css';
import './styles/instructions.css';
import './styles/editor.css';

export { Diff } from './diff/Diff.tsx';
export type { EditProblem } from './editor/checkEdit.ts';
export { Editor } from './editor/LazyEditor.tsx';
export { Instructions } from './instructions/Instructions.tsx';
export { isSameJson } from './json/sameJson.ts';
export { Outcome } from './outcome/Outcome.tsx';
export type { DecidedReview } from './outcome/outcomeText.ts';
export { Payload } from './view/Payload.tsx';
