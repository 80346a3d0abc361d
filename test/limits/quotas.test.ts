import { createClient, QuotaExceededError } from '@holdpoint/client';
import { describe, expect, it } from 'vitest';
import { download, named, upload } from '../attachments/files.ts';
import { comment, requestChanges, revise } from '../reviews/talk.ts';
import { countingProxy } from '../support/countingProxy.ts';
import { approve, ask, decide, deleteReview } from '../support/operations.ts';
import { Exposed } from '../support/prometheus.ts';
import type { TestClient } from '../support/testClient.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { testService } from '../support/testService.ts';

const noLimit = Number.MAX_SAFE_INTEGER;
const database = await testDatabase();
const proxy = await countingProxy(database.url);
database.beforeDrop(() => proxy.close());
const service = await testService({
  database,
  config: { databaseUrl: proxy.url, quotas: { waitingReviews: 5, storedBytes: 100_000 } },
});
const session = { graphExecId: 'copilot-session-1' };

/** Requests reviews until one is refused. Returns the error, and the ids that were accepted. */
async function fill(agent: TestClient, more: Record<string, unknown> = {}) {
  const accepted: string[] = [];
  for (let n = 0; ; n++) {
    const answer = await ask(agent, `r-${n}`, { ...session, ...more });
    if (answer.__typename === 'QuotaExceededError') return { accepted, error: answer };
    expect(answer.__typename).toBe('RequestReviewPayload');
    accepted.push(`r-${n}`);
    // Then wait for the next time that the numbers are read.
    if (n >= 5) await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

it('a workspace with too many waiting reviews cannot request new ones, until some are decided', async () => {
  const { user, agent, reviewer } = service.team();
  const { accepted, error } = await fill(agent);
  expect(accepted.length).toBeGreaterThanOrEqual(5);
  expect(error).toMatchObject({ quota: 'WAITING_REVIEWS' });
  expect(error.message).toMatch(
    new RegExp(
      `^\\d+ reviews of workspace ${user} are waiting, and at most 5 may \\(HOLDPOINT_MAX_WAITING_REVIEWS\\)`,
    ),
  );
  // What exists goes on as always.
  const [first = '', ...others] = accepted;
  expect(await ask(agent, first, session)).toMatchObject({ state: 'WAITING' });
  await approve(reviewer, first);
  expect(await ask(agent, first, session)).toMatchObject({ state: 'APPROVED' });
  expect(await ask(service.team().agent, 'another', session)).toMatchObject({ state: 'WAITING' });

  await decide(
    reviewer,
    others.map((nodeExecId) => ({ nodeExecId, decision: 'REJECT' })),
  );
  await expect
    .poll(async () => (await ask(agent, 'later', session)).__typename, { timeout: 5_000 })
    .toBe('RequestReviewPayload');
});

it('a workspace that stores too much cannot request new reviews', async () => {
  const { agent } = service.team();
  for (const id of ['a', 'b']) {
    await ask(agent, id, { ...session, payload: 'x'.repeat(60_000) });
  }
  let n = 0;
  await expect
    .poll(() => ask(agent, `c-${n++}`, session), { interval: 1_000, timeout: 5_000 })
    .toMatchObject({ __typename: 'QuotaExceededError', quota: 'STORED_BYTES' });
  const { message } = await ask(agent, 'd', session);
  expect(message).toContain('HOLDPOINT_MAX_STORED_MB');
});

it('89. a workspace that stores too much cannot upload, revise or comment either', async () => {
  const { agent, reviewer } = service.team();
  const mayChange = { allowedDecisions: ['APPROVE', 'REJECT', 'REQUEST_CHANGES'] };
  const payload = { text: 'x'.repeat(60_000) };
  await ask(agent, 'r', { ...session, ...mayChange, payload });
  const { digest } = await upload(agent, 'y'.repeat(60_000));
  const change = { text: 'short', file: named(digest) };
  await expect
    .poll(() => comment(agent, { nodeExecId: 'r', text: 'One more' }), {
      interval: 500,
      timeout: 10_000,
    })
    .toMatchObject({ __typename: 'QuotaExceededError' });
  const more = await ask(agent, 'r-2', session);
  expect(more).toMatchObject({ quota: 'STORED_BYTES' });
  expect(more.message).toMatch(/reviews and attachments of workspace/);
  expect(await revise(agent, 'r', payload, change)).toMatchObject({
    __typename: 'QuotaExceededError',
  });
  expect(await upload(agent, 'another file')).toMatchObject({
    status: 507,
    errors: [{ extensions: { code: 'QUOTA_EXCEEDED', quota: 'STORED_BYTES' } }],
  });
  // Reviewers can still decide, and files be read.
  expect((await download(agent, digest)).status).toBe(200);
  expect(await requestChanges(reviewer, 'r')).toMatchObject({ __typename: 'DecideReviewsPayload' });
});

it('the number of waiting reviews does not stop revisions, comments and uploads', async () => {
  const { agent } = service.team();
  const payload = { text: 'first' };
  await ask(agent, 'revised', { ...session, payload });
  expect((await fill(agent)).error).toMatchObject({ quota: 'WAITING_REVIEWS' });
  expect(await comment(agent, { nodeExecId: 'revised', text: 'A comment' })).toMatchObject({
    __typename: 'AddCommentPayload',
  });
  expect(await revise(agent, 'revised', payload, { text: 'second' })).toMatchObject({
    __typename: 'ReviseReviewPayload',
  });
  expect(await upload(agent, 'a file')).toMatchObject({ status: 200 });
});

it('the client throws QuotaExceededError and does not retry', async () => {
  const { agent } = service.team();
  await fill(agent);
  const holdpoint = createClient({ url: service.url, token: await agent.token });
  const input = { nodeExecId: 'new', graphId: 'g', graphVersion: 1, ...session };
  const error = await holdpoint.requestReview(input).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(QuotaExceededError);
  expect((error as QuotaExceededError).quota).toBe('WAITING_REVIEWS');
});

it('a request within the quotas costs no statement more', async () => {
  const other = await testService({
    database,
    config: { databaseUrl: proxy.url, quotas: { waitingReviews: noLimit, storedBytes: noLimit } },
  });
  const { agent } = other.team();
  await ask(agent, 'first', session);
  const trips = await proxy.roundTripsDuring(async () => {
    for (let n = 0; n < 30; n++) await ask(agent, `n-${n}`, session);
  });
  // One for each request. The numbers are read every two seconds.
  expect(trips).toBeGreaterThanOrEqual(30);
  expect(trips).toBeLessThan(60);
  await other.close();
});

it('what is refused is counted', async () => {
  const exposed = new Exposed(await (await fetch(`${service.url}/metrics`)).text());
  for (const limit of ['waiting_reviews', 'stored_bytes']) {
    expect(exposed.value('holdpoint_limits_reached_total', { limit }), limit).toBeGreaterThan(0);
  }
});

describe('the counted bytes are those of the reviews', async () => {
  const free = await testService();
  const { user, agent, reviewer } = free.team();
  async function expectExact(): Promise<number> {
    const [row] = await free.sql<{ counted: string; stored: string }>(
      `SELECT "storedBytes" AS "counted", (
        SELECT coalesce(sum(octet_length("payload") + coalesce(octet_length("originalPayload"), 0)
          + coalesce(octet_length("instructions"), 0)), 0)
        FROM "PendingReview" r WHERE r."userId" = c."userId") AS "stored"
      FROM "OwnerCounter" c WHERE c."userId" = $1`,
      [user],
    );
    expect(Number(row?.counted)).toBe(Number(row?.stored));
    return Number(row?.counted);
  }

  it('after requests, edits, decisions of many, and deletions', async () => {
    await ask(agent, 'a', { ...session, payload: 'ä'.repeat(100), instructions: 'ü' });
    expect(await expectExact()).toBe(204);
    await ask(agent, 'b', { ...session, payload: { n: 'x'.repeat(5_000) } });
    await ask(agent, 'c', { ...session, payload: null });
    await expectExact();
    const { reviews } = await decide(reviewer, [
      { nodeExecId: 'a', decision: 'APPROVE', payload: 'shorter' },
      { nodeExecId: 'b', decision: 'REJECT', payload: { n: 1 } },
    ]);
    expect(reviews).toHaveLength(2);
    await expectExact();
    const before = await expectExact();
    await deleteReview(agent, 'c');
    expect(await expectExact()).toBe(before - 4);
    await free.sql(`UPDATE "PendingReview" SET "payload" = '[1,2,3]' WHERE "userId" = $1`, [user]);
    await expectExact();
    await free.sql(
      `UPDATE "PendingReview" SET "nodeExecId" = 'moved' WHERE "userId" = $1 AND "nodeExecId" = 'a'`,
      [user],
    );
    await expectExact();
    await free.sql('DELETE FROM "PendingReview" WHERE "userId" = $1', [user]);
    expect(await expectExact()).toBe(0);
  });

  it('after many changes at once', async () => {
    await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const id = `many-${n}`;
        await ask(agent, id, { ...session, payload: 'y'.repeat(n * 10) });
        if (n % 2) await decide(reviewer, [{ nodeExecId: id, decision: 'APPROVE', payload: n }]);
        else await deleteReview(agent, id);
      }),
    );
    expect(await expectExact()).toBeGreaterThan(0);
  });
});
