import { type InputIssue, InvalidInputError, NotFoundError } from '../input.ts';
import {
  ExecutionEndedError,
  ReviewConflictError,
  ReviewNotEditableError,
  SelfApprovalError,
} from '../reviews/errors.ts';
import { builder } from './builder.ts';
import { ExecutionStatus } from './enums.ts';
import { PendingReview } from './pendingReview.ts';

const ErrorInterface = builder.interfaceRef<Error>('Error').implement({
  description: 'Something that the caller can do something about, as part of the answer.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'For people.' }) }),
});

const InputIssueType = builder.objectRef<InputIssue>('InputIssue').implement({
  description: 'One value that was refused.',
  fields: (t) => ({
    path: t.exposeString('path', {
      description: 'Where, dotted from the argument: input.decisions.0.message',
    }),
    message: t.exposeString('message', { description: 'What would be right.' }),
  }),
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'Values were refused. Nothing took effect.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    issues: t.field({ type: [InputIssueType], resolve: ({ issues }) => issues }),
  }),
});

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: "Not there, or another owner's: the two are not told apart. Nothing took effect.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    ids: t.exposeIDList('ids', { description: 'Every id that was not found.' }),
  }),
});

builder.objectType(ReviewConflictError, {
  name: 'ReviewConflictError',
  description:
    'Already settled another way, or asked under another execution. Nothing took effect.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    reviews: t.field({
      type: [PendingReview],
      description: 'The reviews in conflict, as they stand.',
      resolve: ({ reviews }) => reviews,
    }),
  }),
});

builder.objectType(ReviewNotEditableError, {
  name: 'ReviewNotEditableError',
  description: 'An edit of a review that can only be decided as it is. Nothing took effect.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ nodeExecIds: t.exposeIDList('nodeExecIds') }),
});

builder.objectType(SelfApprovalError, {
  name: 'SelfApprovalError',
  description: 'Nobody decides what they asked for themselves. Nothing took effect.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ nodeExecIds: t.exposeIDList('nodeExecIds') }),
});

builder.objectType(ExecutionEndedError, {
  name: 'ExecutionEndedError',
  description:
    'The execution has ended: it can ask for nothing until it is registered as RUNNING again.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ status: t.field({ type: ExecutionStatus, resolve: ({ status }) => status }) }),
});
