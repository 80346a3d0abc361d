import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { openConnections } from '../../src/database/connections.ts';
import { Job } from '../../src/jobs/job.ts';
import { expiryJob } from '../../src/reviews/expiryJob.ts';
import { defaultLimits } from '../../src/reviews/reviewStore.ts';
import {
  approve,
  ask,
  check,
  createAutoApproval,
  decide,
  eventsOf,
  reject,
} from '../support/operations.ts';
import { consume, defaultDigest, readOutcome } from '../support/outcomes.ts';
import { race } from '../support/race.ts';
import { testService } from '../support/testService.ts';

const service = await testService();
const others = [await service.another(), await service.another()];
const bounded = await testService({
  database: service.database,
  config: {
    limits: { ...defaultLimits, expiresByDefault: 3_600_000, expiresAtMost: 7_200_000 },
  },
});
const capped = await testService({
  database: service.database,
  config: { limits: { ...defaultLimits, expiresAtMost: 7_200_000 } },
});

/** A time by the database's clock. */
const inMs = async (ms: number): Promise<string> => {
  const [{ at } = { at: new Date(Number.NaN) }] = await service.sql<{ at: Date }>(
    `SELECT clock_timestamp() + $1::int * interval '1 millisecond' AS "at"`,
    [ms],
  );
  return at.toISOString();
};

const settled = (client: ReturnType<typeof service.as>, nodeExecId: string) =>
  vi.waitFor(
    async () => {
      const review = await readOutcome(client, nodeExecId);
      expect(review.status).not.toBe('WAITING');
      return review;
    },
    { timeout: 5_000, interval: 20 },
  );

/** Makes a review overdue before any process has expired it. */
const makeOverdue = (user: string, nodeExecId: string) =>
  service.sql(
    `UPDATE "PendingReview" SET "expiresAt" = clock_timestamp()
    WHERE "userId" = $1 AND "nodeExecId" = $2`,
    [user, nodeExecId],
  );

afterEach(() => {
  vi.useRealTimers();
});

it('a review is rejected when it expires, and the agent gets that like any rejection', async () => {
  const { agent } = service.team();
  const expiresAt = await inMs(400);
  expect(await ask(agent, 'run', { expiresAt })).toMatchObject({ review: { status: 'WAITING' } });
  expect((await readOutcome(agent, 'run')).expiresAt).toBe(expiresAt);
  const review = await settled(agent, 'run');
  expect(review).toMatchObject({
    status: 'REJECTED',
    decisionSource: 'EXPIRY',
    reviewMessage: 'Nobody decided in time',
    decidedBy: null,
    processed: false,
    wasEdited: false,
  });
  const lateMs = Date.parse(review.reviewedAt ?? '') - Date.parse(expiresAt);
  expect(lateMs).toBeGreaterThanOrEqual(0);
  expect(lateMs).toBeLessThan(1_000);
  expect(await eventsOf(agent, 'run')).toMatchObject([
    { kind: 'REQUESTED', actor: 'agent' },
    { kind: 'EXPIRED', actor: 'holdpoint' },
  ]);
  expect(await ask(agent, 'run', { expiresAt })).toMatchObject({
    result: { status: 'REJECTED', message: 'Nobody decided in time' },
  });
  expect(await consume(agent, 'run', defaultDigest('run'))).toMatchObject({
    message: 'Review run expired because nobody decided in time',
  });
});

it('subscribers see an expiry at once', async () => {
  const { agent, reviewer } = service.team();
  const events = reviewer.subscribe<{ reviewEvents: { kind: string } }>(
    'subscription { reviewEvents(after: "0") { kind } }',
  );
  await ask(agent, 'run', { expiresAt: await inMs(300) });
  const kinds = (await events.take(2)).map(({ reviewEvents }) => reviewEvents.kind);
  expect(kinds).toEqual(['REQUESTED', 'EXPIRED']);
});

