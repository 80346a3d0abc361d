import { pickWeighted, type Random } from '../random.ts';
import { ask } from './agent.ts';
import { graph, payloadOf, type Team } from './team.ts';

const MAX_USES = 5;
/** More than an auto-approval lets through, at once. */
const BURST = 9;

/** What is done with whole executions: standing approvals are made and revoked, runs are ended, while agents go on. */
export async function actAsManager(team: Team, random: Random): Promise<void> {
  const action = pickWeighted(random, { standing: 5, revoke: 3, stop: 3, register: 1 });
  const graphExecId =
    team.executions.at(-1) === team.longSession ? team.begin() : random.pick(team.executions);
  if (action === 'standing') await letThrough(team, random, graphExecId);
  else if (action === 'revoke') await revokeAgain(team, random, graphExecId);
  else if (action === 'register') await register(team, team.begin(), 'RUNNING');
  else if (graphExecId !== team.longSession) await stop(team, random, graphExecId);
}

/** A standing approval for one node, more asks than it has uses, its end, and asks after that. */
async function letThrough(team: Team, random: Random, graphExecId: string): Promise<void> {
  const first = team.newStep(graphExecId, `bounded-${random.int(0, 1_000_000_000)}`);
  const steps = Array.from({ length: BURST }, () => stepBeside(team, first));
  const agent = () => random.pick(team.agents);
  // One that waits already is settled by it.
  await ask(agent(), first, random);
  team.isAsked(first);
  await team.manager.call('createAutoApproval', {
    ...graph,
    graphExecId,
    nodeId: first.nodeId,
    payload: payloadOf(random),
    ...(random.chance(0.7) && { maxUses: random.int(1, MAX_USES) }),
    ...(random.chance(0.1) && { expiresAt: new Date(Date.now() + 1_000).toISOString() }),
  });
  const burst = Promise.all([first, ...steps].map((step) => ask(agent(), step, random)));
  const revoke = () =>
    team.manager.call('revokeAutoApproval', { graphExecId, nodeId: first.nodeId });
  // While they ask, or once they have.
  if (random.chance(0.5)) await revoke();
  for (const { answer, input } of await burst) if (answer?.review) team.isAsked(stepIn(input));
  await revoke();
  const late = [first, ...Array.from({ length: 3 }, () => stepBeside(team, first))];
  await Promise.all(late.map((step) => ask(agent(), step, random)));
}

/** Whatever reviewers let through for good in one execution comes to an end. */
async function revokeAgain(team: Team, random: Random, graphExecId: string): Promise<void> {
  const step = team.newStep(graphExecId);
  await team.manager.call('revokeAutoApproval', { graphExecId, nodeId: step.nodeId });
  await ask(random.pick(team.agents), step, random);
  team.isAsked(step);
}

/** An end, while some ask and others use what was approved, and what is tried afterwards. */
async function stop(team: Team, random: Random, graphExecId: string): Promise<void> {
  team.forget(graphExecId);
  const agent = () => random.pick(team.agents);
  const inIt = team.waiting.filter((step) => step.graphExecId === graphExecId);
  const isReal = !graphExecId.startsWith('copilot-');
  const steps = [...inIt.slice(-6), ...Array.from({ length: 3 }, () => team.newStep(graphExecId))];
  const end = () =>
    isReal && random.chance(0.25)
      ? register(team, graphExecId, random.pick(['COMPLETED', 'FAILED']))
      : team.manager.call('cancelPendingReviews', { graphExecId });
  const [ended, ...asked] = await Promise.all([
    end(),
    ...steps.map((step) => ask(agent(), step, random)),
  ]);
  if (ended.outcome !== 'answered') await end();
  for (const { answer, input } of asked) {
    const digest = answer?.review?.payloadDigest;
    if (digest === undefined) continue;
    await agent().call('consumeReview', { nodeExecId: input.nodeExecId, payloadDigest: digest });
  }
  await Promise.all(steps.map((step) => ask(agent(), step, random)));
}

const register = (team: Team, graphExecId: string, status: string) =>
  team.manager.call('registerExecution', { ...graph, graphExecId, status });

/** Another run of the same node. */
const stepBeside = (team: Team, { graphExecId, nodeId }: { graphExecId: string; nodeId: string }) =>
  team.newStep(graphExecId, nodeId.replace(/^copilot-node-/, ''));

const stepIn = ({ nodeExecId, graphExecId, nodeId }: Record<string, string>) => ({
  nodeExecId: nodeExecId as string,
  graphExecId: graphExecId as string,
  nodeId: nodeId as string,
});
