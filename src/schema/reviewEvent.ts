import { GraphQLError } from 'graphql';
import { z } from 'zod';
import { feedCursorOf, numberOfCursor } from '../feed/cursor.ts';
import type { FeedSource } from '../feed/feedSource.ts';
import type { ReviewEvent as Event } from '../feed/readEvents.ts';
import { requireScope } from '../identity/viewer.ts';
import { checkInput, InvalidInputError, id, ids } from '../input.ts';
import { maySee } from '../reviews/review.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { DecisionSource, ReviewEventKind, ReviewStatus } from './enums.ts';
import { PendingReview } from './pendingReview.ts';

export const ReviewEvent = builder.prismaObject('ReviewEvent', {
  description:
    "One entry of an owner's feed. Every change has exactly one, and the cursors of one feed are ordered.",
  fields: (t) => ({
    cursor: t.string({
      description: 'Its place: the numbers 1, 2, 3, … of its owner, without a gap.',
      resolve: ({ number }) => feedCursorOf(number),
    }),
    kind: t.expose('kind', { type: ReviewEventKind }),
    nodeExecId: t.exposeID('nodeExecId'),
    graphExecId: t.exposeID('graphExecId'),
    actor: t.exposeString('actor', { description: 'Who did it.' }),
    at: t.expose('at', { type: 'DateTime' }),
    requestedBy: t.exposeString('requestedBy', { description: 'Who asked for the review.' }),
    status: t.expose('status', {
      type: ReviewStatus,
      nullable: true,
      description: 'How the review stood after it. Null for events from before version 2.0.',
    }),
    decisionSource: t.expose('decisionSource', {
      type: DecisionSource,
      nullable: true,
      description: 'Who or what had settled the review by then.',
    }),
    payloadDigest: t.exposeString('payloadDigest', {
      nullable: true,
      description: "The payload's digest after it. Null where the payload was written by hand.",
    }),
    message: t.exposeString('message', {
      nullable: true,
      description: 'What the reviewer had said by then.',
    }),
    review: t.field({
      type: PendingReview,
      nullable: true,
      description:
        'The review as it is now; null once deleted. Its events cannot be asked for here.',
      // Another actor may have asked under the same id since.
      resolve: ({ review }, _args, { viewer }) =>
        review && maySee(viewer, review) ? review : null,
    }),
  }),
});

const MAX_EVENTS = 100;

builder.prismaObjectField(PendingReview, 'events', (t) =>
  t.field({
    type: [ReviewEvent],
    description: `What happened to it, oldest first: at most ${MAX_EVENTS} at a time, after the cursor of an event. An event's review has no events.`,
    args: { first: t.arg.int({ defaultValue: MAX_EVENTS }), after: t.arg.string() },
    resolve: async (review, { first, after }, { loaders }) => {
      const { nodeExecId } = review;
      const page = { nodeExecId, ...placeIn(first ?? MAX_EVENTS, after) };
      const events = await loaders.history.load(page);
      return events.map((event) => ({ ...event, review }));
    },
  }),
);

/** @throws InvalidInputError, InvalidCursorError */
function placeIn(first: number, after: string | null | undefined) {
  if (first < 1 || first > MAX_EVENTS) {
    const message = `must be between 1 and ${MAX_EVENTS}, not ${first}`;
    throw new InvalidInputError([{ path: 'first', message }]);
  }
  return { first, after: after == null ? 0 : numberOfCursor(after) };
}

/** The event of a review that came, where that review still waits. */
type Added = Event & { review: NonNullable<Event['review']> };

const PendingReviewAdded = builder.objectRef<Added>('PendingReviewAdded').implement({
  description: 'A new WAITING review, with its place in the feed.',
  fields: (t) => ({
    cursor: t.string({ resolve: ({ number }) => feedCursorOf(number) }),
    review: t.field({
      type: PendingReview,
      resolve: ({ review, nodeExecId }, _args, { viewer }) => {
        if (review && maySee(viewer, review)) return review;
        throw new GraphQLError(`${nodeExecId} was taken back while it was read`, {
          extensions: { code: 'REVIEW_CHANGED' },
        });
      },
    }),
  }),
});

const added = z.object({ graphExecId: id.nullish() });
/** No review can be in a list of none: whoever sends one has lost its ids, and would wait for ever. */
const someIds = ids.min(1, 'must hold at least one id; leave it out to follow all');
const changed = z.object({ graphExecId: id.nullish(), nodeExecIds: someIds.nullish() });

builder.subscriptionFields((t) => ({
  pendingReviewAdded: t.field({
    type: PendingReviewAdded,
    description:
      'New WAITING reviews that the viewer sees. With after: everything since that cursor first, then live. One that was settled meanwhile is passed over.',
    args: { after: t.arg.string(), graphExecId: t.arg.id() },
    subscribe: (_root, args, context) => {
      const { graphExecId } = checkInput(added, args, []);
      return follow(
        context,
        args.after,
        ({ kind, review, ...event }) =>
          kind === 'REQUESTED' &&
          review?.status === 'WAITING' &&
          maySee(context.viewer, review) &&
          (graphExecId == null || event.graphExecId === graphExecId),
      );
    },
    resolve: (event) => event as Added,
  }),
  reviewEvents: t.field({
    type: ReviewEvent,
    description:
      'Every change to the reviews that the viewer sees, or to those of one execution, or to the named ones (at most 100).',
    args: { after: t.arg.string(), graphExecId: t.arg.id(), nodeExecIds: t.arg.idList() },
    subscribe: (_root, args, context) => {
      const { graphExecId, nodeExecIds } = checkInput(changed, args, []);
      const named = nodeExecIds && new Set(nodeExecIds);
      return follow(
        context,
        args.after,
        (event) =>
          (graphExecId == null || event.graphExecId === graphExecId) &&
          (!named || named.has(event.nodeExecId)),
      );
    },
    resolve: (event) => event,
  }),
}));

function follow(
  { hub, viewer }: Context,
  after: string | null | undefined,
  wanted: (event: Event) => boolean,
): Promise<FeedSource> {
  requireScope(viewer, 'review:read', 'review:request');
  return hub.follow(viewer.userId, after, (event) => maySee(viewer, event) && wanted(event));
}
