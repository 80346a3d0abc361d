import {
  isBranch,
  isSameNode,
  type JsonBranch,
  type JsonMember,
  type JsonNode,
} from '@holdpoint/client/json';
import type { JsonPath } from './jsonPath.ts';

/** One difference between two values. It is added if `before` is absent, removed if `after` is. */
export type JsonChange = {
  readonly path: JsonPath;
  readonly before?: JsonNode;
  readonly after?: JsonNode;
};

/**
 * The differences between two values, as deep inside them as possible, in the order of the new
 * value. Empty if isSameJson holds.
 */
export function jsonDiff(before: JsonNode, after: JsonNode): JsonChange[] {
  const changes: JsonChange[] = [];
  compare(before, after, []);
  return changes;

  function compare(one: JsonNode, other: JsonNode, path: JsonPath): void {
    if (isSameNode(one, other)) return;
    if (
      !isBranch(one) ||
      !isBranch(other) ||
      one.kind !== other.kind ||
      hasDuplicateKey(one, other)
    ) {
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

  /** Skips the common start and end, and compares the items between them one by one. */
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
    const removed = ones.slice(start, ones.length - end);
    const added = others.slice(start, others.length - end);
    for (let at = 0; at < Math.max(removed.length, added.length); at++) {
      const one = removed[at]?.value;
      const other = added[at]?.value;
      const place = [...path, start + at];
      if (one !== undefined && other !== undefined) compare(one, other, place);
      else if (one !== undefined) changes.push({ path: place, before: one });
      else if (other !== undefined) changes.push({ path: place, after: other });
    }
  }
}

/** An object with duplicate keys is shown whole, as it is unknown which value counts. */
function hasDuplicateKey(...branches: JsonBranch[]): boolean {
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