it('three processes expire a thousand reviews once each and within a second', async () => {
  const owners = ['many-1', 'many-2', 'many-3'];
  await service.sql(
    `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion",
      "nodeId", "payload", "requestedBy", "expiresAt")
    SELECT owner, 'run-' || n, 'exec', 'graph', 1, 'node', 'null', 'agent',
      clock_timestamp() + interval '1500 milliseconds'
    FROM unnest($1::text[]) AS owner, generate_series(1, 334) AS n`,
    [owners],
  );
  await vi.waitFor(
    async () => {
      const [left] = await service.sql<{ count: string }>(
        `SELECT count(*) FROM "PendingReview" WHERE "userId" = ANY ($1) AND "status" = 'WAITING'`,
        [owners],
      );
      expect(left?.count).toBe('0');
    },
    { timeout: 10_000, interval: 50 },
  );
  const [late] = await service.sql<{ ms: number }>(
    `SELECT extract(epoch FROM max("reviewedAt" - "expiresAt"))::float8 * 1000 AS "ms"
    FROM "PendingReview" WHERE "userId" = ANY ($1)`,
    [owners],
  );
  expect(late?.ms).toBeLessThan(1_000);
  const events = await service.sql(
    `SELECT "userId", "kind", count(*)::int, count(DISTINCT "nodeExecId")::int AS "reviews",
      count(DISTINCT "number")::int AS "numbers"
    FROM "ReviewEvent" WHERE "userId" = ANY ($1) GROUP BY 1, 2 ORDER BY 1, 2`,
    [owners],
  );
  expect(events).toEqual(
    owners.flatMap((userId) =>
      ['REQUESTED', 'EXPIRED'].map((kind) => ({
        userId,
        kind,
        count: 334,
        reviews: 334,
        numbers: 334,
      })),
    ),
  );
  const counters = await service.sql(
    `SELECT "lastNumber", "waiting" FROM "OwnerCounter" WHERE "userId" = ANY ($1)`,
    [owners],
  );
  expect(counters).toEqual(owners.map(() => ({ lastNumber: '668', waiting: '0' })));
});

it('one process expires reviews at a time, and another takes over within a second when it is gone', async () => {
  const { user, agent } = service.team();
  const process = openConnections(service.database.url, 2, () => {});
  onTestFinished(() => process.close());
  const { leaseMs } = expiryJob({ notifyFeed() {} });
  const job = new Job({ userId: user, kind: 'expireReviews', key: '' }, leaseMs, {
    database: process,
    stopping: new AbortController().signal,
    interrupting: new AbortController().signal,
    isCrowded: () => false,
    isBusy: () => false,
  });
  await ask(agent, 'run', { expiresAt: await inMs(3_600_000) });
  // This process holds the lease, as if in the middle of many batches.
  await service.sql(
    `UPDATE "Job" SET "dueAt" = NULL WHERE "userId" = $1 AND "kind" = 'expireReviews'`,
    [user],
  );
  await vi.waitFor(async () => {
    await service.sql(`UPDATE "Job" SET "dueAt" = now() WHERE "userId" = $1`, [user]);
    expect(await job.claim()).toBe(true);
  });
  await service.sql(`UPDATE "PendingReview" SET "expiresAt" = now() WHERE "userId" = $1`, [user]);
  for (let batch = 0; batch < 15; batch++) {
    expect(await job.extendLease()).toBe(true);
    await pause(100);
  }
  expect(await readOutcome(agent, 'run')).toMatchObject({ status: 'WAITING' });
  const goneAt = Date.now();
  expect(await settled(agent, 'run')).toMatchObject({ decisionSource: 'EXPIRY' });
  expect(Date.now() - goneAt).toBeLessThan(1_000);
  expect(await job.extendLease()).toBe(false);
});

