import { randomUUID } from 'node:crypto';
import { payloadDigest } from '../../../packages/client/src/digest.ts';
import type { ToldReview } from '../history.ts';
import { pickWeighted, type Random } from '../random.ts';
import type { Caller } from './caller.ts';
import { TALK } from './talkStep.ts';
import { graph, payloadOf, type TalkStep, type Team } from './team.ts';

/** One more than a review can have. */
const TOO_MANY_REVISIONS = 11;
const MAX_ANSWER = 1_000_000;

/** An agent asks a question or for a step that it can revise, or continues with one. */
export async function actAsTalkingAgent(team: Team, random: Random): Promise<void> {
  const known = random.chance(0.75) ? random.pick([null, ...team.talks]) : null;
  if (!known) return begin(team, random);
  // Sometimes another agent tries.
  const agent = random.chance(0.1) ? random.pick(team.agents) : team.asker(known.requestedBy);
  if (!agent) return;
  const { answer } = await agent.call('requestReview', known.input);
  const review = answer?.review;
  if (!review) return;
  if (review.kind === 'QUESTION') await misuse(agent, random, review, answer.result?.data);
  else await proceed(team, agent, random, review, known);
  if (['APPROVED', 'REJECTED', 'ANSWERED'].includes(review.status) && random.chance(0.5)) {
    team.isTalkedOver(known);
  }
}

async function begin(team: Team, random: Random): Promise<void> {
  const agent = random.pick(team.agents);
  const isQuestion = random.chance(0.4);
  const step = {
    ...graph,
    nodeExecId: `${TALK}${randomUUID()}`,
    // In a run of its own, which nobody ends.
    graphExecId: `${team.owner}-talks`,
    nodeId: `${TALK}${random.int(1, 3)}`,
  };
  const input = {
    ...{ ...step, payload: payloadOf(random) },
    ...(isQuestion
      ? { kind: 'QUESTION', answerSchema: { type: 'integer' } }
      : { allowedDecisions: ['APPROVE', 'REJECT', 'REQUEST_CHANGES'] }),
  };
  const { answer } = await agent.call('requestReview', input);
  const { review } = answer ?? {};
  if (!review) return;
  team.isTalking({ input, requestedBy: agent.actor, seen: [review] });
  // Some agents never stop revising.
  if (isQuestion || !random.chance(0.1)) return;
  let based = review.payloadDigest;
  for (let revision = 1; revision < TOO_MANY_REVISIONS; revision++) {
    const payload = payloadOf(random);
    const told = await revise(agent, step.nodeExecId, based, payload);
    if (told?.status === 'WAITING') based = told.payloadDigest;
  }
}

/** An answer is not an approval, whatever the agent sends. */
async function misuse(
  agent: Caller,
  random: Random,
  { nodeExecId, payloadDigest: digest }: ToldReview,
  data: unknown,
): Promise<void> {
  if (!random.chance(0.3)) return;
  const asked = random.chance(0.5) ? digest : await payloadDigest(data);
  await agent.call('consumeReview', { nodeExecId, payloadDigest: asked });
}

/** Revises what waits or has to change, and uses what was approved. */
async function proceed(
  team: Team,
  agent: Caller,
  random: Random,
  { nodeExecId, status, payloadDigest: digest }: ToldReview,
  { seen }: TalkStep,
): Promise<void> {
  // Sometimes the agent knows only an earlier revision.
  const based = random.chance(0.1) ? random.pick(seen).payloadDigest : digest;
  const reviseOnce = () => revise(agent, nodeExecId, based, payloadOf(random));
  if (status === 'CHANGES_REQUESTED' || (status === 'WAITING' && random.chance(0.3))) {
    // Two workers of an agent may revise the same.
    await Promise.all([reviseOnce(), ...(random.chance(0.2) ? [reviseOnce()] : [])]);
  } else if (status === 'APPROVED') {
    const use = () => agent.call('consumeReview', { nodeExecId, payloadDigest: based });
    await Promise.all([use(), ...(random.chance(0.3) ? [use(), reviseOnce()] : [])]);
  } else if (status === 'WAITING' && random.chance(0.2)) {
    // Perhaps it is approved at this moment.
    const reviewer = random.pick(team.reviewers);
    await Promise.all([
      reviseOnce(),
      ...seen.slice(-1).map((review) => decide(reviewer, review, 'APPROVE')),
      agent.call('consumeReview', { nodeExecId, payloadDigest: based }),
    ]);
  }
}

async function revise(
  agent: Caller,
  nodeExecId: string,
  basedOnDigest: string,
  payload: object,
): Promise<ToldReview | undefined> {
  const { answer } = await agent.call('reviseReview', { nodeExecId, basedOnDigest, payload });
  return answer?.review;
}

/** One action of a reviewer on a question, or on a step that can be revised. */
export async function actAsTalker(team: Team, reviewer: Caller, random: Random): Promise<void> {
  if (team.talks.length === 0) return;
  const step = random.pick(team.talks);
  const { nodeExecId } = step.input;
  const { answer } = await reviewer.call('reviews', { nodeExecIds: [nodeExecId] });
  const now = answer?.reviews?.[0];
  if (!now) return;
  step.seen.push(now);
  // Sometimes the reviewer acts on an earlier revision.
  const review = random.chance(0.1) ? random.pick(step.seen) : now;
  const other = random.pick(team.reviewers);
  const reply = () => random.int(1, MAX_ANSWER);
  if (now.kind === 'QUESTION') {
    // An approval is refused.
    if (random.chance(0.1)) await decide(reviewer, review, 'APPROVE');
    await Promise.all([
      decide(reviewer, review, 'ANSWER', { answer: reply() }),
      ...(random.chance(0.3) ? [decide(other, review, 'ANSWER', { answer: reply() })] : []),
    ]);
    return;
  }
  const action = pickWeighted(random, { approve: 3, change: 6, rivals: 2, reject: 0.5, say: 2 });
  await {
    approve: () => decide(reviewer, review, 'APPROVE'),
    change: () => decide(reviewer, review, 'REQUEST_CHANGES'),
    rivals: () =>
      Promise.all([
        decide(reviewer, review, 'APPROVE'),
        decide(other, review, random.pick(['APPROVE', 'REQUEST_CHANGES', 'REJECT'])),
      ]),
    reject: () => decide(reviewer, review, 'REJECT'),
    say: () => reviewer.call('addComment', { nodeExecId, text: 'Mind the amount.' }),
  }[action]();
}

const decide = (
  reviewer: Caller,
  { nodeExecId, subjectDigest }: ToldReview,
  decision: string,
  more: object = {},
) =>
  reviewer.call('decideReviews', {
    decisions: [{ ...{ nodeExecId, subjectDigest, decision }, ...more }],
  });
