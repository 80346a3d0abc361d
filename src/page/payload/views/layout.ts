import { isBranch, type JsonBranch, type JsonMember, type JsonNode } from '@holdpoint/client/json';
import { viewOf } from './index.ts';
import { isShort } from './shortValues.ts';
import type { Found, Place, View } from './view.ts';

/** Objects inside others are laid out so deep; what is deeper is shown as a tree. */
const MAX_DEPTH = 4;
/** Larger objects and lists are shown as a tree, which folds. */
const MAX_MEMBERS = 100;
const MAX_NODES = 300;
/** Each part is drawn at once. */
const MAX_PARTS = 20;

export type Part = JsonMember & {
  /** The view that shows it. Absent: its members are laid out below its key. */
  readonly in?: { readonly view: View; readonly found: Found };
};

/** The members of an object or list in the order in which they are shown. Each is in one place. */
export type Layout = {
  /** Short values, one row each. */
  readonly short: readonly JsonMember[];
  /** What has a form of its own, and small objects. */
  readonly parts: readonly Part[];
  /** Long texts. */
  readonly texts: readonly JsonMember[];
  /** Everything else, shown as a tree. Undefined if that is nothing. */
  readonly rest: JsonBranch | undefined;
};

export function layoutOf(branch: JsonBranch, hint: string | undefined, depth: number): Layout {
  if (branch.members.length > MAX_MEMBERS) return { short: [], parts: [], texts: [], rest: branch };
  const short: JsonMember[] = [];
  const parts: Part[] = [];
  const texts: JsonMember[] = [];
  const rest: JsonMember[] = [];
  for (const member of branch.members) {
    const { key, value } = member;
    const place: Place = { key, parent: branch, hint };
    const found = parts.length < MAX_PARTS ? viewOf(value, place) : undefined;
    if (found) parts.push({ ...member, in: found });
    else if (isShort(value)) short.push(member);
    else if (value.kind === 'string') {
      if (texts.length < MAX_PARTS) texts.push(member);
      else rest.push(member);
    } else if (isBranch(value) && depth < MAX_DEPTH && parts.length < MAX_PARTS && isSmall(value)) {
      parts.push(member);
    } else rest.push(member);
  }
  return {
    short,
    parts,
    texts,
    rest: rest.length === 0 ? undefined : { ...branch, members: rest },
  };
}

/** Whether an object, or a list of a few values, can be shown without folds. */
function isSmall(branch: JsonBranch): boolean {
  let nodes = 0;
  const count = (node: JsonNode): boolean => {
    nodes++;
    return (
      nodes <= MAX_NODES && (!isBranch(node) || node.members.every(({ value }) => count(value)))
    );
  };
  return branch.members.length <= (branch.kind === 'array' ? 12 : MAX_MEMBERS) && count(branch);
}
