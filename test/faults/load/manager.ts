import { setTimeout as pause } from 'node:timers/promises';
import type { Operation } from '../history.ts';
import { pickWeighted, type Random } from '../random.ts';
import { ask, useUp } from './agent.ts';
import type { Caller } from './caller.ts';
import { decide } from './reviewer.ts';
import { graph, payloadOf, type Step, type Team } from './team.ts';

const MAX_USES = 5;
/** The maximum delay of a stop after the requests that it affects. */
const MAX_HEAD_START_MS = 20;
/** More concurrent steps than a limited standing approval allows. */
const BURST = 9;

/**
 * Creates and revokes standing approvals, and ends executions, while agents work in them.
 */
export async function actAsManager(team: Team, random: Random): Promise<void> {
  const action = pickWeighted(random, { standing: 5, revoke: 3, stop: 3, register: 1 });
  const graphExecId =
    team.executions.at(-1) === team.longSession ? team.begin() : random.pick(team.executions);
  if (action === 'standing') await letThrough(team, random, graphExecId);
  else if (action === 'revoke') await revokeAgain(team, random, graphExecId);
  else if (action === 'register') await register(team.manager, team.begin(), 'RUNNING');
  else if (graphExecId !== team.longSession) await stop(team, random, graphExecId);
}

/**
 * Creates a standing approval for one node, requests more steps than it allows, revokes it, and
 * requests again.
 */
async function letThrough(team: Team, random: Random, graphExecId: string): Promise<void> {
  const first = team.newStep(graphExecId, `bounded-${random.int(0, 1_000_000_000)}`);
  const agent = () => random.pick(team.agents);
  // It also approves a waiting review, unless the manager requested it.
  const asker = random.chance(0.1) ? team.manager : agent();
  team.isAsked(await ask(team, asker, first, random));
  // It must not cover an earlier request of the manager, even a deleted one.
  const ownBefore = stepBeside(team, first);
  if (random.chance(0.5)) {
    await ask(team, team.manager, ownBefore, random);
    await team.manager.call('deleteReview', { nodeExecId: ownBefore.nodeExecId });
  }
  await allow(team, random, first, {
    ...(random.chance(0.7) && { maxUses: random.int(1, MAX_USES) }),
    ...(random.chance(0.1) && { expiresAt: new Date(Date.now() + 1_000).toISOString() }),
    ...(random.chance(0.2) && { requestedBy: agent().actor }),
  });
  const askers: [Caller, Step][] = [
    [asker, first],
    [agent(), ownBefore],
    ...Array.from({ length: BURST }, (): [Caller, Step] => [
      random.chance(0.05) ? team.manager : agent(),
      { ...stepBeside(team, first), ...(random.chance(0.15) && anotherGraph(random)) },
    ]),
  ];
  const burst = Promise.all(askers.map(([who, step]) => ask(team, who, step, random)));
  const revoke = () =>
    team.manager.call('revokeAutoApproval', { graphExecId, nodeId: first.nodeId });
  // During the requests, or afterwards.
  if (random.chance(0.5)) await revoke();
  for (const operation of await burst) {
    team.isAsked(operation);
    const review = operation.answer?.review;
    if (review?.status === 'APPROVED' && random.chance(0.3)) await useUp(team, random, review);
  }
  await revoke();
  const late: [Caller, Step][] = [
    [asker, first],
    ...Array.from({ length: 3 }, (): [Caller, Step] => [agent(), stepBeside(team, first)]),
  ];
  await Promise.all(late.map(([who, step]) => ask(team, who, step, random)));
}

/** Revokes the standing approval of a node in one execution, and requests that node again. */
async function revokeAgain(team: Team, random: Random, graphExecId: string): Promise<void> {
  const step = team.newStep(graphExecId);
  await team.manager.call('revokeAutoApproval', { graphExecId, nodeId: step.nodeId });
  team.isAsked(await ask(team, random.pick(team.agents), step, random));
}

/**
 * Ends an execution, as the manager or as its agent, while others request, decide and consume in
 * it. Then tries what must be rejected. Sometimes the manager reopens it, and earlier approvals
 * must still be rejected.
 */
