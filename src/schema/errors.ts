import { type InputIssue, InvalidInputError, NotFoundError } from '../input.ts';
import { TeamInUseError } from '../people/errors.ts';
import { PolicyConflictError } from '../policy/errors.ts';
import {
  ExecutionEndedError,
  NotEligibleError,
  QuotaExceededError,
  ReviewConflictError,
  ReviewNotEditableError,
  SelfApprovalError,
} from '../reviews/errors.ts';
import { builder } from './builder.ts';
import { ExecutionStatus } from './enums.ts';
import { PendingReview } from './pendingReview.ts';
import { Policy } from './policy.ts';

const ErrorInterface = builder.interfaceRef<Error>('Error').implement({
  description: 'An error that the caller can handle. Unless stated otherwise, nothing was changed.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'What went wrong, for people.' }),
  }),
});

const InputIssueType = builder.objectRef<InputIssue>('InputIssue').implement({
  description: 'An invalid value.',
  fields: (t) => ({
    path: t.exposeString('path', {
      description: 'Path of the value, e.g. `input.decisions.0.message`.',
    }),
    message: t.exposeString('message', { description: 'What is wrong with it.' }),
  }),
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'Some values of the input are invalid.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    issues: t.field({
      type: [InputIssueType],
      description: 'All invalid values.',
      resolve: ({ issues }) => issues,
    }),
  }),
});

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: "An object doesn't exist, or you don't have access to it.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    ids: t.exposeIDList('ids', { description: 'All IDs that were not found.' }),
  }),
});

builder.objectType(ReviewConflictError, {
  name: 'ReviewConflictError',
  description:
    'The state of a review conflicts with the call, e.g. it is already decided differently, or the request differs from the earlier one with the same ID.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    reviews: t.field({
      type: [PendingReview],
      description: 'The conflicting reviews in their current state.',
      resolve: ({ reviews }) => reviews,
    }),
  }),
});

builder.objectType(ReviewNotEditableError, {
  name: 'ReviewNotEditableError',
  description: 'A decision edits the payload of a review that is not `editable`.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    nodeExecIds: t.exposeIDList('nodeExecIds', { description: 'IDs of those reviews.' }),
  }),
});

builder.objectType(SelfApprovalError, {
  name: 'SelfApprovalError',
  description: 'You requested the review or may consume its approval, so you cannot decide it.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    nodeExecIds: t.exposeIDList('nodeExecIds', { description: 'IDs of those reviews.' }),
  }),
});

builder.objectType(NotEligibleError, {
  name: 'NotEligibleError',
  description: 'You may not approve some reviews: others were asked.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    nodeExecIds: t.exposeIDList('nodeExecIds', { description: 'IDs of those reviews.' }),
  }),
});

builder.objectType(TeamInUseError, {
  name: 'TeamInUseError',
  description: 'Waiting reviews or rules need the team, so it cannot be deleted.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    nodeExecIds: t.exposeIDList('nodeExecIds', {
      description: 'IDs of the oldest 100 of those reviews.',
    }),
    ruleIds: t.exposeIDList('ruleIds', {
      description: 'IDs of the rules of the newest policy that name it.',
    }),
  }),
});

builder.objectType(PolicyConflictError, {
  name: 'PolicyConflictError',
  description: 'Somebody else saved another version of the policy in between.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    policy: t.field({
      type: Policy,
      description: 'The newest version.',
      resolve: ({ policy }) => policy,
    }),
  }),
});

builder.objectType(ExecutionEndedError, {
  name: 'ExecutionEndedError',
  description:
    'The run has ended. It cannot request reviews until it is registered as `RUNNING` again.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    status: t.expose('status', { type: ExecutionStatus, description: 'Status of the run.' }),
  }),
});

const WorkspaceQuota = builder.enumType('WorkspaceQuota', {
  description: 'What a workspace may have only so much of.',
  values: {
    WAITING_REVIEWS: { description: 'Reviews that are waiting (`HOLDPOINT_MAX_WAITING_REVIEWS`).' },
    STORED_BYTES: {
      description: 'All its reviews and attachments (`HOLDPOINT_MAX_STORED_MB`).',
    },
  } as const,
});

builder.objectType(QuotaExceededError, {
  name: 'QuotaExceededError',
  description:
    'The workspace has used up a quota, so it cannot request new reviews, or store more. Requests that are repeated still get their outcome.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    quota: t.expose('quota', { type: WorkspaceQuota, description: 'Which quota it is.' }),
  }),
});
