import { isInexact } from '@holdpoint/client/json';
import { isBranch, type JsonBranch, type JsonNode, readJsonTree } from './jsonTree.ts';

/**
 * Whether two JSON texts are the same value, as the service compares an edit with what is stored
 * (case A17): 1 equals 1.0 but not "1"; the order of keys does not matter.
 */
export function isSameJson(one: string, other: string): boolean {
  return one === other || isSameNode(readJsonTree(one), readJsonTree(other));
}

/** As isSameJson, of values that are read already. */
export function isSameNode(one: JsonNode, other: JsonNode): boolean {
  if (one === other) return true;
  if (one.kind === 'number' && other.kind === 'number') return isSameNumber(one.text, other.text);
  if (isBranch(one) && isBranch(other)) return isSameBranch(one, other);
  if (one.kind !== other.kind) return false;
  return (
    one.kind === 'null' || (one as { value: unknown }).value === (other as { value: unknown }).value
  );
}

function isSameBranch(one: JsonBranch, other: JsonBranch): boolean {
  if (one.kind !== other.kind || one.members.length !== other.members.length) return false;
  const others = new Map(other.members.map(({ key, value }) => [key, value]));
  // A key that is there twice is never called the same: a Map has only the last.
  if (others.size !== other.members.length) return false;
  return one.members.every(({ key, value }) => {
    const counterpart = others.get(key);
    return counterpart !== undefined && isSameNode(value, counterpart);
  });
}

/** Two spellings that a double keeps exactly are the same where the double is; others only as text. */
function isSameNumber(one: string, other: string): boolean {
  if (one === other) return true;
  const value = Number(one);
  return value === Number(other) && !isInexact(one, value) && !isInexact(other, value);
}
