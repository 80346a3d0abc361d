import type { JsonPath } from '../json/jsonPath.ts';
import { isBranch, type JsonBranch, type JsonMember, type JsonNode } from '../json/jsonTree.ts';
import { isSameNode } from '../json/sameJson.ts';

/** One place in which two values differ. Without a `before` it is new, without an `after` it is gone. */
export type JsonChange = {
  readonly path: JsonPath;
  readonly before?: JsonNode;
  readonly after?: JsonNode;
};

/**
 * In which places two values differ, in the order of the new one, each as far inside as it goes.
 * Nothing where they are the same as isSameJson has it.
 */
export function jsonDiff(before: JsonNode, after: JsonNode): JsonChange[] {
  const changes: JsonChange[] = [];
  compare(before, after, []);
  return changes;

  function compare(one: JsonNode, other: JsonNode, path: JsonPath): void {
    if (isSameNode(one, other)) return;
    if (!isBranch(one) || !isBranch(other) || one.kind !== other.kind || hasDouble(one, other)) {
      changes.push({ path, before: one, after: other });
    } else if (one.kind === 'array') compareItems(one.members, other.members, path);
    else compareMembers(one.members, other.members, path);
  }

  function compareMembers(
    ones: readonly JsonMember[],
    others: readonly JsonMember[],
    path: JsonPath,
  ): void {
    const earlier = new Map(ones.map(({ key, value }) => [key, value]));
    const later = new Set(others.map(({ key }) => key));
    for (const { key, value } of ones) {
      if (!later.has(key)) changes.push({ path: [...path, key], before: value });
    }
    for (const { key, value } of others) {
      const counterpart = earlier.get(key);
      if (counterpart === undefined) changes.push({ path: [...path, key], after: value });
      else compare(counterpart, value, [...path, key]);
    }
  }

  /** What begins and ends alike is put aside; the items between are compared one by one. */
  function compareItems(
    ones: readonly JsonMember[],
    others: readonly JsonMember[],
    path: JsonPath,
  ): void {
    const common = Math.min(ones.length, others.length);
    const start = countWhile(common, (at) => isSameItem(ones[at], others[at]));
    const end = countWhile(common - start, (at) =>
      isSameItem(ones.at(-1 - at), others.at(-1 - at)),
    );
    const gone = ones.slice(start, ones.length - end);
    const come = others.slice(start, others.length - end);
    for (let at = 0; at < Math.max(gone.length, come.length); at++) {
      const one = gone[at]?.value;
      const other = come[at]?.value;
      const place = [...path, start + at];
      if (one !== undefined && other !== undefined) compare(one, other, place);
      else if (one !== undefined) changes.push({ path: place, before: one });
      else if (other !== undefined) changes.push({ path: place, after: other });
    }
  }
}

/** An object with a key twice is shown whole: which of the two is meant is not known. */
function hasDouble(...branches: JsonBranch[]): boolean {
  return branches.some(
    ({ members }) => new Set(members.map(({ key }) => key)).size < members.length,
  );
}

function isSameItem(one: JsonMember | undefined, other: JsonMember | undefined): boolean {
  return one !== undefined && other !== undefined && isSameNode(one.value, other.value);
}

function countWhile(limit: number, holds: (at: number) => boolean): number {
  let at = 0;
  while (at < limit && holds(at)) at++;
  return at;
}
