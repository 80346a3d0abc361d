import { isBranch, type JsonNode, printJson, readJsonTree } from '@holdpoint/client/json';
import { fieldOf, numberLiteral, stringLiteral } from './celText.ts';

/** A bound of a standing approval that an approved payload suggests, such as "amount at most 500". */
export type Bound = {
  /** The condition in CEL. It is true for the payload. */
  readonly condition: string;
  /** The keys on the way to the field. */
  readonly path: readonly string[];
  readonly kind: 'equal' | 'at most';
  /** The value as JSON. */
  readonly value: string;
};

/** Longer texts are rarely the same twice. */
const MAX_TEXT_CHARACTERS = 200;
/** Deeper fields, and more of them, would hide the ones that matter. */
const MAX_DEPTH = 4;
const MAX_BOUNDS = 40;

/**
 * The bounds that a payload suggests, in the order of its fields: for each text, number, boolean or
 * null the same value, and for each number also "at most". Fields of lists are left out, because
 * their place says little.
 */
export function boundsOf(payload: string): Bound[] {
  const bounds: Bound[] = [];
  const root = readJsonTree(payload);
  if (root.kind === 'object') collect(root, 'payload', [], bounds);
  return bounds.slice(0, MAX_BOUNDS);
}

function collect(node: JsonNode, parent: string, path: readonly string[], bounds: Bound[]): void {
  if (!isBranch(node) || node.kind !== 'object' || path.length >= MAX_DEPTH) return;
  for (const { key, value: member } of node.members) {
    if (bounds.length >= MAX_BOUNDS) return;
    const name = String(key);
    // Which of two values under one key counts depends on who reads it.
    if (node.members.filter((other) => other.key === key).length > 1) continue;
    const field = fieldOf(parent, name);
    const here = [...path, name];
    if (isBranch(member)) {
      collect(member, field, here, bounds);
      continue;
    }
    if (member.kind === 'number') {
      const condition = `${field} <= ${numberLiteral(member.text)}`;
      bounds.push({ condition, path: here, kind: 'at most', value: member.text });
    }
    const literal = literalOf(member);
    if (literal === null) continue;
    const condition = `${field} == ${literal}`;
    bounds.push({ condition, path: here, kind: 'equal', value: printJson(member) });
  }
}

/** Null for what cannot be compared in a short condition. */
function literalOf(node: JsonNode): string | null {
  if (node.kind === 'number') return numberLiteral(node.text);
  if (node.kind !== 'string') return printJson(node);
  const { value } = node;
  return value.length <= MAX_TEXT_CHARACTERS && value.isWellFormed() ? stringLiteral(value) : null;
}

/** All of these bounds together; null without any. */
export const conditionOf = (bounds: readonly Bound[]): string | null =>
  bounds.length === 0 ? null : bounds.map(({ condition }) => condition).join(' && ');
