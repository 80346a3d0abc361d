import { type ApprovalInfo, checkApproval } from '../reviews/checkApproval.ts';
import { storedJson } from '../reviews/payloads.ts';
import type { Review } from '../reviews/review.ts';
import type { ReviewResult as DecidedResult } from '../reviews/reviewResult.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { ReviewStatus } from './enums.ts';
import { payloadIn } from './payload.ts';

export const ReviewResult = builder
  .objectRef<DecidedResult | ApprovalInfo>('ReviewResult')
  .implement({
    description: 'The outcome of a review, for the agent to act on.',
    fields: (t) => ({
      nodeExecId: t.exposeID('nodeExecId', {
        description:
          'ID of the review. From `checkApproval`, the key of the standing approval if no review was decided.',
      }),
      status: t.expose('status', {
        type: ReviewStatus,
        description: '`APPROVED`, `REJECTED`, `ANSWERED` or `CHANGES_REQUESTED`.',
      }),
      data: t.field({
        type: 'JSON',
        nullable: true,
        description: 'What to act on: exactly this, if approved. The answer, if answered.',
        resolve: (result, _args, context) =>
          'data' in result ? result.data : dataOf(result.review, context),
      }),
      message: t.exposeString('message', {
        description: "The reviewer's message. Empty if there is none.",
      }),
      processed: t.exposeBoolean('processed', {
        description: 'Whether the outcome was consumed or claimed.',
      }),
      autoApproved: t.exposeBoolean('autoApproved', {
        description: 'Whether a standing approval approved it.',
      }),
    }),
  });

const dataOf = (review: Review, context: Context) =>
  review.answer === null ? payloadIn(review, context) : storedJson(review.answer);

const CheckApprovalInput = builder.inputType('CheckApprovalInput', {
  fields: (t) => ({
    nodeExecId: t.id({ required: true, description: 'ID of the review.' }),
    graphExecId: t.id({ required: true, description: 'ID of the run or copilot session.' }),
    nodeId: t.id({ required: true, description: 'ID of the step.' }),
    inputData: t.field({
      type: 'JSON',
      description: 'The current input of the step, to return as `data` under a standing approval.',
    }),
  }),
});

builder.queryField('checkApproval', (t) =>
  t.field({
    type: ReviewResult,
    nullable: true,
    description:
      'The approval that currently applies to a step, or null. For information only: to act, use `requestReview` and `consumeReview`. Needs `review:request`.',
    args: { input: t.arg({ type: CheckApprovalInput, required: true }) },
    resolve: (_root, { input }, { store, viewer }) => {
      return checkApproval(store, viewer, input);
    },
  }),
);
