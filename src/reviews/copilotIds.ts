/**
 * Ids that a copilot makes up because it runs blocks without a workflow: sessions are
 * `copilot-session-{session}`, nodes `copilot-node-{block}`, a run of a node `{nodeId}:{random}`.
 */
export const SYNTHETIC_PREFIX = 'copilot-';
export const isSynthetic = (id: string): boolean => id.startsWith(SYNTHETIC_PREFIX);

/** The node id of a run's synthetic id: all before the last colon, `copilot-node-a:b:1f` → `copilot-node-a:b`. */
export function nodeIdOfSynthetic(nodeExecId: string): string {
  const colon = nodeExecId.lastIndexOf(':');
  return colon === -1 ? nodeExecId : nodeExecId.slice(0, colon);
}
