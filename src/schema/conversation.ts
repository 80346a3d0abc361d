import { z } from 'zod';
import { requireScope } from '../identity/viewer.ts';
import { InvalidInputError, NotFoundError } from '../input.ts';
import { addComment } from '../reviews/addComment.ts';
import { allowedDecisionsOf } from '../reviews/allowedDecisions.ts';
import type { EarlierRevision } from '../reviews/conversation.ts';
import { ExecutionEndedError, QuotaExceededError, ReviewConflictError } from '../reviews/errors.ts';
import { storedJson } from '../reviews/payloads.ts';
import { type AnyReview, type Review, visibleTo } from '../reviews/review.ts';
import { reviseReview } from '../reviews/reviseReview.ts';
import { builder } from './builder.ts';
import { ReviewDecision, ReviewKind } from './enums.ts';
import { payloadDigestIn, payloadIn } from './payload.ts';
import { PendingReview } from './pendingReview.ts';

// What agents and reviewers tell each other about a review: questions and answers, requests for
// changes and revisions, comments and links.

type Link = { title: string; url: string };

const ReviewLink = builder.objectRef<Link>('ReviewLink').implement({
  description: 'Where more can be read. The agent wrote it, and nobody checked it.',
  fields: (t) => ({
    title: t.exposeString('title', { description: 'What is there, in the words of the agent.' }),
    url: t.exposeString('url', { description: 'Address with https.' }),
  }),
});

const commentKey = z.tuple([z.string(), z.int()]);

const ReviewComment = builder.prismaNode('ReviewComment', {
  nullable: true,
  description: 'A comment on a review, or on a place in its payload. It decides nothing.',
  id: { resolve: ({ nodeExecId, number }) => JSON.stringify([nodeExecId, number]) },
  findUnique: (id, { viewer }) => {
    requireScope(viewer, 'review:read', 'review:request');
    const [nodeExecId, number] = commentKey.catch(['', 0]).parse(jsonOf(id));
    return {
      userId_nodeExecId_number: { userId: viewer.userId, nodeExecId, number },
      review: visibleTo(viewer),
    };
  },
  fields: (t) => ({
    actor: t.exposeString('actor', { description: 'Who wrote it.' }),
    text: t.exposeString('text', { description: 'The comment.' }),
    pointer: t.exposeString('pointer', {
      nullable: true,
      description: 'JSON pointer (RFC 6901) into the payload of the revision. Null: on the whole.',
    }),
    revision: t.exposeInt('revision', { description: 'The revision that it is about.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was written.' }),
  }),
});

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A revision, or the review as it is now. */
type Revision = { earlier: EarlierRevision } | { current: AnyReview };

const ReviewRevision = builder.objectRef<Revision>('ReviewRevision').implement({
  description: 'What the agent asked for at a time.',
  fields: (t) => ({
    revision: t.int({
      description: 'Its number, from 1.',
      resolve: (it) => ('earlier' in it ? it.earlier : it.current).revision,
    }),
    payload: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Its payload, with the edits of reviewers.',
      resolve: async (it, _args, context) => {
        if ('current' in it) return payloadIn(it.current, context);
        context.budget.spend(it.earlier.payloadBytes);
        const payload = await context.loaders.revisionPayloads.load(it.earlier);
        return payload === undefined ? null : storedJson(payload);
      },
    }),
    payloadDigest: t.string({
      description: 'SHA-256 digest of its payload.',
      resolve: (it, _args, context) =>
        'earlier' in it ? it.earlier.payloadDigest : payloadDigestIn(it.current, context),
    }),
    note: t.string({
      nullable: true,
      description: 'What the agent says about it.',
      resolve: (it) => ('earlier' in it ? it.earlier.note : it.current.revisionNote),
    }),
    at: t.field({
      type: 'DateTime',
      description: 'When the agent asked for it.',
      resolve: (it) =>
        'earlier' in it ? it.earlier.at : (it.current.revisedAt ?? it.current.createdAt),
    }),
    changesRequestedBy: t.string({
      nullable: true,
      description: 'Who requested changes to it. Null: nobody.',
      resolve: (it) => {
        if ('earlier' in it) return it.earlier.changesRequestedBy;
        return it.current.status === 'CHANGES_REQUESTED' ? it.current.decidedBy : null;
      },
    }),
    changesRequested: t.string({
      nullable: true,
      description: 'Which changes were requested.',
      resolve: (it) => {
        if ('earlier' in it) return it.earlier.changesRequested;
        return it.current.status === 'CHANGES_REQUESTED' ? it.current.reviewMessage : null;
      },
    }),
  }),
});

