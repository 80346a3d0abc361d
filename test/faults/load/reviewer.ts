import type { Random } from '../random.ts';
import type { Caller } from './caller.ts';
import { type KnownStep, payloadOf, type Team } from './team.ts';

const MAX_BATCH = 6;

/** Decides some waiting reviews, perhaps concurrently with others, perhaps twice. */
export async function actAsReviewer(team: Team, reviewer: Caller, random: Random): Promise<void> {
  if (team.waiting.length === 0) return;
  const size = random.chance(0.6) ? 1 : random.int(2, MAX_BATCH);
  await decide(
    team,
    reviewer,
    random,
    Array.from({ length: size }, () => random.pick(team.waiting)),
  );
}

/** Decides what it saw a moment ago, or in the list, which may be out of date. */
export async function decide(
  team: Team,
  reviewer: Caller,
  random: Random,
  steps: readonly KnownStep[],
): Promise<void> {
  const chosen = new Map(steps.map((step) => [step.nodeExecId, step.subjectDigest]));
  if (random.chance(0.5)) await look(team, reviewer, chosen);
  const decisions = [...chosen].flatMap(([nodeExecId, subjectDigest]) => {
    // A decision without a subject digest is rejected, and with it the whole batch.
    const names = subjectDigest !== null && !random.chance(0.01);
    if (!names && !random.chance(0.02)) return [];
    return [{ nodeExecId, ...(names && { subjectDigest }), ...decisionOf(random) }];
  });
  if (decisions.length === 0) return;
  const clicks = random.chance(0.15) ? 2 : 1;
  const answers = await Promise.all(
    Array.from({ length: clicks }, () => reviewer.call('decideReviews', { decisions })),
  );
  for (const review of answers.flatMap(({ answer }) => answer?.reviews ?? [])) team.isShown(review);
}

/** Reads the reviews again, and updates the list. */
async function look(
  team: Team,
  reviewer: Caller,
  chosen: Map<string, string | null>,
): Promise<void> {
  const { answer } = await reviewer.call('reviews', { nodeExecIds: [...chosen.keys()] });
  if (!answer?.reviews) return;
  const shown = new Map(answer.reviews.map((review) => [review.nodeExecId, review]));
  for (const nodeExecId of chosen.keys()) {
    const review = shown.get(nodeExecId);
    if (review) {
      team.isShown(review);
      chosen.set(nodeExecId, review.subjectDigest);
    } else {
      team.isDeleted(nodeExecId);
      chosen.delete(nodeExecId);
    }
  }
}

function decisionOf(random: Random): object {
  const decision = random.chance(0.75) ? 'APPROVE' : 'REJECT';
  return {
    decision,
    ...(random.chance(0.2) && { payload: { ...payloadOf(random), edited: true } }),
    ...(random.chance(0.04) && { autoApproveFuture: true }),
  };
}
