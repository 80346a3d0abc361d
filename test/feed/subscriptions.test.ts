import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approve, ask, cancel, deleteReview, setProcessed } from '../support/operations.ts';
import { race } from '../support/race.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';

const service = await testService();
const other = await service.another();

type Added = { pendingReviewAdded: { cursor: string; review: { nodeExecId: string } } };
type Changed = {
  reviewEvents: {
    cursor: string;
    kind: string;
    nodeExecId: string;
    graphExecId: string;
    actor: string;
    review: { status: string; payload: unknown } | null;
  };
};

const added = `subscription ($after: String, $graphExecId: ID) {
  pendingReviewAdded(after: $after, graphExecId: $graphExecId) { cursor review { nodeExecId } }
}`;
const changed = `subscription ($after: String, $graphExecId: ID, $nodeExecIds: [ID!]) {
  reviewEvents(after: $after, graphExecId: $graphExecId, nodeExecIds: $nodeExecIds) {
    cursor kind nodeExecId graphExecId actor review { status payload }
  }
}`;

type Page = { edges: { node: { nodeExecId: string } }[]; feedCursor: string };

async function page(client: TestClient): Promise<{ ids: string[]; feedCursor: string }> {
  const { pendingReviews } = await client.query<{ pendingReviews: Page }>(
    '{ pendingReviews(first: 100) { edges { node { nodeExecId } } feedCursor } }',
  );
  const ids = pendingReviews.edges.map(({ node }) => node.nodeExecId);
  return { ids, feedCursor: pendingReviews.feedCursor };
}

/** How long to wait for unexpected events. Longer than the polling interval. */
const QUIET_MS = 1_300;

