import { payloadDigest } from '../../../packages/client/src/digest.ts';
import type { ToldReview } from '../history.ts';
import { pickWeighted, type Random } from '../random.ts';
import type { Caller } from './caller.ts';
import { payloadOf, type Team } from './team.ts';

/** The teams of each workspace, which never change. Every reviewer is in one. */
export const teamsOf = (reviewers: number): { teamId: string; actors: string[] }[] => {
  const names = Array.from({ length: reviewers }, (_, n) => `reviewer-${n}`);
  const half = Math.ceil(reviewers / 2);
  return [
    { teamId: 'finance', actors: names.slice(0, half) },
    { teamId: 'security', actors: names.slice(half) },
  ];
};

/** An agent requests a review that needs several approvals, or uses one that has them. */
export async function actAsSigningAgent(team: Team, random: Random): Promise<void> {
  const known = random.chance(0.6) ? random.pick([null, ...team.signed]) : null;
  if (known) return useSigned(team, random, known.nodeExecId, known.requestedBy);
  const agent = random.pick(team.agents);
  // Nobody decides some reviews, so that they are escalated. Their run is never stopped.
  const isQuiet = random.chance(0.15);
  const graphExecId = isQuiet ? team.longSession : random.pick(team.executions);
  const step = team.newSignedStep(graphExecId);
  const { answer } = await agent.call('requestReview', {
    ...step,
    payload: payloadOf(random),
    approvalsRequired: requirementsIn(team, random),
    ...((isQuiet || random.chance(0.2)) && { escalation: escalationIn(team, random) }),
    ...(random.chance(0.1) && { consumers: [random.pick(team.agents).actor] }),
    ...(!isQuiet &&
      random.chance(0.1) && {
        expiresAt: new Date(Date.now() + random.int(500, 5_000)).toISOString(),
      }),
  });
  if (answer?.review && !isQuiet) team.isSigning(answer.review);
}

function requirementsIn(team: Team, random: Random): object[] {
  const [one, other] = [random.pick(team.reviewers).actor, random.pick(team.reviewers).actor];
  return random.pick<object[]>([
    [{ count: 2 }],
    [{ teamId: 'finance' }, { teamId: 'security' }],
    [{ teamId: 'finance' }, { count: 1 }],
    [{ actors: [one, other] }, { teamId: 'security' }],
    [{ actors: [one] }],
    // Mostly impossible, and refused then.
    [{ teamId: 'security', count: 3 }],
  ]);
}

/** A minute is the shortest time. */
const escalationIn = (team: Team, random: Random): object[] => [
  { after: '1m', teamIds: [random.pick(['finance', 'security'])] },
  { after: '2m', actors: [random.pick(team.reviewers).actor] },
];

/** The agent consumes an approval, perhaps while a reviewer takes it back. */
async function useSigned(
  team: Team,
  random: Random,
  nodeExecId: string,
  requestedBy: string,
): Promise<void> {
  const agent = team.asker(requestedBy) ?? random.pick(team.agents);
  const review = await look(agent, nodeExecId);
  if (review?.status !== 'APPROVED') return;
  const digest = await payloadDigest(review.payload);
  const workers = random.chance(0.3) ? 2 : 1;
  await Promise.all([
    ...Array.from({ length: workers }, () =>
      agent.call('consumeReview', { nodeExecId, payloadDigest: digest }),
    ),
    ...(random.chance(0.4) ? [withdraw(whoTookPart(team, random, review), review)] : []),
  ]);
  // A withdrawn approval must not be used, even if it was seen a moment ago.
  if (random.chance(0.3)) {
    await agent.call('consumeReview', { nodeExecId, payloadDigest: digest });
  }
  if (random.chance(0.5)) await agent.call('reportOutcome', { nodeExecId, outcome: 'EXECUTED' });
}

/** One action of a reviewer on a review that needs several approvals. */
export async function actAsSigner(team: Team, reviewer: Caller, random: Random): Promise<void> {
  if (team.signed.length === 0) return;
  const { nodeExecId, subjectDigest } = random.pick(team.signed);
  const seen = await look(reviewer, nodeExecId);
  if (!seen) return;
  team.isSigning(seen);
  // Sometimes the reviewer acts on what they saw earlier.
  const review = random.chance(0.1) ? { ...seen, subjectDigest } : seen;
  const action = pickWeighted(random, {
    vote: 10,
    rivals: 3,
    reject: 0.7,
    withdraw: 2,
    claim: 3,
    release: 1,
    reassign: 0.7,
    override: 0.4,
  });
  const other = random.pick(team.reviewers);
  await {
    vote: () => vote(reviewer, review, random),
    // Two last votes, or a vote against anything else that changes the review.
    rivals: () =>
      Promise.all([
        vote(reviewer, review, random),
        random.pick([
          () => vote(other, review, random),
          () => vote(other, review, random),
          () => withdraw(whoTookPart(team, random, review), review),
          () => reassign(team, other, review, random),
          () => override(team, review, random),
        ])(),
      ]),
    reject: () => vote(reviewer, review, random, 'REJECT'),
    withdraw: () => withdraw(whoTookPart(team, random, review), review),
    claim: () =>
      Promise.all([reviewer, other].map((one) => one.call('claimReview', { nodeExecId }))),
    release: () => reviewer.call('releaseReview', { nodeExecId }),
    reassign: () => reassign(team, reviewer, review, random),
    override: () => override(team, review, random),
  }[action]();
}

async function look(caller: Caller, nodeExecId: string): Promise<ToldReview | undefined> {
  const { answer } = await caller.call('reviews', { nodeExecIds: [nodeExecId] });
  return answer?.reviews?.[0];
}

const vote = (
  reviewer: Caller,
  { nodeExecId, subjectDigest }: ToldReview,
  random: Random,
  decision = 'APPROVE',
) =>
  reviewer.call('decideReviews', {
    decisions: [
      {
        ...{ nodeExecId, subjectDigest, decision },
        ...(random.chance(0.1) && { payload: { ...payloadOf(random), edited: true } }),
        ...(random.chance(0.6) && { despiteClaim: true }),
      },
    ],
  });

/** Mostly somebody who voted or decided: others may withdraw less, and are refused. */
const whoTookPart = (team: Team, random: Random, { votes = [] }: ToldReview): Caller => {
  const voters = votes.filter(({ endedBy }) => endedBy === null).map(({ actor }) => actor);
  const parties = team.reviewers.filter(({ actor }) => voters.includes(actor));
  return random.pick(parties.length === 0 || random.chance(0.2) ? team.reviewers : parties);
};

const withdraw = (reviewer: Caller, { nodeExecId, subjectDigest }: ToldReview) =>
  reviewer.call('withdrawDecision', { nodeExecId, subjectDigest });

const reassign = (team: Team, reviewer: Caller, { nodeExecId }: ToldReview, random: Random) =>
  reviewer.call('reassignReview', {
    nodeExecId,
    approvalsRequired: requirementsIn(team, random),
    reason: 'somebody is away',
  });

const override = (team: Team, { nodeExecId, subjectDigest }: ToldReview, random: Random) =>
  team.boss.call('overrideReview', {
    ...{ nodeExecId, subjectDigest, reason: 'it cannot wait any longer' },
    decision: random.pick(['APPROVE', 'REJECT']),
  });
