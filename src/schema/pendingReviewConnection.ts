import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';
import { z } from 'zod';
import { feedCursorOf } from '../feed/cursor.ts';
import { checkInput, id } from '../input.ts';
import { cursorOf, listReviews, type ReviewPage } from '../reviews/listReviews.ts';
import type { Review } from '../reviews/review.ts';
import { builder } from './builder.ts';
import { pageArguments } from './pageArguments.ts';
import { PendingReview } from './pendingReview.ts';

const PendingReviewEdge = builder.objectRef<Review>('PendingReviewEdge').implement({
  description: 'A review in a page.',
  fields: (t) => ({
    cursor: t.string({
      description: 'Cursor of the review, for `after`.',
      resolve: cursorOf,
    }),
    node: t.field({
      type: PendingReview,
      description: 'The review.',
      resolve: (review) => review,
    }),
  }),
});

const PendingReviewConnection = builder.objectRef<ReviewPage>('PendingReviewConnection').implement({
  description: 'A page of reviews.',
  fields: (t) => ({
    edges: t.field({
      type: [PendingReviewEdge],
      description: 'The reviews of the page.',
      resolve: ({ reviews }) => reviews,
    }),
    pageInfo: t.field({
      type: builder.pageInfoRef(),
      description: 'Cursors for the next page.',
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
      description: 'How many reviews all pages have together.',
      resolve: (page) => page.totalCount(),
    }),
    feedCursor: t.string({
      description:
        'Position of the feed when the page was read. Subscribe with `after: feedCursor` to miss no later event.',
      resolve: ({ feedNumber }) => feedCursorOf(feedNumber),
    }),
  }),
});

const PendingReviewFilter = builder.inputType('PendingReviewFilter', {
  description: 'Restricts which reviews are listed. Fields that are absent do not restrict.',
  fields: (t) => ({
    graphExecId: t.id({ description: 'Only reviews of this run or copilot session.' }),
    graphId: t.id({ description: 'Only reviews of this workflow.' }),
    mayDecide: t.boolean({
      description: 'Only reviews that you may approve now; with false, only the others.',
    }),
    teamId: t.id({ description: 'Only reviews that this team is asked to approve now.' }),
    claimedBy: t.string({ description: 'Only reviews that this actor has claimed.' }),
    unclaimed: t.boolean({
      description: 'Only reviews that nobody has claimed; with false, only the others.',
    }),
  }),
});

const ReviewState = builder.enumType('ReviewState', {
  description: 'State of a review, to list by.',
  values: {
    WAITING: { description: 'No decision yet.' },
    DECIDED: { description: 'Approved or rejected, by a person or automatically.' },
    UNCONSUMED: { description: 'Approved and still valid, but not consumed yet.' },
    UNREPORTED: { description: 'Consumed, but no outcome was reported.' },
    EXPIRED: { description: 'Rejected because nobody decided in time.' },
  } as const,
});

const listFilter = z.object({
  graphExecId: id.nullish(),
  graphId: id.nullish(),
  mayDecide: z.boolean().nullish(),
  teamId: id.nullish(),
  claimedBy: id.nullish(),
  unclaimed: z.boolean().nullish(),
});
const executionFilter = z.object({ graphExecId: id });

/** Fields that need no other columns than a summary has. */
const summaryFields = new Set([
  ...['edges', 'node', '__typename'],
  ...['id', 'nodeExecId', 'nodeId', 'payload', 'approvalType', 'status'],
  ...['totalCount', 'feedCursor'],
]);

/** What a page has to read to resolve the selected fields. */
export function neededFor({ fieldNodes, fragments }: GraphQLResolveInfo) {
  const fields = new Set<string>();
  const collect = (selectionSet: SelectionSetNode | undefined): void => {
    for (const selection of selectionSet?.selections ?? []) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        collect(fragments[selection.name.value]?.selectionSet);
      } else {
        if (selection.kind === Kind.FIELD) fields.add(selection.name.value);
        collect(selection.selectionSet);
      }
    }
  };
  for (const { selectionSet } of fieldNodes) collect(selectionSet);
  return {
    columns: [...fields].every((field) => summaryFields.has(field)) ? 'summary' : 'all',
    counters: fields.has('totalCount') || fields.has('feedCursor'),
  } as const;
}

const PAGE = 25;
const EXECUTION_PAGE = 100;

builder.queryFields((t) => ({
  pendingReviews: t.field({
    type: PendingReviewConnection,
    description:
      '`WAITING` reviews, newest first. Needs `review:read`, or `review:request` for reviews that the same actor requested.',
    args: {
      ...pageArguments(PAGE, 'review'),
      filter: t.arg({ type: PendingReviewFilter, description: 'Which reviews to list.' }),
    },
    resolve: (_root, { first, after, filter }, { store, viewer }, info) => {
      return listReviews(store, viewer, {
        order: 'newest first',
        filter: checkInput(listFilter, filter ?? {}, ['filter']),
        first: first ?? PAGE,
        after,
        ...neededFor(info),
      });
    },
  }),
  pendingReviewsForExecution: t.field({
    type: PendingReviewConnection,
    description:
      '`WAITING` reviews of a run or copilot session, oldest first. Needs `review:read`, or `review:request` for reviews that the same actor requested.',
    args: {
      graphExecId: t.arg.id({ required: true, description: 'ID of the run or copilot session.' }),
      ...pageArguments(EXECUTION_PAGE, 'review'),
    },
    resolve: (_root, { graphExecId, first, after }, { store, viewer }, info) => {
      return listReviews(store, viewer, {
        order: 'oldest first',
        filter: checkInput(executionFilter, { graphExecId }, []),
        first: first ?? EXECUTION_PAGE,
        after,
        ...neededFor(info),
      });
    },
  }),
  reviewsByState: t.field({
    type: PendingReviewConnection,
    description:
      'Reviews in a state, newest first. Needs `review:read`, or `review:request` for reviews that the same actor requested.',
    args: {
      state: t.arg({ type: ReviewState, required: true, description: 'The state to list.' }),
      graphExecId: t.arg.id({ description: 'Only reviews of this run or copilot session.' }),
      ...pageArguments(PAGE, 'review'),
      includeAutomatic: t.arg.boolean({
        defaultValue: false,
        description: 'With `UNCONSUMED`: include approvals by standing approvals.',
      }),
    },
    resolve: (_root, { state, graphExecId, first, after, ...args }, { store, viewer }, info) => {
      return listReviews(store, viewer, {
        order: 'newest first',
        state: state === 'UNCONSUMED' && args.includeAutomatic ? 'ALL_UNCONSUMED' : state,
        filter: checkInput(listFilter, { graphExecId }, []),
        first: first ?? PAGE,
        after,
        ...neededFor(info),
      });
    },
  }),
  reviewsForExecution: t.field({
    type: PendingReviewConnection,
    description:
      'All reviews of a run or copilot session, in any status, newest first. Needs `review:read`, or `review:request` for reviews that the same actor requested.',
    args: {
      graphExecId: t.arg.id({ required: true, description: 'ID of the run or copilot session.' }),
      ...pageArguments(PAGE, 'review'),
    },
    resolve: (_root, { graphExecId, first, after }, { store, viewer }, info) => {
      return listReviews(store, viewer, {
        order: 'newest first',
        state: 'ANY',
        filter: checkInput(executionFilter, { graphExecId }, []),
        first: first ?? PAGE,
        after,
        ...neededFor(info),
      });
    },
  }),
}));
