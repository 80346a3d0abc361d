import { requireScope } from '../identity/viewer.ts';
import { type ApprovalInfo, checkApproval } from '../reviews/checkApproval.ts';
import type { ReviewResult as Outcome } from '../reviews/reviewResult.ts';
import { builder } from './builder.ts';
import { ReviewStatus } from './enums.ts';
import { payloadIn } from './payload.ts';

type Result = Outcome | ApprovalInfo;

export const ReviewResult = builder.objectRef<Result>('ReviewResult').implement({
  description: 'The outcome that an agent acts on.',
  fields: (t) => ({
    nodeExecId: t.exposeID('nodeExecId', {
      description:
        "The review's own id; from checkApproval, the standing approval's key where there is no decided review.",
    }),
    status: t.expose('status', { type: ReviewStatus }),
    data: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What to act on, exactly.',
      resolve: (result, _args, context) =>
        'data' in result ? result.data : payloadIn(result.review, context),
    }),
    message: t.exposeString('message', {
      description: 'What the reviewer said; empty if nothing.',
    }),
    processed: t.exposeBoolean('processed'),
    autoApproved: t.exposeBoolean('autoApproved', {
      description: 'Whether a standing approval let it through.',
    }),
  }),
});

const CheckApprovalInput = builder.inputType('CheckApprovalInput', {
  fields: (t) => ({
    nodeExecId: t.id({ required: true }),
    graphExecId: t.id({ required: true }),
    nodeId: t.id({ required: true }),
    inputData: t.field({
      type: 'JSON',
      description: "The step's current input: what an auto-approval lets through.",
    }),
  }),
});

builder.queryField('checkApproval', (t) =>
  t.field({
    type: ReviewResult,
    nullable: true,
    description:
      'Whether an approval stands for this step at the moment; null where none does. It informs and permits nothing: requestReview and consumeReview do.',
    args: { input: t.arg({ type: CheckApprovalInput, required: true }) },
    resolve: (_root, { input }, { store, viewer }) => {
      requireScope(viewer, 'review:request');
      return checkApproval(store, viewer, input);
    },
  }),
);
