import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { payloadDigest } from '../../../packages/client/src/digest.ts';
import { APPROVAL_MS } from '../bed/limits.ts';
import type { Operation, ToldReview } from '../history.ts';
import { pickWeighted, type Random } from '../random.ts';
import type { Caller } from './caller.ts';
import { decide } from './reviewer.ts';
import { graph, isParty, type KnownStep, payloadOf, type Step, type Team } from './team.ts';

/** The number of workers that use the same approval concurrently. */
const MAX_WORKERS = 4;
/** How shortly before its lapse some workers use an approval. */
const LAST_MOMENT_MS = 40;

/** One action of an agent: it requests something new, or returns to an earlier request. */
export async function actAsAgent(team: Team, agent: Caller, random: Random): Promise<void> {
  const action = pickWeighted(random, {
    askNew: 4,
    askTwice: 1,
    askAgain: 8,
    askLate: 0.2,
    takeBack: 1,
    meddle: 1.5,
  });
  const known = random.chance(0.8) ? team.decided : team.waiting;
  const own = known.filter((step) => isParty(agent.actor, step));
  const mine = team.waiting.filter(({ requestedBy }) => requestedBy === agent.actor);
  if (action === 'askAgain' && own.length > 0) {
    return comeBack(team, agent, random, random.pick(own));
  }
  if (action === 'takeBack' && mine.length > 0) {
    return takeBack(team, agent, random, random.pick(mine));
  }
  if (action === 'meddle' && team.waiting.length > 0) {
    const others = [...team.waiting, ...team.decided];
    return meddle(team, agent, random, random.pick(others));
  }
  const graphExecId = random.chance(0.75)
    ? random.pick(team.executions)
    : random.chance(0.2)
      ? team.longSession
      : await begin(team, agent, random);
  const step = team.newStep(graphExecId);
  if (action === 'askLate') {
    await ask(team, team.late, step, random);
    return;
  }
  // Two concurrent requests with different payloads, by the same agent or by different ones. Of two
  // agents, one is rejected.
  const other = random.chance(0.5) ? agent : random.pick(team.agents);
  const askers = action === 'askTwice' ? [agent, other] : [agent];
  const asked = await Promise.all(askers.map((asker) => ask(team, asker, step, random)));
  for (const operation of asked) {
    team.isAsked(operation);
    const review = operation.answer?.review;
    const isAllowed = review?.status === 'APPROVED' && review.decisionSource === 'POLICY';
    // Others come back later, when the policy may have changed.
    if (isAllowed && random.chance(0.6)) await useUp(team, random, review);
  }
}

/**
 * A new execution. It belongs to the agent that registers it or makes the first request in it.
 */
async function begin(team: Team, agent: Caller, random: Random): Promise<string> {
  const graphExecId = team.begin();
  if (random.chance(0.6)) {
    const input = { ...graph, graphExecId, status: 'RUNNING' };
    const { answer } = await agent.call('registerExecution', input);
    if (answer?.execution?.registeredBy === agent.actor) team.belongsTo(graphExecId, agent);
  }
  return graphExecId;
}

/**
 * Each time with a different payload, and perhaps different instructions and consumers, which must
 * not change the first request.
 */
export function ask(team: Team, asker: Caller, step: Step, random: Random): Promise<Operation> {
  // By the agent's own clock, so it may be in the past or beyond the maximum.
  const expiresAt = random.chance(0.2)
    ? { expiresAt: new Date(asker.now() + random.int(300, 4_000)).toISOString() }
    : {};
  const { nodeExecId, graphExecId, graphId, graphVersion, nodeId } = step;
  return asker.call('requestReview', {
    ...{ nodeExecId, graphExecId, graphId, graphVersion, nodeId },
    payload: payloadOf(random),
    ...(random.chance(0.3) && { instructions: `Mind the ${random.int(1, 1_000)}.` }),
    ...(random.chance(0.3) && { consumers: consumersIn(team, random) }),
    ...(random.chance(0.2) && { headline: `Step ${nodeId}`, tags: ['a', 'careful'] }),
    ...(random.chance(0.2) && { risk: random.pick(['LOW', 'MEDIUM', 'CRITICAL']) }),
    ...expiresAt,
  });
}

/** Mostly other agents, sometimes a reviewer, who then must not decide. */
function consumersIn(team: Team, random: Random): string[] {
  const named = Array.from({ length: random.int(1, 2) }, () => random.pick(team.agents).actor);
  return random.chance(0.1) ? [...named, random.pick(team.reviewers).actor] : named;
}

/** Repeats the request, or reads it as a consumer, and acts on the outcome. */
async function comeBack(team: Team, agent: Caller, random: Random, step: KnownStep): Promise<void> {
  const { nodeExecId } = step;
  const asks = step.requestedBy === agent.actor;
  const { answer } = asks
    ? await ask(team, agent, step, random)
    : await agent.call('reviews', { nodeExecIds: [nodeExecId] });
  const review = answer?.review ?? answer?.reviews?.[0];
  if (!review || review.status === 'WAITING') return;
  // A used or void approval is rejected. Some try anyway.
  const isUp = review.processed || review.voidedAt !== null;
  if (isUp && !random.chance(0.2)) return;
  if (review.status === 'APPROVED') return useUp(team, random, review);
  await Promise.all(
    workersOf(team, random, review).map((worker) =>
      callTwice(team, worker, random, 'setReviewProcessed', { nodeExecId, processed: true }),
    ),
  );
}

