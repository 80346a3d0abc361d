/**
 * Prefix of synthetic IDs. A copilot runs steps without a workflow, and so makes up their IDs:
 * `copilot-session-{session}` for its session, `copilot-node-{block}` for a step, and
 * `{nodeId}:{random}` for a review.
 */
export const SYNTHETIC_PREFIX = 'copilot-';
export const isSynthetic = (id: string): boolean => id.startsWith(SYNTHETIC_PREFIX);

/**
 * The step ID in a synthetic review ID: all before the last colon. `copilot-node-a:b:1f` →
 * `copilot-node-a:b`
 */
export function nodeIdOfSynthetic(nodeExecId: string): string {
  const colon = nodeExecId.lastIndexOf(':');
  return colon === -1 ? nodeExecId : nodeExecId.slice(0, colon);
}
