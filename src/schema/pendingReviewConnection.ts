import type { GraphQLResolveInfo } from 'graphql';
import { z } from 'zod';
import { feedCursorOf } from '../feed/cursor.ts';
import { requireScope } from '../identity/viewer.ts';
import { checkInput, id } from '../input.ts';
import { cursorOf, listReviews, type ReviewPage } from '../reviews/listReviews.ts';
import { type Extent, fieldsOf, type Review } from '../reviews/review.ts';
import { builder } from './builder.ts';
import { fieldsAsked } from './fieldsAsked.ts';
import { PendingReview } from './pendingReview.ts';

const PendingReviewEdge = builder.objectRef<Review>('PendingReviewEdge').implement({
  description: 'A review and its place in the list.',
  fields: (t) => ({
    cursor: t.string({ resolve: cursorOf }),
    node: t.field({ type: PendingReview, resolve: (review) => review }),
  }),
});

export const PendingReviewConnection = builder
  .objectRef<ReviewPage>('PendingReviewConnection')
  .implement({
    description: 'A page of reviews.',
    fields: (t) => ({
      edges: t.field({ type: [PendingReviewEdge], resolve: ({ reviews }) => reviews }),
      pageInfo: t.field({
        type: builder.pageInfoRef(),
        resolve: ({ reviews, hasNextPage, hasPreviousPage }) => {
          const [first, last] = [reviews[0], reviews.at(-1)];
          return {
            hasNextPage,
            hasPreviousPage,
            startCursor: first ? cursorOf(first) : null,
            endCursor: last ? cursorOf(last) : null,
          };
        },
      }),
      totalCount: t.int({
        description: 'How many there are, on all pages together.',
        resolve: (page) => page.totalCount(),
      }),
      feedCursor: t.string({
        description:
          "Where the owner's feed stood when this page was read: subscribe with after: feedCursor and nothing is missed.",
        resolve: ({ feedNumber }) => feedCursorOf(feedNumber),
      }),
    }),
  });

const PendingReviewFilter = builder.inputType('PendingReviewFilter', {
  description: 'Which reviews; what is absent does not restrict.',
  fields: (t) => ({ graphExecId: t.id(), graphId: t.id() }),
});

const filter = z.object({ graphExecId: id.nullish(), graphId: id.nullish() });

const countedFields = ['totalCount', 'feedCursor'];

const fieldsOfLeast = new Set<string>([
  ...fieldsOf.least,
  ...countedFields,
  ...['edges', 'node', 'pageInfo', 'hasNextPage', 'hasPreviousPage', '__typename'],
]);
const fieldsOfBrief = new Set([
  ...fieldsOfLeast,
  ...fieldsOf.brief,
  ...['cursor', 'startCursor', 'endCursor'],
]);

/** What a page need not read because nobody asks for it. */
export function unasked(info: GraphQLResolveInfo): { extent: Extent; uncounted: boolean } {
  const asked = fieldsAsked(info);
  const areWithin = (fields: ReadonlySet<string>) => [...asked].every((field) => fields.has(field));
  return {
    extent: areWithin(fieldsOfLeast) ? 'least' : areWithin(fieldsOfBrief) ? 'brief' : 'whole',
    uncounted: !countedFields.some((field) => asked.has(field)),
  };
}

const PAGE_OF_OWNER = 25;
const PAGE_OF_EXECUTION = 100;

builder.queryFields((t) => ({
  pendingReviews: t.field({
    type: PendingReviewConnection,
    description: 'WAITING reviews, newest first. 1 to 100 a page.',
    args: {
      first: t.arg.int({ defaultValue: PAGE_OF_OWNER }),
      after: t.arg.string(),
      filter: t.arg({ type: PendingReviewFilter }),
    },
    resolve: (_root, { first, after, filter: given }, { store, viewer }, info) => {
      requireScope(viewer, 'review:read', 'review:request');
      return listReviews(store, viewer, {
        order: 'newest first',
        filter: checkInput(filter, given ?? {}, ['filter']),
        first: first ?? PAGE_OF_OWNER,
        after,
        ...unasked(info),
      });
    },
  }),
  pendingReviewsForExecution: t.field({
    type: PendingReviewConnection,
    description: 'WAITING reviews of one execution or copilot session, oldest first.',
    args: {
      graphExecId: t.arg.id({ required: true }),
      first: t.arg.int({ defaultValue: PAGE_OF_EXECUTION }),
      after: t.arg.string(),
    },
    resolve: (_root, { graphExecId, first, after }, { store, viewer }, info) => {
      requireScope(viewer, 'review:read', 'review:request');
      return listReviews(store, viewer, {
        order: 'oldest first',
        filter: checkInput(filter, { graphExecId }, []),
        first: first ?? PAGE_OF_EXECUTION,
        after,
        ...unasked(info),
      });
    },
  }),
}));
