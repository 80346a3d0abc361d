import { randomUUID } from 'node:crypto';
import type { Random } from '../random.ts';
import { payloadOf, type Team } from './team.ts';

/** Two agents call the same tool for the same step at once: it must run at most once. */
export async function actAsGated(team: Team, random: Random): Promise<void> {
  const graphExecId = random.pick(team.executions);
  // A node of its own: no standing approval lets it run without a review. In a session it is named as sessions' nodes are.
  const name = `gated-${randomUUID()}`;
  const nodeId = graphExecId.startsWith('copilot-') ? `copilot-node-${name}` : name;
  const step = { graphExecId, nodeId, payload: payloadOf(random) };
  await Promise.all(
    team.gates.map((gate) =>
      gate.call(step, (nodeExecId) => team.isAsked({ nodeExecId, graphExecId, nodeId })),
    ),
  );
}