builder.prismaObjectFields(PendingReview, (t) => ({
  kind: t.field({
    type: ReviewKind,
    description: 'Whether the agent asks for an approval or for an answer.',
    resolve: ({ kind }) => kind,
  }),
  reversible: t.exposeBoolean('reversible', {
    nullable: true,
    description: 'Whether the step can be undone, as the agent says. Null: it does not say.',
  }),
  links: t.field({
    type: [ReviewLink],
    description: 'Where the reviewer can read more.',
    resolve: ({ links }) => (links === null ? [] : (JSON.parse(links) as Link[])),
  }),
  answerSchema: t.field({
    type: 'JSON',
    nullable: true,
    description: 'JSON Schema 2020-12 of the answer to a `QUESTION`.',
    resolve: ({ answerSchema }, _args, { budget }) => {
      if (answerSchema === null) return null;
      budget.spend(answerSchema.length);
      return storedJson(answerSchema);
    },
  }),
  answer: t.field({
    type: 'JSON',
    nullable: true,
    description: 'The answer. Null unless the review is `ANSWERED`.',
    resolve: ({ answer }, _args, { budget }) => {
      if (answer === null) return null;
      budget.spend(answer.length);
      return storedJson(answer);
    },
  }),
  allowedDecisions: t.field({
    type: [ReviewDecision],
    description: 'The decisions that the agent can deal with.',
    resolve: (review) => allowedDecisionsOf(review),
  }),
  revision: t.exposeInt('revision', {
    description: 'The number of the current revision. From 1, and at most 10.',
  }),
  revisions: t.field({
    type: [ReviewRevision],
    description: 'All revisions, oldest first. The last one is the current one.',
    resolve: async (review, _args, { loaders }): Promise<Revision[]> => {
      const earlier =
        review.revision > 1 ? await loaders.earlierRevisions.load(review.nodeExecId) : [];
      return [...earlier.map((revision) => ({ earlier: revision })), { current: review }];
    },
  }),
  comments: t.field({
    type: [ReviewComment],
    description: 'Comments on the review, oldest first, at most 500.',
    resolve: ({ nodeExecId, commentCount }, _args, { loaders }) =>
      commentCount > 0 ? loaders.comments.load(nodeExecId) : [],
  }),
}));

const ReviseReviewInput = builder.inputType('ReviseReviewInput', {
  fields: (t) => ({
    nodeExecId: t.id({ required: true, description: 'ID of the review.' }),
    basedOnDigest: t.string({
      required: true,
      description: 'The `payloadDigest` that this revision replaces.',
    }),
    payload: t.field({ type: 'JSON', description: 'The new payload. Defaults to null.' }),
    note: t.string({ description: 'What changed. At most 2,000 characters.' }),
  }),
});

const ReviseReviewPayload = builder.objectRef<{ review: Review }>('ReviseReviewPayload').implement({
  fields: (t) => ({
    review: t.expose('review', {
      type: PendingReview,
      description: 'The review, which waits again.',
    }),
  }),
});

const AddCommentInput = builder.inputType('AddCommentInput', {
  fields: (t) => ({
    nodeExecId: t.id({ required: true, description: 'ID of the review.' }),
    text: t.string({ required: true, description: 'The comment, 1 to 2,000 characters.' }),
    pointer: t.string({
      description: 'JSON pointer (RFC 6901) into the payload. Defaults to null: on the whole.',
    }),
  }),
});

const AddCommentPayload = builder
  .objectRef<{ comment: Awaited<ReturnType<typeof addComment>> }>('AddCommentPayload')
  .implement({
    fields: (t) => ({
      comment: t.expose('comment', { type: ReviewComment, description: 'The new comment.' }),
    }),
  });

builder.mutationFields((t) => ({
  reviseReview: t.field({
    type: ReviseReviewPayload,
    description:
      'Replaces the payload of your own request, while it is `WAITING` or after changes were requested. It waits again, and all votes end. Needs `review:request`.',
    errors: {
      types: [
        InvalidInputError,
        NotFoundError,
        ReviewConflictError,
        ExecutionEndedError,
        QuotaExceededError,
      ],
      union: { name: 'ReviseReviewResult' },
    },
    args: { input: t.arg({ type: ReviseReviewInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => ({
      review: await reviseReview(store, viewer, input),
    }),
  }),
  addComment: t.field({
    type: AddCommentPayload,
    description:
      'Adds a comment to a review, for its agent or reviewers. Needs `review:request` or `review:decide`.',
    errors: {
      types: [InvalidInputError, NotFoundError, QuotaExceededError],
      union: { name: 'AddCommentResult' },
    },
    args: { input: t.arg({ type: AddCommentInput, required: true }) },
    resolve: async (_root, { input }, { store, viewer }) => ({
      comment: await addComment(store, viewer, input),
    }),
  }),
}));
