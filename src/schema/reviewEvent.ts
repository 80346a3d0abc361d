import { GraphQLError } from 'graphql';
import { z } from 'zod';
import { feedCursorOf, numberOfCursor } from '../feed/cursor.ts';
import type { FeedSource } from '../feed/feedSource.ts';
import type { ReviewEvent as Event } from '../feed/readEvents.ts';
import { checkInput, checkPageSize, id, ids, MAX_IDS, MAX_PAGE } from '../input.ts';
import { maySee } from '../reviews/review.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { DecisionSource, ReviewEventKind, ReviewStatus } from './enums.ts';
import { pageArguments } from './pageArguments.ts';
import { PendingReview } from './pendingReview.ts';

export const ReviewEvent = builder.prismaObject('ReviewEvent', {
  description:
    "An event in a workspace's feed. Every change of a review has exactly one event, in the order in which the changes were committed.",
  fields: (t) => ({
    cursor: t.string({
      description:
        'Position in the feed: 1, 2, 3, … in each workspace, without gaps. After a restore of the database the numbers continue at a much higher one.',
      resolve: ({ number }) => feedCursorOf(number),
    }),
    kind: t.expose('kind', { type: ReviewEventKind, description: 'What happened.' }),
    nodeExecId: t.exposeID('nodeExecId', { description: 'ID of the review.' }),
    graphExecId: t.exposeID('graphExecId', { description: 'ID of the run or copilot session.' }),
    actor: t.exposeString('actor', {
      description: 'Who made the change. `holdpoint` is the service itself.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When it happened.' }),
    requestedBy: t.exposeString('requestedBy', {
      description: 'The agent that requested the review.',
    }),
    status: t.expose('status', {
      type: ReviewStatus,
      nullable: true,
      description: 'Status of the review after the change. Null for events before version 2.0.',
    }),
    decisionSource: t.expose('decisionSource', {
      type: DecisionSource,
      nullable: true,
      description: 'Who or what had decided the review at that time.',
    }),
    payloadDigest: t.exposeString('payloadDigest', {
      nullable: true,
      description:
        'Digest of the payload after the change. Null if the payload was written directly in the database.',
    }),
    message: t.exposeString('message', {
      nullable: true,
      description: "The reviewer's message at that time.",
    }),
    review: t.field({
      type: PendingReview,
      nullable: true,
      description:
        'The review as it is now. Null if it was deleted. Its `events` cannot be selected here.',
      // Another actor may have requested a review with the same ID since.
      resolve: ({ review }, _args, { viewer }) =>
        review && maySee(viewer, review) ? review : null,
    }),
  }),
});

builder.prismaObjectField(PendingReview, 'events', (t) =>
  t.field({
    type: [ReviewEvent],
    description:
      'The history of the review, oldest first. Not available on the review of an event.',
    args: pageArguments(MAX_PAGE, 'event'),
    resolve: async (review, { first, after }, { loaders }) => {
      const { nodeExecId } = review;
      const page = {
        nodeExecId,
        first: checkPageSize(first ?? MAX_PAGE),
        after: after == null ? 0 : numberOfCursor(after),
      };
      const events = await loaders.history.load(page);
      return events.map((event) => ({ ...event, review }));
    },
  }),
);

/** The `REQUESTED` event of a review that is still `WAITING`. */
type RequestedEvent = Event & { review: NonNullable<Event['review']> };

const PendingReviewAdded = builder.objectRef<RequestedEvent>('PendingReviewAdded').implement({
  description: 'A new `WAITING` review and its position in the feed.',
  fields: (t) => ({
    cursor: t.string({
      description: 'Cursor of the event, to resume from with `after`.',
      resolve: ({ number }) => feedCursorOf(number),
    }),
    review: t.field({
      type: PendingReview,
      description: 'The review.',
      resolve: ({ review, nodeExecId }, _args, { viewer }) => {
        if (review && maySee(viewer, review)) return review;
        throw new GraphQLError(`Review ${nodeExecId} was withdrawn while it was being read`, {
          extensions: { code: 'REVIEW_CHANGED' },
        });
      },
    }),
  }),
});

const addedFilter = z.object({ graphExecId: id.nullish() });
// An empty list matches nothing, so the subscription would wait for ever. It is most likely a
// mistake.
const someIds = ids.min(1, 'must contain at least one ID. Leave it out to receive all events');
const eventFilter = z.object({ graphExecId: id.nullish(), nodeExecIds: someIds.nullish() });

const resumeCursor =
  'Cursor of the last event that you received. Later events are sent first, then live ones. Defaults to the current end of the feed.';

builder.subscriptionFields((t) => ({
  pendingReviewAdded: t.field({
    type: PendingReviewAdded,
    description:
      'New `WAITING` reviews. While catching up, reviews that were decided in the meantime are skipped. Needs `review:read`, or `review:request` for reviews that the same actor requested or may consume.',
    args: {
      after: t.arg.string({ description: resumeCursor }),
      graphExecId: t.arg.id({ description: 'Only reviews of this run or copilot session.' }),
    },
    subscribe: (_root, args, context) => {
      const { graphExecId } = checkInput(addedFilter, args, []);
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
    resolve: (event) => event as RequestedEvent,
  }),
  reviewEvents: t.field({
    type: ReviewEvent,
    description:
      'All changes of reviews. Needs `review:read`, or `review:request` for reviews that the same actor requested or may consume.',
    args: {
      after: t.arg.string({ description: resumeCursor }),
      graphExecId: t.arg.id({ description: 'Only reviews of this run or copilot session.' }),
      nodeExecIds: t.arg.idList({
        description: `Only reviews with these IDs, 1 to ${MAX_IDS}.`,
      }),
    },
    subscribe: (_root, args, context) => {
      const { graphExecId, nodeExecIds } = checkInput(eventFilter, args, []);
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
  matches: (event: Event) => boolean,
): Promise<FeedSource> {
  return hub.follow(viewer.userId, after, (event) => maySee(viewer, event) && matches(event));
}
