import { isInexact } from './inexactNumber.ts';
import { isBranch, type JsonBranch, type JsonNode, readJsonTree } from './jsonTree.ts';

/**
 * Whether two JSON texts have the same value, as the service compares an edit with what is stored:
 * 1 equals 1.0 but not "1", and the order of keys does not matter.
 */
export function isSameJson(one: string, other: string): boolean {
  return one === other || isSameNode(readJsonTree(one), readJsonTree(other));
}

/** isSameJson for values that are already read. */
export function isSameNode(one: JsonNode, other: JsonNode): boolean {
  if (one === other) return true;
  if (isBranch(one)) return isBranch(other) && isSameBranch(one, other);
  if (one.kind === 'number') return other.kind === 'number' && isSameNumber(one.text, other.text);
  if (one.kind === 'null' || other.kind === 'null') return one.kind === other.kind;
  return one.kind === other.kind && one.value === other.value;
}

function isSameBranch(one: JsonBranch, other: JsonBranch): boolean {
  if (one.kind !== other.kind || one.members.length !== other.members.length) return false;
  const others = new Map(other.members.map(({ key, value }) => [key, value]));
  // An object with a duplicate key equals nothing: the map has only the last value.
  if (others.size !== other.members.length) return false;
  return one.members.every(({ key, value }) => {
    const counterpart = others.get(key);
    return counterpart !== undefined && isSameNode(value, counterpart);
  });
}

/** Numbers that a double holds exactly are compared as doubles, others as text. */
function isSameNumber(one: string, other: string): boolean {
  if (one === other) return true;
  const value = Number(one);
  return value === Number(other) && !isInexact(one, value) && !isInexact(other, value);
}
