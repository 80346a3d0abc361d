import { expect, it } from 'vitest';
import { approve, ask } from '../support/operations.ts';
import { consume, defaultDigest, report } from '../support/outcomes.ts';
import { type Team, testService } from '../support/testService.ts';
import { statementsRun } from '../support/touchedPartitions.ts';
import { allStatementsRun, onPartitions } from './onPartitions.ts';
import { inEachPartition } from './workspaces.ts';

await onPartitions(
  'reviews/allAutoApprovals',
  'reviews/autoApprovals',
  'reviews/conversation',
  'reviews/stops',
);

const service = await testService();
const { sql } = service;

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];

it('calls of one workspace share statements, and those of several never do', async () => {
  const made = await inEachPartition(service);
  const each = <Result>(work: (team: Team, id: string) => Promise<Result>) =>
    Promise.all(made.flatMap((team) => ids.map((id) => work(team, id))));
  await each(({ agent }, id) => ask(agent, id));
  await each(({ reviewer }, id) => approve(reviewer, id));
  await each(({ agent }, id) => consume(agent, id, defaultDigest(id)));
  const reported = await each(({ agent }, id) => report(agent, id, 'EXECUTED'));
  for (const { __typename } of reported) expect(__typename).toBe('ReportOutcomePayload');

  const transactions = await sql<{ workspaces: string }>(
    `SELECT count(DISTINCT "userId") AS "workspaces" FROM "PendingReview"
    WHERE "userId" = ANY ($1) AND "outcome" IS NOT NULL GROUP BY xmin::text`,
    [made.map(({ user }) => user)],
  );
  expect(transactions.length).toBeLessThan(made.length * ids.length);
  expect(new Set(transactions.map(({ workspaces }) => workspaces))).toEqual(new Set(['1']));
});

it('a late decision rejects the review as expired', async () => {
  // The job that expires reviews may be faster than a decision.
  for (let at = 0; at < 20 && !statementsRun.has('expireNamedReviews'); at++) {
    const { user, agent, reviewer } = service.team();
    await ask(agent, 'late');
    await sql(`UPDATE "PendingReview" SET "expiresAt" = now() WHERE "userId" = $1`, [user]);
    expect((await approve(reviewer, 'late')).__typename).toBe('ReviewConflictError');
  }
});

allStatementsRun(
  'people/readPeople',
  'reviews/!(claimReview|overrideReview|reassignReview|requestReview|withdrawDecision)',
);
