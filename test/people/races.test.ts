import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type Ballot,
  claim,
  company,
  delegate,
  leave,
  overrideNow,
  readBallot,
  reassign,
  vote,
  withdrawNow,
} from '../support/ballots.ts';
import { ask, cancel, type Decided, decide, eventsOf } from '../support/operations.ts';
import { consume, defaultDigest } from '../support/outcomes.ts';
import { race } from '../support/race.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';

const ROUNDS = Number(process.env['RACE_ROUNDS'] ?? 50);

const service = await testService();
const other = await service.another();

/** A few milliseconds by which the second of two starts later, or the first. */
const headStart = fc.integer({ min: -6, max: 6 });
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

type Round = {
  user: string;
  agent: TestClient;
  /** Has voted. One more vote is required, from finance. */
  ada: TestClient;
  /** Can cast the last vote, on the other process. */
  ben: TestClient;
  cleo: TestClient;
  /** Ben's last vote, on what he saw before the race. */
  lastVote(more?: Record<string, unknown>): Promise<Decided>;
};

async function begin(options: Record<string, unknown> = {}): Promise<Round> {
  const { user, agent, as } = await company(service, { finance: ['ada', 'ben', 'cleo'] });
  await ask(agent, 'r', { approvalsRequired: [{ teamId: 'finance', count: 2 }], ...options });
  await vote(as('ada'), 'r');
  const ben = other.as({ user, actor: 'ben', scopes: ['review:decide'] });
  const { subjectDigest } = await readBallot(ben, 'r');
  const lastVote = (more = {}) =>
    decide(ben, [{ nodeExecId: 'r', decision: 'APPROVE', subjectDigest, ...more }]);
  return { user, agent, ada: as('ada'), ben, cleo: as('cleo'), lastVote };
}

/**
 * Races the last vote against something else, and checks that the vote was told the truth.
 * @param check receives what became of the review
 */
const raceLastVote = (
  rival: (round: Round) => Promise<unknown>,
  check: (ballot: Ballot, voted: Decided, answer: unknown) => Promise<void> | void,
) =>
  race(
    headStart,
    async (start) => {
      const round = await begin();
      const [voted, answer] = await Promise.all([
        later(start).then(() => round.lastVote()),
        later(-start).then(() => rival(round)),
      ]);
      const ballot = await readBallot(round.ada, 'r');
      const events = await eventsOf(round.ada, 'r');
      expect(events.filter(({ kind }) => kind === 'APPROVED').length).toBeLessThanOrEqual(1);
      if (voted.__typename === 'DecideReviewsPayload' && voted.approvedCount === 1) {
        expect(events.map(({ kind }) => kind)).toContain('APPROVED');
      }
      await check(ballot, voted, answer);
    },
    ROUNDS,
  );

const typeOf = (answer: unknown) => (answer as { __typename: string }).__typename;

it('44. two last votes: one APPROVED event, and both are told success', () =>
  raceLastVote(
    ({ cleo }) => vote(cleo, 'r'),
    ({ status }, voted, answer) => {
      expect(status).toBe('APPROVED');
      expect([voted, answer]).toMatchObject([{ approvedCount: 1 }, { approvedCount: 1 }]);
    },
  ));

it('47. the last vote against a withdrawal', () =>
  raceLastVote(
    ({ ada }) => withdrawNow(ada, 'r'),
    ({ status, votes }, voted, answer) => {
      if (typeOf(answer) === 'WithdrawDecisionPayload' && voted.approvedCount === 0) {
        expect(status).toBe('WAITING');
        expect(voted.votedCount).toBe(1);
      } else if (typeOf(answer) === 'WithdrawDecisionPayload') {
        // The vote completed the approval before it was withdrawn as a whole.
        expect(status).toBe('WAITING');
        expect(votes.every(({ endedBy }) => endedBy === 'WITHDRAWN')).toBe(true);
      } else {
        expect(status).toBe('APPROVED');
      }
    },
  ));

it('45. the last vote against an edit', () =>
  raceLastVote(
    ({ cleo }) => vote(cleo, 'r', { payload: 'edited' }),
    ({ status, payload }, voted, answer) => {
      if (voted.__typename === 'DecideReviewsPayload') {
        expect(status).toBe('APPROVED');
        expect(payload).toEqual({ of: 'r' });
        expect(typeOf(answer)).toBe('ReviewConflictError');
      } else {
        expect(voted.__typename).toBe('ReviewConflictError');
        expect([status, payload]).toEqual(['WAITING', 'edited']);
      }
    },
  ));

it('46. the last vote against a rejection', () =>
  raceLastVote(
    ({ cleo }) => vote(cleo, 'r', { decision: 'REJECT' }),
    ({ status }, voted, answer) => {
      const winner = status === 'APPROVED' ? voted : answer;
      const loser = status === 'APPROVED' ? answer : voted;
      expect([typeOf(winner), typeOf(loser)]).toEqual([
        'DecideReviewsPayload',
        'ReviewConflictError',
      ]);
    },
  ));