/**
 * The workers that act on an outcome, often several of one agent. Sometimes one is not
 * allowed to use it.
 */
const workersOf = (team: Team, random: Random, review: ToldReview): Caller[] => {
  const parties = team.agents.filter(({ actor }) => isParty(actor, review));
  return Array.from({ length: random.int(1, MAX_WORKERS) }, () =>
    random.pick(parties.length === 0 || random.chance(0.1) ? team.agents : parties),
  );
};

export async function useUp(team: Team, random: Random, review: ToldReview): Promise<void> {
  const { nodeExecId, reviewedAt } = review;
  const right = await payloadDigest(review.payload);
  const wrong = await payloadDigest({ something: 'else' });
  if (reviewedAt && random.chance(0.04)) {
    const lapsesAt = Date.parse(reviewedAt) + APPROVAL_MS;
    const left = lapsesAt + random.int(-LAST_MOMENT_MS, LAST_MOMENT_MS) - Date.now();
    await pause(Math.max(0, left));
  }
  await Promise.all(
    workersOf(team, random, review).map(async (worker) => {
      if (random.chance(0.05)) {
        const processed = !random.chance(0.2);
        await callTwice(team, worker, random, 'setReviewProcessed', { nodeExecId, processed });
        return;
      }
      const digest = random.chance(0.1) ? wrong : right;
      const input = { nodeExecId, payloadDigest: digest };
      const consumed = await callTwice(team, worker, random, 'consumeReview', input);
      const mine = consumed.answer?.__typename === 'ConsumeReviewPayload';
      if (!mine && !random.chance(0.05)) return;
      const outcome = random.pick(['EXECUTED', 'FAILED', 'SKIPPED']);
      await worker.call('reportOutcome', { nodeExecId, outcome });
      if (random.chance(0.1)) await worker.call('consumeReview', consumed.input);
    }),
  );
}

/**
 * Repeats the call with its key if there was no answer, because it may have taken effect. Sometimes
 * repeats it despite an answer, or as another agent.
 */
async function callTwice(
  team: Team,
  caller: Caller,
  random: Random,
  name: 'consumeReview' | 'setReviewProcessed',
  asked: object,
): Promise<Operation> {
  const input = { ...asked, ...(random.chance(0.7) && { idempotencyKey: randomUUID() }) };
  const first = await caller.call(name, input);
  if (random.chance(0.05)) await random.pick(team.agents).call(name, input);
  if (first.outcome === 'answered' && !random.chance(0.1)) return first;
  return caller.call(name, input);
}

/**
 * Deletes its own request, perhaps while it is being decided, and usually repeats it with the same
 * id.
 */
async function takeBack(team: Team, agent: Caller, random: Random, step: KnownStep): Promise<void> {
  const { nodeExecId } = step;
  const times = random.chance(0.2) ? 2 : 1;
  await Promise.all([
    ...Array.from({ length: times }, () => agent.call('deleteReview', { nodeExecId })),
    ...(random.chance(0.2) ? [decide(team, random.pick(team.reviewers), random, [step])] : []),
  ]);
  // As long as the list shows the deleted request, reviewers decide what they saw there.
  if (random.chance(0.3)) team.isDeleted(nodeExecId);
  if (random.chance(0.15)) return;
  const again = random.chance(0.5) ? step : anotherStep(step, random);
  team.isAsked(await ask(team, agent, again, random));
}

/** The same id with a different node, graph, version or execution. Session ids name the node. */
const anotherStep = (step: Step, random: Random): Step => ({
  ...step,
  ...random.pick<Partial<Step>>([
    { nodeId: 'another-node' },
    { graphId: 'another-graph' },
    { graphVersion: step.graphVersion + 1 },
    { graphExecId: `${step.graphExecId}-another` },
  ]),
});

/** Requests that must be rejected: its own id for a different step, and other agents' requests. */
async function meddle(team: Team, agent: Caller, random: Random, step: KnownStep): Promise<void> {
  const { nodeExecId } = step;
  if (isParty(agent.actor, step)) {
    await ask(team, agent, anotherStep(step, random), random);
    return;
  }
  const digest = await payloadDigest({ something: 'else' });
  await random.pick([
    () => ask(team, agent, step, random),
    () => agent.call('reviews', { nodeExecIds: [nodeExecId] }),
    () => agent.call('deleteReview', { nodeExecId }),
    () => agent.call('consumeReview', { nodeExecId, payloadDigest: digest }),
    () => agent.call('setReviewProcessed', { nodeExecId, processed: true }),
    () => agent.call('reportOutcome', { nodeExecId, outcome: 'EXECUTED' }),
  ])();
}
