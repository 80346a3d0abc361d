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
  description: 'One request for a human decision.',
  id: { resolve: ({ nodeExecId }) => nodeExecId },
  findUnique: (nodeExecId, { viewer }) => {
    requireScope(viewer, 'review:read', 'review:request');
    return { userId_nodeExecId: { userId: viewer.userId, nodeExecId }, ...visibleTo(viewer) };
  },
  fields: (t) => ({
    nodeExecId: t.exposeID('nodeExecId', {
      description: "The agent's own id of this step's run; unique within its owner.",
    }),
    nodeId: t.exposeID('nodeId', {
      description:
        "The step's definition: what a synthetic copilot id carries, else what was asked with, else nodeExecId.",
    }),
    userId: t.exposeID('userId', { description: 'The owner: whose review this is.' }),
    graphExecId: t.exposeID('graphExecId', {
      description: 'The execution or copilot session that asked.',
    }),
    graphId: t.exposeID('graphId'),
    graphVersion: t.exposeInt('graphVersion'),
    payload: t.field({
      type: 'JSON',
      nullable: true,
      description:
        "What will be acted on: the reviewer's edit if there is one, else what the agent sent.",
      resolve: (review, _args, context) => payloadIn(review, context),
    }),
    originalPayload: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What the agent sent, never changed.',
      resolve: (review, _args, context) => originalPayloadIn(review, context),
    }),
    payloadDigest: t.string({
      description:
        "sha256: and the hex of the SHA-256 of the payload's canonical JSON (RFC 8785). What is approved is the payload of this digest.",
      resolve: (review, _args, context) => payloadDigestIn(review, context),
    }),
    subjectDigest: t.string({
      description:
        'sha256: and hex, of everything that a decision is about: every field of the request, the payload as it is now, and a number that is new with every ask and every change of the payload. Send it with the decision, and it decides exactly what was looked at.',
      resolve: async (review, _args, context) =>
        subjectDigest({ ...review, payloadDigest: await payloadDigestIn(review, context) }),
    }),
    approvalType: t.string({
      nullable: true,
      description:
        "The payload's approval_type, where it is text: orchestrator_plan, memory_save, …",
      resolve: (review, _args, context) =>
        withPayloads(review, context, ({ payload }) => approvalTypeIn(storedJson(payload))),
    }),
    approval: t.field({
      type: Approval,
      nullable: true,
      description:
        'The payload as an approval of a plan, of memory or of code. Null where it is none of them, or does not fit the one it names.',
      resolve: (review, _args, context) =>
        withPayloads(review, context, ({ payload }) => approvalOf(storedJson(payload))),
    }),
    instructions: t.exposeString('instructions', {
      nullable: true,
      description: 'What the agent tells the reviewer.',
    }),
    editable: t.exposeBoolean('editable', {
      description: 'Whether the reviewer may change the payload.',
    }),
    status: t.field({ type: ReviewStatus, resolve: ({ status }) => status }),
    reviewMessage: t.exposeString('reviewMessage', {
      nullable: true,
      description: 'What the reviewer said.',
    }),
    wasEdited: t.exposeBoolean('wasEdited', {
      nullable: true,
      description: 'Null until decided.',
    }),
    processed: t.exposeBoolean('processed', {
      description: 'Whether the outcome has been consumed by the execution.',
    }),
    requestedBy: t.exposeString('requestedBy', { description: 'The actor that asked.' }),
    consumers: t.exposeStringList('consumers', {
      description: 'Actors that may consume the approval beside the one that asked.',
    }),
    decidedBy: t.exposeString('decidedBy', {
      nullable: true,
      description: 'The actor that decided; null while WAITING, and where nobody did in time.',
    }),
    decisionSource: t.field({
      type: DecisionSource,
      nullable: true,
      resolve: ({ decisionSource }) => decisionSource,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    reviewedAt: t.expose('reviewedAt', { type: 'DateTime', nullable: true }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'Until when it can be decided: then it is REJECTED by EXPIRY. Null: without end.',
    }),
    voidedAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: voidedAtOf,
      description:
        'Since when the approval is void, because its execution was stopped or nobody consumed it in time. Null: it is not.',
    }),
    consumedAt: t.expose('consumedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When consumeReview gave the approval out, once.',
    }),
    consumedBy: t.exposeString('consumedBy', {
      nullable: true,
      description: 'The actor that got it.',
    }),
    outcome: t.field({
      type: ReviewOutcome,
      nullable: true,
      description: 'What came of it. Null until reported.',
      resolve: ({ outcome }) => outcome,
    }),
    outcomeDetail: t.exposeString('outcomeDetail', {
      nullable: true,
      description: 'What the agent says of the outcome.',
    }),
    outcomeAt: t.expose('outcomeAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the outcome was reported.',
    }),
    execution: t.field({
      type: GraphExecution,
      nullable: true,
      description: 'Null for copilot sessions.',
      // Not a relation: reviews that our own statements have read would each load theirs.
      resolve: ({ graphExecId }, _args, { loaders }) =>
        isSynthetic(graphExecId) ? null : loaders.executions.load(graphExecId),
    }),
  }),
});

builder.queryFields((t) => ({
  pendingReview: t.prismaField({
    type: PendingReview,
    nullable: true,
    description: "One of the owner's reviews if it is still WAITING.",
    args: { nodeExecId: t.arg.id({ required: true }) },
    resolve: (query, _root, args, { store, viewer }) => {
      requireScope(viewer, 'review:read', 'review:request');
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
    description: `Reviews in any status, in the order asked; unknown ids are left out. At most ${MAX_IDS} ids.`,
    args: { nodeExecIds: t.arg.idList({ required: true }) },
    resolve: async (query, _root, args, { store, viewer }) => {
      requireScope(viewer, 'review:read', 'review:request');
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