it(
  '48. the last vote against the expiry',
  () =>
    race(
      headStart,
      async (start) => {
        const expiresAt = new Date(Date.now() + 1_500);
        const { ada, lastVote } = await begin({ expiresAt: expiresAt.toISOString() });
        await later(expiresAt.getTime() - Date.now() + start);
        const voted = await lastVote();
        const isApproved = voted.__typename === 'DecideReviewsPayload';
        await expect
          .poll(async () => {
            const { status, decisionSource } = await readBallot(ada, 'r');
            return [status, decisionSource];
          })
          .toEqual(isApproved ? ['APPROVED', 'REVIEWER'] : ['REJECTED', 'EXPIRY']);
      },
      Math.min(ROUNDS, 10),
    ),
  60_000,
);

it('48. the last vote against a cancellation', () =>
  raceLastVote(
    ({ agent }) => cancel(agent, 'exec'),
    ({ status, decisionSource }, voted) => {
      const isApproved = voted.__typename === 'DecideReviewsPayload';
      expect(status).toBe(isApproved ? 'APPROVED' : 'REJECTED');
      expect(decisionSource).toBe(isApproved ? 'REVIEWER' : 'CANCELLATION');
    },
  ));

it('55. the last vote against a reassignment', () =>
  raceLastVote(
    ({ cleo }) =>
      reassign(cleo, {
        nodeExecId: 'r',
        approvalsRequired: [{ actors: ['ada'] }, { actors: ['zoe'] }],
        reason: 'Zoe knows',
      }),
    ({ status }, voted, answer) => {
      if (typeOf(answer) === 'ReassignReviewPayload') {
        expect(status).toBe('WAITING');
        expect(voted.__typename).toBe('NotEligibleError');
      } else {
        expect(status).toBe('APPROVED');
      }
    },
  ));

it('56. the last vote against an override', () =>
  raceLastVote(
    ({ user }) => overrideNow(service.as({ user, actor: 'oncall' }), 'r', { decision: 'REJECT' }),
    ({ status, decisionSource }, voted, answer) => {
      if (typeOf(answer) === 'OverrideReviewPayload') {
        expect([status, decisionSource]).toEqual(['REJECTED', 'OVERRIDE']);
        expect(voted.__typename).toBe('ReviewConflictError');
      } else {
        expect([status, decisionSource]).toEqual(['APPROVED', 'REVIEWER']);
      }
    },
  ));

it('40. the last vote against the removal of the first voter from the team', () =>
  raceLastVote(
    ({ user }) => leave(service, user, 'finance', 'ada'),
    ({ status, votes }, voted) => {
      if (voted.approvedCount === 1) expect(status).toBe('APPROVED');
      else {
        expect(voted.votedCount).toBe(1);
        expect(status).toBe('WAITING');
        expect(votes[0]).toMatchObject({ actor: 'ada', endedBy: 'NOT_ELIGIBLE' });
      }
    },
  ));

it('53. a delegate’s last vote against the end of the delegation', () =>
  race(
    headStart,
    async (start) => {
      const { user, agent, as } = await company(service, { finance: ['ada', 'ben'] });
      await ask(agent, 'r', { approvalsRequired: [{ teamId: 'finance', count: 2 }] });
      await vote(as('ada'), 'r');
      await delegate(service, user, 'ben', 'dan');
      const dan = other.as({ user, actor: 'dan', scopes: ['review:decide'] });
      const { subjectDigest } = await readBallot(dan, 'r');
      const decision = { nodeExecId: 'r', decision: 'APPROVE', subjectDigest, onBehalfOf: 'ben' };
      const [voted] = await Promise.all([
        later(start).then(() => decide(dan, [decision])),
        later(-start).then(() =>
          service.sql(`UPDATE "Delegation" SET "revokedAt" = now() WHERE "userId" = $1`, [user]),
        ),
      ]);
      const isApproved = voted.__typename === 'DecideReviewsPayload';
      const { status } = await readBallot(dan, 'r');
      expect(status).toBe(isApproved ? 'APPROVED' : 'WAITING');
      if (!isApproved) expect(voted.__typename).toBe('NotEligibleError');
    },
    ROUNDS,
  ));

it('52. the last vote against a claim', () =>
  raceLastVote(
    ({ cleo }) => claim(cleo, { nodeExecId: 'r' }),
    ({ status }, voted, answer) => {
      if (voted.__typename === 'DecideReviewsPayload') {
        expect(status).toBe('APPROVED');
      } else {
        expect(voted.__typename).toBe('ReviewConflictError');
        expect(typeOf(answer)).toBe('ClaimReviewPayload');
        expect(status).toBe('WAITING');
      }
    },
  ));

it('47. consuming an approval against its withdrawal: one of the two wins', () =>
  race(
    headStart,
    async (start) => {
      const { agent, ada, lastVote } = await begin();
      await lastVote();
      const { subjectDigest } = await readBallot(ada, 'r');
      const [consumed, withdrawn] = await Promise.all([
        later(start).then(() => consume(agent, 'r', defaultDigest('r'))),
        later(-start).then(() => withdrawNow(ada, 'r', { subjectDigest })),
      ]);
      const { status } = await readBallot(ada, 'r');
      if (consumed.__typename === 'ConsumeReviewPayload') {
        expect(status).toBe('APPROVED');
        expect(withdrawn.message).toMatch(/was already consumed by agent at /);
      } else {
        expect(consumed.message).toMatch(/is still WAITING/);
        expect([status, withdrawn.review.status]).toEqual(['WAITING', 'WAITING']);
      }
    },
    ROUNDS,
  ));
