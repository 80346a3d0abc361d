import type { Random } from '../random.ts';
import type { Caller } from './caller.ts';
import { payloadOf, type Team } from './team.ts';

const MAX_BATCH = 6;

/** Decides some of what waits, perhaps what others are deciding at the same moment, perhaps twice. */
export async function actAsReviewer(team: Team, reviewer: Caller, random: Random): Promise<void> {
  if (team.waiting.length === 0) return;
  const size = random.chance(0.6) ? 1 : random.int(2, MAX_BATCH);
  const chosen = new Set(Array.from({ length: size }, () => random.pick(team.waiting)));
  const decisions = [...chosen].map(({ nodeExecId }) => decisionOf(nodeExecId, random));
  const clicks = random.chance(0.15) ? 2 : 1;
  const answers = await Promise.all(
    Array.from({ length: clicks }, () => reviewer.call('decideReviews', { decisions })),
  );
  for (const { nodeExecId, status } of answers.flatMap(({ answer }) => answer?.reviews ?? []))
    if (status !== 'WAITING') team.isDecided(nodeExecId);
}

function decisionOf(nodeExecId: string, random: Random): object {
  const decision = random.chance(0.75) ? 'APPROVE' : 'REJECT';
  return {
    nodeExecId,
    decision,
    ...(random.chance(0.2) && { payload: { ...payloadOf(random), edited: true } }),
    ...(random.chance(0.04) && { autoApproveFuture: true }),
  };
}
