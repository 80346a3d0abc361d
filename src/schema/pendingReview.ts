import { z } from 'zod';
import { requireScope } from '../identity/viewer.ts';
import { checkInput, id, ids, MAX_IDS } from '../input.ts';
import { isSynthetic } from '../reviews/copilotIds.ts';
import { subjectDigest } from '../reviews/digests.ts';
import { storedJson } from '../reviews/payloads.ts';
import { visibleTo, voidedAtOf } from '../reviews/review.ts';
import { approvalTypeIn } from '../reviews/typedApproval.ts';
import { Approval, approvalOf } from './approval.ts';
import { builder } from './builder.ts';
import { DecisionSource, ReviewOutcome, ReviewStatus } from './enums.ts';
import { GraphExecution } from './graphExecution.ts';
import { originalPayloadIn, payloadDigestIn, payloadIn, withPayloads } from './payload.ts';

export const PendingReview = builder.prismaNode('PendingReview', {
  nullable: true,
  description: 'A request for a human decision about one step of a run.',
  id: { resolve: ({ nodeExecId }) => nodeExecId },
  findUnique: (nodeExecId, { viewer }) => {
    requireScope(viewer, 'review:read', 'review:request');
    return { userId_nodeExecId: { userId: viewer.userId, nodeExecId }, ...visibleTo(viewer) };
  },
  fields: (t) => ({
    nodeExecId: t.exposeID('nodeExecId', {
      description:
        'ID of the review, chosen by the agent: one execution of one step. Unique in the workspace.',
    }),
    nodeId: t.exposeID('nodeId', {
      description:
        'ID of the step. Parsed from `nodeExecId` if that is a synthetic copilot ID; otherwise as requested, or `nodeExecId` itself.',
    }),
    userId: t.exposeID('userId', { description: 'ID of the workspace.' }),
    graphExecId: t.exposeID('graphExecId', {
      description: 'ID of the run or copilot session that the step belongs to.',
    }),
    graphId: t.exposeID('graphId', { description: 'ID of the workflow.' }),
    graphVersion: t.exposeInt('graphVersion', { description: 'Version of the workflow.' }),
    payload: t.field({
      type: 'JSON',
      nullable: true,
      description:
        "What the agent will act on: the reviewer's edit if there is one, otherwise what the agent sent.",
      resolve: (review, _args, context) => payloadIn(review, context),
    }),
    originalPayload: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What the agent sent. Edits do not change it.',
      resolve: (review, _args, context) => originalPayloadIn(review, context),
    }),
    payloadDigest: t.string({
      description:
        "SHA-256 digest of the payload's canonical JSON (RFC 8785): `sha256:` and 64 hex digits. An approval is only valid for the payload with this digest.",
      resolve: (review, _args, context) => payloadDigestIn(review, context),
    }),
    subjectDigest: t.string({
      description:
        'SHA-256 digest of everything that a decision covers: all fields of the request, the current payload, and a random ID that is new for every request and every change of the payload. Pass it to `decideReviews` to decide exactly what the reviewer saw.',
      resolve: async (review, _args, context) =>
        subjectDigest({ ...review, payloadDigest: await payloadDigestIn(review, context) }),
    }),
    approvalType: t.string({
      nullable: true,
      description:
        "The payload's `approval_type` if that is a string, e.g. `orchestrator_plan` or `memory_save`.",
      resolve: (review, _args, context) =>
        withPayloads(review, context, ({ payload }) => approvalTypeIn(storedJson(payload))),
    }),
    approval: t.field({
      type: Approval,
      nullable: true,
      description:
        'The payload as an approval of a plan, a memory operation or code. Null if it is none of these, or does not match its `approval_type`.',
      resolve: (review, _args, context) =>
        withPayloads(review, context, ({ payload }) => approvalOf(storedJson(payload))),
    }),
    instructions: t.exposeString('instructions', {
      nullable: true,
      description: 'What the agent wants the reviewer to know.',
    }),
    editable: t.exposeBoolean('editable', {
      description: 'Whether the reviewer may edit the payload.',
    }),
    status: t.field({
      type: ReviewStatus,
      description: 'Status of the review.',
      resolve: ({ status }) => status,
    }),
    reviewMessage: t.exposeString('reviewMessage', {
      nullable: true,
      description: "The reviewer's message to the agent.",
    }),
    wasEdited: t.exposeBoolean('wasEdited', {
      nullable: true,
      description: 'Whether the reviewer edited the payload. Null until the review is decided.',
    }),
    processed: t.exposeBoolean('processed', {
      description: 'Whether the outcome was consumed or claimed, or the review was cancelled.',
    }),
    requestedBy: t.exposeString('requestedBy', { description: 'The agent that requested it.' }),
    consumers: t.exposeStringList('consumers', {
      description: 'Other actors that may consume the approval.',
    }),
    decidedBy: t.exposeString('decidedBy', {
      nullable: true,
      description: 'The actor that decided. Null while `WAITING`, and if the review expired.',
    }),
    decisionSource: t.field({
      type: DecisionSource,
      nullable: true,
      description: 'Who or what decided. Null while `WAITING`.',
      resolve: ({ decisionSource }) => decisionSource,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was requested.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
    reviewedAt: t.expose('reviewedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was decided, expired or cancelled.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'If it is still `WAITING` at this time, it is rejected. Null: it never expires.',
    }),
    voidedAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: voidedAtOf,
      description:
        'When the approval became void, because its run was stopped or it was not consumed in time. Null if it is valid.',
    }),
    consumedAt: t.expose('consumedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the approval was consumed with `consumeReview`.',
    }),
    consumedBy: t.exposeString('consumedBy', {
      nullable: true,
      description: 'The actor that consumed the approval.',
    }),
    outcome: t.field({
      type: ReviewOutcome,
      nullable: true,
      description: 'The outcome of the action. Null until it is reported.',
      resolve: ({ outcome }) => outcome,
    }),
    outcomeDetail: t.exposeString('outcomeDetail', {
      nullable: true,
      description: "The agent's details about the outcome.",
    }),
    outcomeAt: t.expose('outcomeAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the outcome was reported.',
    }),
    execution: t.field({
      type: GraphExecution,
      nullable: true,
      description: 'The run. Null for copilot sessions.',
      // Not a relation: reviews that were read with raw SQL would load their runs one by one.
      resolve: ({ graphExecId }, _args, { loaders }) =>
        isSynthetic(graphExecId) ? null : loaders.executions.load(graphExecId),
    }),
  }),
});

