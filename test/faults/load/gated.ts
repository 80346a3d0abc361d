import { randomUUID } from 'node:crypto';
import type { Random } from '../random.ts';
import { RULED } from './policy.ts';
import { graph, payloadOf, type Team } from './team.ts';

/**
 * Two processes of one agent, and sometimes another agent, concurrently call the same tool for the
 * same step. It must run at most once.
 */
export async function actAsGated(team: Team, random: Random): Promise<void> {
  const graphExecId = random.pick(team.executions);
  // The node is new, so that no standing approval covers it. In a session it has a session node's
  // name.
  const name = `gated-${random.chance(0.4) ? RULED : ''}${randomUUID()}`;
  const nodeId = graphExecId.startsWith('copilot-') ? `copilot-node-${name}` : name;
  const step = { graphExecId, nodeId, payload: payloadOf(random) };
  const [first, second, stranger] = team.gates;
  const gates = random.chance(0.2) ? [first, second, stranger] : [first, second];
  await Promise.all(
    gates.map((gate) =>
      gate?.call(step, (nodeExecId) =>
        team.waits({
          ...graph,
          ...{ nodeExecId, graphExecId, nodeId, requestedBy: gate.actor },
          consumers: [],
          subjectDigest: null,
        }),
      ),
    ),
  );
}
