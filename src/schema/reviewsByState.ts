import { z } from 'zod';
import { requireScope } from '../identity/viewer.ts';
import { checkInput, id } from '../input.ts';
import { listReviews } from '../reviews/listReviews.ts';
import { builder } from './builder.ts';
import { PendingReviewConnection, unasked } from './pendingReviewConnection.ts';

const ReviewState = builder.enumType('ReviewState', {
  description: 'What became of a review so far.',
  values: {
    WAITING: { description: 'Nobody has decided yet.' },
    DECIDED: { description: 'Approved or rejected, by whomever or whatever.' },
    UNCONSUMED: { description: 'Approved, still valid, and not executed yet.' },
    UNREPORTED: { description: 'Consumed, and never reported of.' },
    EXPIRED: { description: 'Rejected because nobody decided in time.' },
  } as const,
});

const PAGE = 25;

const byState = z.object({ graphExecId: id.nullish() });
const ofExecution = z.object({ graphExecId: id });

builder.queryFields((t) => ({
  reviewsByState: t.field({
    type: PendingReviewConnection,
    description:
      "The owner's reviews in one state, or one execution's, newest first. 1 to 100 a page.",
    args: {
      state: t.arg({ type: ReviewState, required: true }),
      graphExecId: t.arg.id(),
      first: t.arg.int({ defaultValue: PAGE }),
      after: t.arg.string(),
      includeAutomatic: t.arg.boolean({
        defaultValue: false,
        description: 'With UNCONSUMED: also approvals that no person looked at.',
      }),
    },
    resolve: (_root, { state, graphExecId, first, after, ...args }, { store, viewer }, info) => {
      requireScope(viewer, 'review:read', 'review:request');
      return listReviews(store, viewer, {
        order: 'newest first',
        state: state === 'UNCONSUMED' && args.includeAutomatic ? 'ALL_UNCONSUMED' : state,
        filter: checkInput(byState, { graphExecId }, []),
        first: first ?? PAGE,
        after,
        ...unasked(info),
      });
    },
  }),
  reviewsForExecution: t.field({
    type: PendingReviewConnection,
    description:
      'All reviews of one execution or copilot session, in any status, newest first. 1 to 100 a page.',
    args: {
      graphExecId: t.arg.id({ required: true }),
      first: t.arg.int({ defaultValue: PAGE }),
      after: t.arg.string(),
    },
    resolve: (_root, { graphExecId, first, after }, { store, viewer }, info) => {
      requireScope(viewer, 'review:read', 'review:request');
      return listReviews(store, viewer, {
        order: 'newest first',
        state: 'ANY',
        filter: checkInput(ofExecution, { graphExecId }, []),
        first: first ?? PAGE,
        after,
        ...unasked(info),
      });
    },
  }),
}));