it('a concurrent decision and expiry have one outcome, which all callers see', async () => {
  const outcomes: Record<string, number> = {};
  await race(
    fc.record({
      leadMs: fc.integer({ min: 60, max: 140 }),
      decision: fc.constantFrom('APPROVE', 'REJECT'),
      edit: fc.boolean(),
    }),
    async ({ leadMs, decision, edit }) => {
      const { user, agent } = service.team();
      const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
      for (const id of ids) await ask(agent, id);
      const expiresAt = await inMs(100);
      await service.sql(`UPDATE "PendingReview" SET "expiresAt" = $2 WHERE "userId" = $1`, [
        user,
        expiresAt,
      ]);
      await Promise.all(
        ids.map(async (id, at) => {
          await pause(leadMs - 60 + at * 12);
          const decider = (others[at % 2] ?? service).as({ user, actor: 'reviewer' });
          const more = edit ? { payload: 'edit' } : {};
          const answer = await decide(decider, [{ nodeExecId: id, decision, ...more }]);
          const review = await settled(agent, id);
          const source = String(review.decisionSource);
          outcomes[source] = (outcomes[source] ?? 0) + 1;
          if (source === 'EXPIRY') {
            expect(answer).toMatchObject({
              __typename: 'ReviewConflictError',
              message: `Review ${id} expired because nobody decided in time`,
              reviews: [{ status: 'REJECTED', decisionSource: 'EXPIRY' }],
            });
          } else {
            expect(answer.__typename).toBe('DecideReviewsPayload');
            expect(Date.parse(review.reviewedAt ?? '')).toBeLessThanOrEqual(Date.parse(expiresAt));
          }
          const kinds = (await eventsOf(agent, id)).map(({ kind }) => kind);
          const last =
            source === 'EXPIRY' ? 'EXPIRED' : decision === 'APPROVE' ? 'APPROVED' : 'REJECTED';
          expect(kinds).toEqual(['REQUESTED', 'UPDATED', last]);
        }),
      );
    },
    12,
  );
  // Otherwise there was no race.
  expect(Object.keys(outcomes).sort()).toEqual(['EXPIRY', 'REVIEWER']);
});

it('late decisions are refused even if no process has expired the review yet', async () => {
  for (const decision of [approve, reject]) {
    for (const more of [{}, { payload: 'edit' }, { autoApproveFuture: true }]) {
      const { user, agent, reviewer } = service.team();
      await ask(agent, 'run');
      await ask(agent, 'other');
      await makeOverdue(user, 'run');
      expect(await decision(reviewer, 'run', more)).toMatchObject({
        __typename: 'ReviewConflictError',
        message: 'Review run expired because nobody decided in time',
        reviews: [{ nodeExecId: 'run', status: 'REJECTED', decisionSource: 'EXPIRY' }],
      });
      // The same for a late decision in a batch.
      expect(
        await decide(reviewer, [
          { nodeExecId: 'other', decision: 'APPROVE' },
          { nodeExecId: 'run', decision: 'REJECT' },
        ]),
      ).toMatchObject({ __typename: 'ReviewConflictError', reviews: [{ nodeExecId: 'run' }] });
      expect((await readOutcome(agent, 'other')).status).toBe('WAITING');
      expect((await eventsOf(agent, 'run')).at(-1)).toMatchObject({ kind: 'EXPIRED' });
    }
  }
});

it('a standing approval does not apply to a review that has expired', async () => {
  const { user, agent, reviewer } = service.team();
  await ask(agent, 'run', { nodeId: 'node' });
  await createAutoApproval(reviewer, { nodeId: 'node', maxUses: 1 });
  await makeOverdue(user, 'run');
  expect(await check(agent, { nodeExecId: 'run' })).toBeNull();
  expect(await ask(agent, 'run', { nodeId: 'node' })).toMatchObject({
    review: { status: 'REJECTED', decisionSource: 'EXPIRY' },
    result: { status: 'REJECTED' },
  });
  const [approval] = await service.sql<{ uses: number }>(
    'SELECT "uses" FROM "AutoApproval" WHERE "userId" = $1',
    [user],
  );
  expect(approval?.uses).toBe(0);
});

