import fc from 'fast-check';
import { expect, it } from 'vitest';
import { approve, ask } from '../../support/operations.ts';
import { race } from '../../support/race.ts';
import { type Team, testService } from '../../support/testService.ts';
import { Follower, transports } from './follower.ts';
import { historyOf } from './history.ts';

const service = await testService();

type Page = {
  feedCursor: string;
  edges: { node: { nodeExecId: string } }[];
  pageInfo: { endCursor: string; hasNextPage: boolean };
};
type Added = { cursor: string; review: { nodeExecId: string; status: string } };

const pageQuery = `query ($first: Int!, $after: String) { pendingReviews(first: $first, after: $after) {
  feedCursor edges { node { nodeExecId } } pageInfo { endCursor hasNextPage } } }`;
const addedQuery = `subscription ($after: String) {
  pendingReviewAdded(after: $after) { cursor review { nodeExecId status } } }`;

/** Reads all pages. @returns the ids, and the feed's cursor at the first page */
async function readPages({ reviewer }: Team, first: number) {
  const ids: string[] = [];
  let feedCursor: string | undefined;
  let after: string | null = null;
  for (;;) {
    const { pendingReviews: page }: { pendingReviews: Page } = await reviewer.query(pageQuery, {
      first,
      after,
    });
    feedCursor ??= page.feedCursor;
    ids.push(...page.edges.map(({ node }) => node.nodeExecId));
    if (!page.pageInfo.hasNextPage) return { ids, feedCursor };
    after = page.pageInfo.endCursor;
  }
}

/**
 * Requests reviews as fast as it can, four at once, and approves every `nth`.
 * @returns the ids of those still WAITING
 */
async function writeFast({ agent, reviewer }: Team, each: number, nth: number): Promise<string[]> {
  const waiting: string[] = [];
  await Promise.all(
    [0, 1, 2, 3].map(async (writer) => {
      for (let n = 0; n < each; n++) {
        const id = `${writer}-${n}`;
        await ask(agent, id);
        if (n % nth === nth - 1) await approve(reviewer, id);
        else waiting.push(id);
      }
    }),
  );
  return waiting;
}

const lastNumber = async (user: string) => (await historyOf(service.sql, user)).length;

/** A last review, after which a subscriber to `pendingReviewAdded` has received everything. */
async function untilEnd(team: Team, follower: Follower<Added>): Promise<string[]> {
  await ask(team.agent, 'the end');
  await follower.until(({ last }) => last?.review.nodeExecId === 'the end');
  follower.cut();
  return follower.events.map(({ review }) => review.nodeExecId).slice(0, -1);
}

it('a page and a subscription together contain every request exactly once', async () => {
  const rounds = fc.record({
    each: fc.integer({ min: 5, max: 20 }),
    readAfter: fc.integer({ min: 0, max: 40 }),
    transport: fc.constantFrom(...transports),
  });
  await race(rounds, async ({ each, readAfter, transport }) => {
    const team = service.team();
    const token = await team.reviewer.token;
    const writing = writeFast(team, each, Number.POSITIVE_INFINITY);
    while ((await lastNumber(team.user)) < Math.min(readAfter, each * 4));
    const { ids, feedCursor } = await readPages(team, 100);
    const follower = new Follower<Added>(service.url, token, {
      transport,
      after: feedCursor,
      query: addedQuery,
    });
    const asked = await writing;
    const added = await untilEnd(team, follower);
    expect([...ids, ...added].toSorted()).toEqual(asked.toSorted());
  });
}, 60_000);

it('a page and a subscription together miss no WAITING review while others decide', async () => {
  const rounds = fc.record({
    nth: fc.integer({ min: 2, max: 4 }),
    first: fc.integer({ min: 3, max: 20 }),
    readAfter: fc.integer({ min: 0, max: 60 }),
  });
  await race(
    rounds,
    async ({ nth, first, readAfter }) => {
      const team = service.team();
      const token = await team.reviewer.token;
      const writing = writeFast(team, 20, nth);
      while ((await lastNumber(team.user)) < readAfter);
      const { ids, feedCursor } = await readPages(team, first);
      const options = { transport: 'WebSocket', after: feedCursor } as const;
      const follower = new Follower<Added>(service.url, token, { ...options, query: addedQuery });
      const changes = new Follower(service.url, token, options);
      const waiting = await writing;
      const added = await untilEnd(team, follower);
      await changes.until(({ last }) => last?.nodeExecId === 'the end');
      changes.cut();

      expect(follower.events.every(({ review }) => review.status === 'WAITING')).toBe(true);
      expect(new Set(added).size).toBe(added.length);
      const inbox = new Set([...ids, ...added]);
      for (const { kind, nodeExecId } of changes.events) {
        if (kind === 'APPROVED') inbox.delete(nodeExecId);
      }
      expect([...inbox].toSorted()).toEqual(waiting.toSorted());
    },
    6,
  );
}, 60_000);

it('subscribers that join anywhere while events are delivered miss and repeat nothing', async () => {
  const rounds = fc.record({
    writes: fc.integer({ min: 20, max: 40 }),
    joiners: fc.array(
      fc.record({
        place: fc.double({ min: 0, max: 1, noNaN: true }),
        transport: fc.constantFrom(...transports),
      }),
      { minLength: 20, maxLength: 60 },
    ),
  });
  await race(
    rounds,
    async ({ writes, joiners }) => {
      const team = service.team();
      const token = await team.reviewer.token;
      const writing = writeFast(team, writes, 2);
      const followers: { start: number; follower: Follower }[] = [];
      for (const { place, transport } of joiners) {
        const start = Math.floor((await lastNumber(team.user)) * place);
        const follower = new Follower(service.url, token, { transport, after: `${start}` });
        followers.push({ start, follower });
      }
      await writing;
      await ask(team.agent, 'the end');
      const history = await historyOf(service.sql, team.user);
      for (const { start, follower } of followers) {
        await follower.until(({ last }) => last?.nodeExecId === 'the end');
        expect(follower.events).toEqual(history.slice(start));
      }
      for (const { follower } of followers) follower.cut();
    },
    5,
  );
}, 60_000);
