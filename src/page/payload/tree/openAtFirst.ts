import { isBranch, type JsonNode } from '../json/jsonTree.ts';

/** About two screens. */
const MAX_ROWS = 120;

/** Members of one object or array that are shown together; more are put into groups. */
export const GROUP_SIZE = 100;

/**
 * The objects and arrays that are open at first: level by level, as many as fit on about two screens.
 * Every other one says how much it holds.
 */
export function openAtFirst(root: JsonNode): ReadonlySet<JsonNode> {
  const open = new Set<JsonNode>();
  let rows = 0;
  let level = [root];
  while (level.length > 0) {
    const next: JsonNode[] = [];
    for (const node of level) {
      if (!isBranch(node) || node.members.length === 0) continue;
      const cost = Math.min(node.members.length, GROUP_SIZE);
      if (rows + cost > MAX_ROWS && open.size > 0) continue;
      open.add(node);
      rows += cost;
      for (const { value } of node.members.slice(0, GROUP_SIZE)) next.push(value);
    }
    level = next;
  }
  return open;
}
