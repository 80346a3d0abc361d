import { cursorOf } from '../reviews/listReviews.ts';
import type { Review } from '../reviews/review.ts';
import { reviewStats, type ReviewStats as Stats } from '../search/reviewStats.ts';
import { type SearchPage, searchReviews } from '../search/searchReviews.ts';
import { builder } from './builder.ts';
import { DecisionSource, ReviewKind, ReviewStatus, Risk } from './enums.ts';
import { pageArguments } from './pageArguments.ts';
import { PendingReview } from './pendingReview.ts';
import { neededFor } from './pendingReviewConnection.ts';

const PAGE = 25;

const ReviewSearch = builder.inputType('ReviewSearch', {
  description:
    'Which reviews to find. All that is given must hold; empty lists and blank text do not restrict.',
  fields: (t) => ({
    status: t.field({ type: [ReviewStatus], description: 'Only reviews in one of these.' }),
    kind: t.field({ type: ReviewKind, description: 'Only actions, or only questions.' }),
    text: t.string({
      description:
        'Words of the headline, the instructions, the step, the workflow, the run or a tag, or the beginnings of such words. Up to 200 characters. Payloads are not searched.',
    }),
    graphId: t.id({ description: 'Only reviews of this workflow.' }),
    nodeId: t.id({ description: 'Only reviews of this step.' }),
    graphExecId: t.id({ description: 'Only reviews of this run or copilot session.' }),
    tag: t.string({ description: 'Only reviews with exactly this tag.' }),
    riskAtLeast: t.field({
      type: Risk,
      description: 'Only reviews with this risk or a higher one.',
    }),
    requestedBy: t.string({ description: 'Only reviews that this actor requested.' }),
    decidedBy: t.string({ description: 'Only reviews that this actor decided.' }),
    decisionSource: t.field({
      type: [DecisionSource],
      description: 'Only reviews that one of these decided.',
    }),
    teamId: t.id({ description: 'Only reviews that this team was asked to approve.' }),
    ruleId: t.id({ description: "Only reviews whose policy verdict is this rule's." }),
    requestedFrom: t.field({
      type: 'DateTime',
      description: 'Only reviews requested at this time or later.',
    }),
    requestedTo: t.field({
      type: 'DateTime',
      description: 'Only reviews requested before this time.',
    }),
  }),
});

const ReviewSearchEdge = builder.objectRef<Review>('ReviewSearchEdge').implement({
  description: 'A review in a page of a search.',
  fields: (t) => ({
    cursor: t.string({ description: 'Cursor of the review, for `after`.', resolve: cursorOf }),
    node: t.field({
      type: PendingReview,
      description: 'The review as it is now.',
      resolve: (review) => review,
    }),
  }),
});

const ReviewSearchConnection = builder.objectRef<SearchPage>('ReviewSearchConnection').implement({
  description: 'A page of a search.',
  fields: (t) => ({
    edges: t.field({
      type: [ReviewSearchEdge],
      description: 'The reviews of the page, without those that were deleted in the last second.',
      resolve: ({ reviews }) => reviews,
    }),
    pageInfo: t.field({
      type: builder.pageInfoRef(),
      description: 'Cursors for the next page.',
      resolve: ({ hasNextPage, hasPreviousPage, firstPlace, lastPlace }) => ({
        hasNextPage,
        hasPreviousPage,
        startCursor: firstPlace ? cursorOf(firstPlace) : null,
        endCursor: lastPlace ? cursorOf(lastPlace) : null,
      }),
    }),
    totalCount: t.int({
      nullable: true,
      description:
        'How many reviews all pages have together. Null if there are more than 10,000, or counting them takes longer than a second.',
      resolve: (page) => page.totalCount(),
    }),
  }),
});

const StatsBy = builder.enumType('StatsBy', {
  description: 'What figures are grouped by.',
  values: {
    ACTOR: { description: 'The person who decided. Only reviews that people decided count.' },
    NODE: { description: 'The step.' },
    GRAPH: { description: 'The workflow.' },
    TEAM: {
      description: 'The teams that were asked. A review counts for each of them.',
    },
    RULE: {
      description: 'The rules behind the policy verdict. A review counts for each of them.',
    },
    DAY: { description: 'The day of the request in UTC, such as `2026-11-21`.' },
  } as const,
});

const ReviewStats = builder.objectRef<Stats>('ReviewStats').implement({
  description: 'Figures of the reviews that were requested in a range, as they are now.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'The actor, step, workflow, team, rule or day.' }),
    askedCount: t.exposeInt('askedCount', { description: 'How many were requested.' }),
    approvedCount: t.exposeInt('approvedCount', {
      description: 'How many of them are approved, by a person or automatically.',
    }),
    editedCount: t.exposeInt('editedCount', {
      description: 'How many of the approved ones were edited.',
    }),
    rejectedCount: t.exposeInt('rejectedCount', {
      description: 'How many were rejected, without those that expired or were cancelled.',
    }),
    expiredCount: t.exposeInt('expiredCount', { description: 'How many nobody decided in time.' }),
    decidedByPeopleCount: t.exposeInt('decidedByPeopleCount', {
      description: 'How many people decided. The times below are of these.',
    }),
    medianSeconds: t.exposeFloat('medianSeconds', {
      nullable: true,
      description: 'Median of the seconds from request to decision. Null if people decided none.',
    }),
    p95Seconds: t.exposeFloat('p95Seconds', {
      nullable: true,
      description: '95th percentile of the seconds from request to decision, likewise.',
    }),
  }),
});

builder.queryFields((t) => ({
  searchReviews: t.field({
    type: ReviewSearchConnection,
    description:
      'Reviews in any status, newest first. What is found is up to a second behind. Needs `review:read`.',
    args: {
      search: t.arg({ type: ReviewSearch, required: true, description: 'Which reviews to find.' }),
      ...pageArguments(PAGE, 'review'),
    },
    resolve: (_root, { search, first, after }, { store, viewer }, info) => {
      const { columns } = neededFor(info);
      return searchReviews(store, viewer, { search, first: first ?? PAGE, after, columns });
    },
  }),
  reviewStats: t.field({
    type: [ReviewStats],
    description:
      'Figures of the reviews that were requested in a range of at most 366 days: at most 1,000 rows, those with the most reviews first; days in their order. Needs `review:read`.',
    args: {
      by: t.arg({ type: StatsBy, required: true, description: 'What to group by.' }),
      from: t.arg({ type: 'DateTime', required: true, description: 'The start of the range.' }),
      to: t.arg({ type: 'DateTime', required: true, description: 'Its end, not included.' }),
    },
    resolve: (_root, range, { store, viewer }) => reviewStats(store.database, viewer, range),
  }),
}));
