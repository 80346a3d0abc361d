import { randomUUID } from 'node:crypto';
import { payloadDigest } from '../../../src/client/digest.ts';
import type { Operation, ToldResult } from '../history.ts';
import { pickWeighted, type Random } from '../random.ts';
import type { Caller } from './caller.ts';
import { graph, payloadOf, type Step, type Team } from './team.ts';

/** How many agents take up the same approval at once. */
const MAX_CONSUMERS = 4;

/** One step further in the life of an agent: it asks for something new, or comes back to what it asked for. */
export async function actAsAgent(team: Team, agent: Caller, random: Random): Promise<void> {
  const action = pickWeighted(random, { askNew: 4, askTwice: 1, askAgain: 8, askLate: 0.2 });
  const known = random.chance(0.8) ? team.decided : team.waiting;
  if (action === 'askAgain' && known.length > 0) {
    return comeBack(team, agent, random, random.pick(known));
  }
  const graphExecId = random.chance(0.75)
    ? random.pick(team.executions)
    : random.chance(0.2)
      ? team.longSession
      : team.begin();
  const step = team.newStep(graphExecId);
  if (action === 'askLate') {
    await ask(team.late, step, random);
    return;
  }
  // Two agents, and two payloads: whichever comes first stays.
  const askers = action === 'askTwice' ? [agent, random.pick(team.agents)] : [agent];
  await Promise.all(askers.map((asker) => ask(asker, step, random)));
  team.isAsked(step);
}

export function ask(
  asker: Caller,
  step: Step,
  random: Random,
  more: object = {},
): Promise<Operation> {
  // By its own clock: in the past, soon, in some minutes, or later than the service lets anybody wait.
  const expiresAt = random.chance(0.2)
    ? { expiresAt: new Date(asker.now() + random.int(300, 4_000)).toISOString() }
    : {};
  return asker.call('requestReview', {
    ...graph,
    ...step,
    payload: payloadOf(random),
    ...expiresAt,
    ...more,
  });
}

/** Asks again, with another payload, and acts on what was decided. */
async function comeBack(team: Team, agent: Caller, random: Random, step: Step): Promise<void> {
  const { answer } = await ask(agent, step, random);
  const result = answer?.result;
  if (!answer?.review || !result) return;
  if (result.status === 'REJECTED') {
    const input = { nodeExecId: step.nodeExecId, processed: true };
    const claimers = [agent, random.pick(team.agents)];
    await Promise.all(
      claimers.map((claimer) => askAgain(team, claimer, random, 'setReviewProcessed', input)),
    );
    return;
  }
  await useUp(team, random, step.nodeExecId, result);
}

async function useUp(
  team: Team,
  random: Random,
  nodeExecId: string,
  result: ToldResult,
): Promise<void> {
  const right = await payloadDigest(result.data);
  const wrong = await payloadDigest({ something: 'else' });
  const consumers = Array.from({ length: random.int(1, MAX_CONSUMERS) }, () =>
    random.pick(team.agents),
  );
  await Promise.all(
    consumers.map(async (consumer) => {
      const digest = random.chance(0.1) ? wrong : right;
      const input = { nodeExecId, payloadDigest: digest };
      const consumed = await askAgain(team, consumer, random, 'consumeReview', input);
      const mine = consumed.answer?.__typename === 'ConsumeReviewPayload';
      if (!mine && !random.chance(0.05)) return;
      const outcome = random.pick(['EXECUTED', 'FAILED', 'SKIPPED']);
      await consumer.call('reportOutcome', { nodeExecId, outcome });
      if (random.chance(0.1)) await consumer.call('consumeReview', consumed.input);
    }),
  );
}

/**
 * Where no answer came nobody knows whether it happened: asking again tells, with the same key. Sometimes one asks again who
 * knows it, or another one comes with that key.
 */
async function askAgain(
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