builder.queryFields((t) => ({
  pendingReview: t.prismaField({
    type: PendingReview,
    nullable: true,
    description:
      'A review by its ID, if it is still `WAITING`. Needs `review:read` or `review:request`.',
    args: { nodeExecId: t.arg.id({ required: true, description: 'ID of the review.' }) },
    resolve: (query, _root, args, { store, viewer }) => {
      const { nodeExecId } = checkInput(z.object({ nodeExecId: id }), args, []);
      return store.database.prisma.pendingReview.findUnique({
        ...query,
        where: {
          userId_nodeExecId: { userId: viewer.userId, nodeExecId },
          status: 'WAITING',
          ...visibleTo(viewer),
        },
      });
    },
  }),
  reviews: t.prismaField({
    type: [PendingReview],
    description:
      'Reviews by their IDs, in any status and in the given order. Unknown IDs are skipped. Needs `review:read` or `review:request`.',
    args: {
      nodeExecIds: t.arg.idList({
        required: true,
        description: `IDs of the reviews, at most ${MAX_IDS}.`,
      }),
    },
    resolve: async (query, _root, args, { store, viewer }) => {
      const { nodeExecIds } = checkInput(z.object({ nodeExecIds: ids }), args, []);
      const reviews = await store.database.prisma.pendingReview.findMany({
        ...query,
        where: { userId: viewer.userId, nodeExecId: { in: nodeExecIds }, ...visibleTo(viewer) },
      });
      const found = new Map(reviews.map((review) => [review.nodeExecId, review]));
      return nodeExecIds.flatMap((nodeExecId) => found.get(nodeExecId) ?? []);
    },
  }),
}));
