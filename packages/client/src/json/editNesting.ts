import { nestingOf, readJsonTree } from './jsonTree.ts';
import { nestsTooDeep } from './nesting.ts';

/** An edit of any payload may nest this deep. */
const ALWAYS_ALLOWED = 10;

/** How deep an edit of this payload may nest: 10 levels, or as many as the payload has. */
export const maxEditNesting = (payloadText: string): number =>
  Math.max(ALWAYS_ALLOWED, nestingOf(readJsonTree(payloadText)));

/** Whether an edit is allowed only if the payload nests as deep. */
export const isDeepEdit = (editText: string): boolean => nestsTooDeep(editText, ALWAYS_ALLOWED);
