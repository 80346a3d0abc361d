import { expect, it } from 'vitest';
import type { Scope } from '../../src/identity/viewer.ts';
import { approve, ask, deleteReview } from '../support/operations.ts';
import type { Subscription } from '../support/subscription.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

const transports = ['subscribe', 'subscribeSse'] as const;
/** How long to wait for unexpected events. */
const QUIET_MS = 300;

type Changed = {
  reviewEvents: {
    kind: string;
    nodeExecId: string;
    requestedBy: string;
    review: { requestedBy: string; payload: unknown } | null;
  };
};
const changes = `subscription ($after: String) { reviewEvents(after: $after) {
  kind nodeExecId requestedBy review { requestedBy payload } } }`;
const told = ({ reviewEvents: { kind, nodeExecId } }: Changed) => `${kind} ${nodeExecId}`;

type Added = { pendingReviewAdded: { review: { nodeExecId: string; payload: unknown } } };
const additions = `subscription ($after: String) { pendingReviewAdded(after: $after) {
  review { nodeExecId payload } } }`;
const added = ({ pendingReviewAdded: { review } }: Added) => review.nodeExecId;

function agents() {
  const { user, reviewer } = service.team();
  const as = (actor: string, scopes: readonly Scope[] = ['review:request']) =>
    service.as({ user, actor, scopes });
  return { user, reviewer, as, ann: as('ann'), bob: as('bob'), worker: as('worker') };
}

/** Expects exactly this many results. */
async function allOf<Data>(feed: Subscription<Data>, count: number): Promise<Data[]> {
  const all = count > 0 ? await feed.take(count) : [];
  expect(await feed.during(QUIET_MS)).toEqual([]);
  return all;
}

it.each(transports)(
  "with review:request alone, the feed contains an agent's own requests and those it may consume: %s",
  async (over) => {
    const { as, ann, bob, worker, reviewer } = agents();
    const onlooker = as('onlooker', ['review:request', 'review:read']);
    const expected = [
      [ann, ['REQUESTED of-ann', 'APPROVED of-ann']],
      [bob, ['REQUESTED of-bob', 'REQUESTED for-worker', 'DELETED of-bob']],
      [worker, ['REQUESTED for-worker']],
      [
        onlooker,
        [
          ...['REQUESTED of-ann', 'REQUESTED of-bob', 'REQUESTED for-worker'],
          ...['APPROVED of-ann', 'DELETED of-bob'],
        ],
      ],
    ] as const;
    const follow = () =>
      expected.map(([client, events]) => ({
        feed: client[over]<Changed>(changes, { after: '0' }),
        events,
      }));
    const early = follow();
    await ask(ann, 'of-ann');
    await ask(bob, 'of-bob');
    await ask(bob, 'for-worker', { consumers: ['worker'] });
    await approve(reviewer, 'of-ann');
    await deleteReview(bob, 'of-bob');
    // A later subscriber that catches up gets the same.
    await Promise.all(
      [...early, ...follow()].map(async ({ feed, events }) => {
        expect((await allOf(feed, events.length)).map(told)).toEqual(events);
      }),
    );
  },
);

it.each(transports)('so does the subscription to new reviews: %s', async (over) => {
  const { ann, bob, worker, reviewer } = agents();
  await ask(ann, 'of-ann');
  await ask(bob, 'of-bob', { consumers: ['worker'] });
  const expected = [
    [ann, ['of-ann']],
    [bob, ['of-bob']],
    [worker, ['of-bob']],
    [reviewer, ['of-ann', 'of-bob']],
  ] as const;
  await Promise.all(
    expected.map(async ([client, ids]) => {
      const feed = client[over]<Added>(additions, { after: '0' });
      expect((await allOf(feed, ids.length)).map(added)).toEqual(ids);
    }),
  );
});

it.each(transports)(
  'agents with the same subscription, or several tokens, each get their own events: %s',
  async (over) => {
    const { as, ann, bob, reviewer } = agents();
    const annReads = as('ann', ['review:read']);
    // The same live subscription by both.
    const feeds = [ann, bob, annReads, reviewer].map((client) =>
      client[over]<Changed>(changes, { after: '0' }),
    );
    await ask(ann, 'one');
    await ask(bob, 'two');
    const heard = await Promise.all(
      feeds.map(async (feed, at) => (await allOf(feed, at < 2 ? 1 : 2)).map(told)),
    );
    const everything = ['REQUESTED one', 'REQUESTED two'];
    expect(heard).toEqual([['REQUESTED one'], ['REQUESTED two'], everything, everything]);
  },
);

it.each(transports)(
  "an event of an agent's own request never shows another agent's request with the same ID: %s",
  async (over) => {
    const { ann, bob, worker, reviewer } = agents();
    const live = ann[over]<Changed>(changes, { after: '0' });
    await ask(ann, 'run', { payload: 'of ann', consumers: ['worker'] });
    await live.take(1);
    await deleteReview(ann, 'run');
    await ask(bob, 'run', { payload: 'secret of bob' });
    await approve(reviewer, 'run');

    const event = (kind: string) => ({ kind, nodeExecId: 'run', requestedBy: 'ann', review: null });
    const seen = ({ reviewEvents }: Changed) => reviewEvents;
    expect((await allOf(live, 1)).map(seen)).toEqual([event('DELETED')]);
    // Events show the review as it is now, so a later subscriber must not see another agent's.
    await Promise.all(
      [ann, worker].map(async (client) => {
        const late = client[over]<Changed>(changes, { after: '0' });
        expect((await allOf(late, 2)).map(seen)).toEqual([event('REQUESTED'), event('DELETED')]);
      }),
    );
    const ofBob = bob[over]<Changed>(changes, { after: '0' });
    const review = { requestedBy: 'bob', payload: 'secret of bob' };
    expect((await allOf(ofBob, 2)).map((item) => seen(item).review)).toEqual([review, review]);
  },
);

it.each(transports)(
  'nor is it a new review for an agent that requested its ID before: %s',
  async (over) => {
    const { ann, bob, reviewer } = agents();
    await ask(ann, 'run', { payload: 'of ann' });
    await deleteReview(ann, 'run');
    await ask(bob, 'run', { payload: 'secret of bob' });
    expect(await ann[over]<Added>(additions, { after: '0' }).during(QUIET_MS)).toEqual([]);
    expect((await bob[over]<Added>(additions, { after: '0' }).take(1)).map(added)).toEqual(['run']);
    const seen = await reviewer[over]<Added>(additions, { after: '0' }).next();
    expect(seen.pendingReviewAdded.review.payload).toBe('secret of bob');
  },
);