async function stop(team: Team, random: Random, graphExecId: string): Promise<void> {
  team.forget(graphExecId);
  const agent = () => random.pick(team.agents);
  const allowed = team.newStep(graphExecId, `stopped-${random.int(0, 1_000_000_000)}`);
  const approved = await approveSome(team, random, allowed);
  await askSome(team, random, graphExecId);

  const waiting = team.waiting.filter((step) => step.graphExecId === graphExecId).slice(-8);
  const again = waiting.flatMap((step): [Caller, Step][] => {
    const asker = team.asker(step.requestedBy);
    return asker ? [[asker, step]] : [];
  });
  const steps: [Caller, Step][] = [
    ...again,
    ...Array.from({ length: 3 }, (): [Caller, Step] => [agent(), team.newStep(graphExecId)]),
  ];
  const askAll = () => Promise.all(steps.map(([asker, step]) => ask(team, asker, step, random)));
  const owner = team.agentOf(graphExecId);
  const stopper = owner && random.chance(0.5) ? owner : team.manager;
  const status = random.pick(['COMPLETED', 'FAILED', 'TERMINATED']);
  const registers = random.chance(0.3);
  const end = () =>
    registers
      ? register(stopper, graphExecId, status)
      : stopper.call('cancelPendingReviews', { graphExecId });
  const [ended, asked] = await Promise.all([
    pause(random.int(0, MAX_HEAD_START_MS)).then(end),
    askAll(),
    consume(team, approved.slice(0, 1)),
    ...waiting.map((step) => decide(team, random.pick(team.reviewers), random, [step])),
  ]);
  if (ended.outcome !== 'answered') await end();

  const got = [...approved, ...asked];
  await consume(team, got);
  await askAll();
  // Must be rejected if the manager stopped it, or if the execution belongs to another agent.
  await register(random.chance(0.7) ? (owner ?? agent()) : agent(), graphExecId, 'RUNNING');
  await consume(team, got.slice(0, 2));
  if (random.chance(0.5)) return;
  await register(team.manager, graphExecId, 'RUNNING');
  await consume(team, got);
  team.isAsked(await ask(team, agent(), stepBeside(team, allowed), random));
  team.executions.push(graphExecId);
}

/** New requests, for reviewers to decide while the execution is stopped. */
async function askSome(team: Team, random: Random, graphExecId: string): Promise<void> {
  const asked = await Promise.all(
    Array.from({ length: 4 }, () =>
      ask(team, random.pick(team.agents), team.newStep(graphExecId), random),
    ),
  );
  for (const operation of asked) team.isAsked(operation);
}

/** Unused approvals that a standing approval gave. */
async function approveSome(team: Team, random: Random, step: Step): Promise<Operation[]> {
  // Makes the execution known to the service.
  await ask(team, random.pick(team.agents), step, random);
  await allow(team, random, step, {});
  return Promise.all(
    Array.from({ length: 3 }, () =>
      ask(team, random.pick(team.agents), stepBeside(team, step), random),
    ),
  );
}

/** Each agent consumes its own request, with the digest that it was shown. */
const consume = (team: Team, asked: readonly Operation[]) =>
  Promise.all(
    asked.map(async ({ actor, answer, input }) => {
      const digest = answer?.review?.payloadDigest;
      if (digest === undefined) return;
      const { nodeExecId } = input;
      await team.asker(actor)?.call('consumeReview', { nodeExecId, payloadDigest: digest });
    }),
  );

const allow = (team: Team, random: Random, step: Step, bounds: object) => {
  const { graphExecId, graphId, graphVersion, nodeId } = step;
  return team.manager.call('createAutoApproval', {
    ...{ graphExecId, graphId, graphVersion, nodeId },
    payload: payloadOf(random),
    ...bounds,
  });
};

const register = (caller: Caller, graphExecId: string, status: string) =>
  caller.call('registerExecution', { ...graph, graphExecId, status });

/** Another run of the same node. */
const stepBeside = (team: Team, { graphExecId, nodeId }: Step) =>
  team.newStep(graphExecId, nodeId.replace(/^copilot-node-/, ''));

/** A different graph or version, which the standing approval does not cover. */
const anotherGraph = (random: Random): Partial<Step> =>
  random.pick<Partial<Step>>([{ graphVersion: 2 }, { graphId: 'another-graph' }]);