describe.each([
  ['WebSocket', 'subscribe'],
  ['SSE', 'subscribeSse'],
] as const)('over %s', (_transport, subscribe) => {
  it('reviewEvents returns events since the cursor, then new ones, each once', async () => {
    const { agent, reviewer } = service.team();
    await ask(agent, 'run', { payload: { b: 1 } });
    await approve(reviewer, 'run', { payload: { b: 2 } });
    const events = reviewer[subscribe]<Changed>(changed, { after: '0' });
    // The review is shown as it is now.
    const review = { status: 'APPROVED', payload: { b: 2 } };
    const about = { nodeExecId: 'run', graphExecId: 'exec' };
    expect((await events.take(2)).map(({ reviewEvents }) => reviewEvents)).toEqual([
      { cursor: '1', kind: 'REQUESTED', actor: 'agent', ...about, review },
      { cursor: '2', kind: 'APPROVED', actor: 'reviewer', ...about, review },
    ]);
    await setProcessed(agent, 'run');
    expect((await events.next()).reviewEvents).toMatchObject({ cursor: '3', kind: 'PROCESSED' });
    await ask(agent, 'gone');
    expect((await events.next()).reviewEvents).toMatchObject({ cursor: '4', kind: 'REQUESTED' });
    await deleteReview(agent, 'gone');
    expect((await events.next()).reviewEvents).toEqual({
      cursor: '5',
      kind: 'DELETED',
      actor: 'agent',
      nodeExecId: 'gone',
      graphExecId: 'exec',
      review: null,
    });
    await ask(agent, 'run-2');
    await cancel(agent, 'exec');
    const kinds = (await events.take(2)).map(({ reviewEvents }) => reviewEvents.kind);
    expect(kinds).toEqual(['REQUESTED', 'CANCELLED']);
  });

  it('pendingReviewAdded returns WAITING reviews, and skips those decided in the meantime', async () => {
    const { agent, reviewer } = service.team();
    for (const id of ['waiting', 'settled', 'deleted']) await ask(agent, id);
    await approve(reviewer, 'settled');
    await deleteReview(agent, 'deleted');
    const reviews = reviewer[subscribe]<Added>(added, { after: '0' });
    expect((await reviews.next()).pendingReviewAdded).toEqual({
      cursor: '1',
      review: { nodeExecId: 'waiting' },
    });
    await ask(agent, 'new');
    expect((await reviews.next()).pendingReviewAdded).toEqual({
      cursor: '6',
      review: { nodeExecId: 'new' },
    });
  });

  it('a filter returns one run or the named reviews, and nothing else', async () => {
    const { agent, reviewer } = service.team();
    const of = { graphExecId: 'exec-2' };
    const execution = reviewer[subscribe]<Changed>(changed, { after: '0', ...of });
    const named = reviewer[subscribe]<Changed>(changed, { after: '0', nodeExecIds: ['a', 'c'] });
    const waiting = reviewer[subscribe]<Added>(added, { after: '0', ...of });
    for (const id of ['a', 'b']) await ask(agent, id);
    for (const id of ['c', 'd']) await ask(agent, id, of);
    expect((await waiting.take(2)).map((it) => it.pendingReviewAdded.review.nodeExecId)).toEqual([
      'c',
      'd',
    ]);
    await approve(reviewer, 'c'); // not earlier: a later subscriber would get no new WAITING review
    const idsOf = (events: Changed[]) => events.map(({ reviewEvents }) => reviewEvents.nodeExecId);
    expect(idsOf(await execution.take(3))).toEqual(['c', 'd', 'c']);
    expect(idsOf(await named.take(3))).toEqual(['a', 'c', 'c']);
  });

  it('without a cursor, only new events are returned', async () => {
    const { agent, reviewer } = service.team();
    await ask(agent, 'before');
    const events = reviewer[subscribe]<Changed>(changed);
    await pause(300);
    await ask(agent, 'after');
    expect((await events.next()).reviewEvents).toMatchObject({ cursor: '2', nodeExecId: 'after' });
  });

  it('a change in plain SQL arrives when the feed is polled', async () => {
    const { agent, reviewer, user } = service.team();
    await ask(agent, 'run');
    const events = reviewer[subscribe]<Changed>(changed, { after: '1' });
    await pause(200);
    await service.sql(`UPDATE "PendingReview" SET "status" = 'REJECTED' WHERE "userId" = $1`, [
      user,
    ]);
    expect((await events.next()).reviewEvents).toMatchObject({
      kind: 'REJECTED',
      review: { status: 'REJECTED' },
    });
  });

  it('another workspace gets no events', async () => {
    const [ours, theirs] = [service.team(), service.team()];
    const subscriptions = [
      theirs.reviewer[subscribe]<Changed>(changed, { after: '0' }),
      theirs.reviewer[subscribe]<Changed>(changed, { after: '0', nodeExecIds: ['run'] }),
      theirs.reviewer[subscribe]<Changed>(changed, { after: '0', graphExecId: 'exec' }),
    ];
    const waiting = theirs.reviewer[subscribe]<Added>(added, { after: '0' });
    const own = ours.reviewer[subscribe]<Changed>(changed, { after: '0' });
    await ask(ours.agent, 'run');
    await approve(ours.reviewer, 'run');
    await own.take(2);
    await pause(QUIET_MS);
    for (const subscription of subscriptions) expect(subscription.received).toEqual([]);
    expect(waiting.received).toEqual([]);
    // They existed all the time.
    await ask(theirs.agent, 'theirs');
    expect((await waiting.next()).pendingReviewAdded).toMatchObject({ cursor: '1' });
  });

  it('a cursor that is invalid or beyond the end is an error of that operation only', async () => {
    const { agent, reviewer } = service.team();
    const events = reviewer[subscribe]<Changed>(changed, { after: '0' });
    await ask(agent, 'run');
    await events.next();
    for (const document of [added, changed]) {
      for (const [after, problem] of [
        ['2', 'is beyond the end of this feed, 1'],
        ['9007199254740991', 'is beyond the end'],
        ['nonsense', 'is not a cursor'],
        ['', 'is not a cursor'],
        ['-1', 'is not a cursor'],
        ['1.5', 'is not a cursor'],
        ['99999999999999999999', 'is not a cursor'],
        ['\0', 'is not a cursor'],
      ]) {
        const failed = reviewer[subscribe]<Changed>(document, { after });
        await expect(failed.next()).rejects.toMatchObject({
          message: expect.stringMatching(new RegExp(`after.*${problem}`)),
          code: 'BAD_USER_INPUT',
        });
      }
    }
    await approve(reviewer, 'run');
    expect((await events.next()).reviewEvents.kind).toBe('APPROVED');
  });

  it('nothing is missed or repeated between a page and a subscription', async () => {
    const values = fc.record({
      writers: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 4, maxLength: 8 }),
      wait: fc.nat(15),
      lag: fc.nat(15),
    });
    await race(values, async ({ writers, wait, lag }) => {
      const { agent, reviewer, user } = service.team();
      const elsewhere = other.as({ user, actor: 'agent' });
      const asking = Promise.all(
        writers.map(async (count, writer) => {
          for (let at = 0; at < count; at++) {
            await ask(writer % 2 ? agent : elsewhere, `run-${writer}-${at}`);
          }
        }),
      );
      await pause(wait);
      const { ids, feedCursor } = await page(reviewer);
      await pause(lag);
      const reviews = reviewer[subscribe]<Added>(added, { after: feedCursor });
      const events = reviewer[subscribe]<Changed>(changed, { after: feedCursor });
      await asking;

      const all = writers.flatMap((count, writer) =>
        Array.from({ length: count }, (_, at) => `run-${writer}-${at}`),
      );
      const rest = all.length - ids.length;
      const [came, happened] = [await reviews.take(rest), await events.take(rest)];
      const later = came.map(({ pendingReviewAdded }) => pendingReviewAdded.review.nodeExecId);
      expect([...ids, ...later].sort()).toEqual(all.sort());
      const numbers = Array.from({ length: rest }, (_, at) => String(Number(feedCursor) + at + 1));
      expect(came.map(({ pendingReviewAdded }) => pendingReviewAdded.cursor)).toEqual(numbers);
      expect(happened.map(({ reviewEvents }) => reviewEvents.cursor)).toEqual(numbers);
      await Promise.all([reviews.close(), events.close()]);
      expect([reviews.received.length, events.received.length]).toEqual([rest, rest]);
    });
  });

  it('a subscription that resumes after the last cursor misses nothing', async () => {
    const { agent, user } = service.team();
    let cursor = '0';
    for (let turn = 0; turn < 5; turn++) {
      const isFirst = turn % 2 === 0;
      const client = (isFirst ? service : other).as({ user, actor: `r${turn}` });
      const events = client[subscribe]<Changed>(changed, { after: cursor });
      await ask(agent, `during-${turn}`);
      for (const { reviewEvents } of await events.take(turn === 0 ? 1 : 3)) {
        expect(Number(reviewEvents.cursor)).toBe(Number(cursor) + 1);
        cursor = reviewEvents.cursor;
      }
      await events.close();
      await ask(agent, `gone-${turn}-a`);
      await ask(agent, `gone-${turn}-b`);
    }
    expect(cursor).toBe('13');
  });
});

it('if there are more events than fit in memory, the database returns them in order and without gaps', async () => {
  const { agent, reviewer, user } = service.team();
  await ask(agent, 'first');
  const live = reviewer.subscribe<Changed>(changed, { after: '0' });
  await live.next();
  for (let batch = 0; batch < 3; batch++) {
    await service.sql(
      `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId",
        "graphVersion", "nodeId", "payload", "requestedBy")
      SELECT $1, $2 || n, 'exec', 'graph', 1, 'node', '1', 'agent' FROM generate_series(1, 600) n`,
      [user, `bulk-${batch}-`],
    );
  }
  const late = reviewer.subscribe<Changed>(changed, { after: '1' });
  const expected = Array.from({ length: 1_800 }, (_, at) => String(at + 2));
  for (const events of [live, late]) {
    const cursors = (await events.take(1_800)).map(({ reviewEvents }) => reviewEvents.cursor);
    expect(cursors).toEqual(expected);
  }
});
