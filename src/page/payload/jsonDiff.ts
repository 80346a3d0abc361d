import {
  isBranch,
  isInexact,
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
  const idOf = identities();
  const isSame = (one: JsonNode, other: JsonNode) => idOf(one) === idOf(other);
  compare(before, after, []);
  return changes;

  function compare(one: JsonNode, other: JsonNode, path: JsonPath): void {
    if (isSame(one, other)) return;
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
    const isSameItem = (one?: JsonMember, other?: JsonMember) =>
      one !== undefined && other !== undefined && isSame(one.value, other.value);
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

/**
 * Gives the same number to values for which isSameNode holds. Each value is visited once, however
 * often and at whatever depth it is compared.
 */
function identities(): (node: JsonNode) => number {
  const known = new Map<JsonNode, number>();
  const ids = new Map<string, number>();
  return idOf;

  function idOf(node: JsonNode): number {
    let id = known.get(node);
    if (id === undefined) {
      const text = textOf(node);
      id = ids.get(text) ?? known.size;
      ids.set(text, id);
      known.set(node, id);
    }
    return id;
  }

  function textOf(node: JsonNode): string {
    if (node.kind === 'string') return `string ${node.value}`;
    if (node.kind === 'number') {
      const value = Number(node.text);
      return isInexact(node.text, value) ? `inexact ${node.text}` : `number ${value}`;
    }
    if (!isBranch(node)) return node.kind === 'null' ? 'null' : `${node.value}`;
    const members = node.members.map(({ key, value }) => [key, idOf(value)] as const);
    if (node.kind === 'array') return `array ${members.map(([, id]) => id)}`;
    // It is unknown which value of a duplicate key counts, so the object equals no other.
    if (hasDuplicateKey(node)) return `unique ${known.size}`;
    return `object ${JSON.stringify(members.sort(([one], [other]) => (one < other ? -1 : 1)))}`;
  }
}

/** An object with duplicate keys is shown whole, as it is unknown which value counts. */
function hasDuplicateKey(...branches: JsonBranch[]): boolean {
  return branches.some(
    ({ members }) => new Set(members.map(({ key }) => key)).size < members.length,
  );
}

function countWhile(limit: number, holds: (at: number) => boolean): number {
  let at = 0;
  while (at < limit && holds(at)) at++;
  return at;
}