it('a late consumer is told that the review expired', async () => {
  const { user, agent } = service.team();
  await ask(agent, 'run');
  await makeOverdue(user, 'run');
  expect(await consume(agent, 'run', defaultDigest('run'))).toMatchObject({
    message: 'Review run expired because nobody decided in time',
    reviews: [{ status: 'REJECTED', decisionSource: 'EXPIRY' }],
  });
});

it("an expiresAt in the past by the server's clock is refused, and nothing is recorded", async () => {
  const { user, agent } = service.team();
  const graphExecId = 'never';
  // This agent's clock is an hour slow.
  const answer = await ask(agent, 'run', { graphExecId, expiresAt: await inMs(-3_600_000) });
  expect(answer).toMatchObject({
    __typename: 'InvalidInputError',
    issues: [
      {
        path: 'input.expiresAt',
        message: expect.stringMatching(
          /^must be in the future \(the server time is 20.*\), not 20/,
        ),
      },
    ],
  });
  for (const table of ['PendingReview', 'GraphExecution']) {
    expect(await service.sql(`SELECT FROM "${table}" WHERE "userId" = $1`, [user])).toEqual([]);
  }
  const session = { graphExecId: 'copilot-session-1', expiresAt: await inMs(-1) };
  expect((await ask(agent, 'run', session)).__typename).toBe('InvalidInputError');
});

it('repeating a request does not change expiresAt, even if its own has passed', async () => {
  const { agent } = service.team();
  const expiresAt = await inMs(3_600_000);
  await ask(agent, 'run', { expiresAt });
  for (const again of [await inMs(-5_000), await inMs(60_000), null]) {
    expect((await ask(agent, 'run', { expiresAt: again })).__typename).toBe('RequestReviewPayload');
    expect((await readOutcome(agent, 'run')).expiresAt).toBe(expiresAt);
  }
});

it('without expiresAt and a default, a review waits indefinitely', async () => {
  const { agent } = service.team();
  await ask(agent, 'run');
  expect((await readOutcome(agent, 'run')).expiresAt).toBeNull();
});

it('the default applies without expiresAt, and the maximum limits it', async () => {
  const user = 'bounded';
  const agent = bounded.as({ user, actor: 'agent' });
  const waits = async (nodeExecId: string) => {
    const [row] = await service.sql<{ ms: number }>(
      `SELECT extract(epoch FROM "expiresAt" - "createdAt")::float8 * 1000 AS "ms"
      FROM "PendingReview" WHERE "userId" = $1 AND "nodeExecId" = $2`,
      [user, nodeExecId],
    );
    return row?.ms;
  };
  await ask(agent, 'first');
  expect(await waits('first')).toBe(3_600_000);
  await ask(agent, 'second');
  expect(await waits('second')).toBe(3_600_000);
  await ask(agent, 'session', { graphExecId: 'copilot-session-1' });
  expect(await waits('session')).toBe(3_600_000);
  expect(await ask(agent, 'long', { expiresAt: await inMs(7_100_000) })).toMatchObject({
    review: { status: 'WAITING' },
  });
  for (const id of ['first-too-long', 'too-long']) {
    expect(await ask(agent, id, { expiresAt: await inMs(7_300_000) })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [
        {
          path: 'input.expiresAt',
          message: expect.stringMatching(
            /^must be 20.* or earlier \(HOLDPOINT_REVIEW_MAX_EXPIRES\)/,
          ),
        },
      ],
    });
  }
  // With a maximum and no default, no review waits indefinitely.
  await ask(capped.as({ user, actor: 'agent' }), 'capped');
  expect(await waits('capped')).toBe(7_200_000);
});

it("only the database's clock counts, not that of the process", async () => {
  for (const shiftMs of [-86_400_000, 300_000]) {
    const { agent } = service.team();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + shiftMs });
    const expiresAt = await inMs(700);
    expect(await ask(agent, 'run', { expiresAt })).toMatchObject({ review: { status: 'WAITING' } });
    const review = await settled(agent, 'run');
    const lateMs = Date.parse(review.reviewedAt ?? '') - Date.parse(expiresAt);
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(lateMs).toBeLessThan(1_000);
    vi.useRealTimers();
  }
});
