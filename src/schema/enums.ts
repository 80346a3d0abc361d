import * as database from '../database/generated/prisma/enums.ts';
import { builder } from './builder.ts';

export const ReviewStatus = builder.enumType(database.ReviewStatus, {
  name: 'ReviewStatus',
  description:
    'Status of a review. It leaves `WAITING` exactly once, unless the decision is withdrawn.',
  values: {
    WAITING: { description: 'No decision yet.' },
    APPROVED: { description: 'Approved, possibly with an edited payload.' },
    REJECTED: { description: 'Rejected by a reviewer, expired, or cancelled.' },
    ANSWERED: { description: 'A question that was answered.' },
    CHANGES_REQUESTED: {
      description: 'The agent may revise the payload. Then the review waits again.',
    },
  },
});

export const DecisionSource = builder.enumType(database.DecisionSource, {
  name: 'DecisionSource',
  description: 'Who or what decided a review.',
  values: {
    REVIEWER: { description: 'A person decided.' },
    AUTO_APPROVAL: { description: 'A standing approval applied.' },
    CANCELLATION: { description: 'The run was stopped or ended, so the review was rejected.' },
    EXPIRY: { description: 'Nobody decided before `expiresAt`, so the review was rejected.' },
    OVERRIDE: {
      description: 'A person with `review:override` decided, without the approvals it requires.',
    },
    POLICY: { description: 'A rule of the policy allowed or denied it.' },
  },
});

export const Risk = builder.enumType(database.Risk, {
  name: 'Risk',
  description: 'How much harm a step can do.',
});

export const ReviewKind = builder.enumType(database.ReviewKind, {
  name: 'ReviewKind',
  description: 'What an agent requests.',
  values: {
    ACTION: { description: 'Approval of something that the agent is about to do.' },
    QUESTION: { description: 'An answer: something that the agent needs to know.' },
  },
});

export const ExecutionStatus = builder.enumType(database.ExecutionStatus, {
  name: 'ExecutionStatus',
  description:
    'Status of a run. `COMPLETED`, `TERMINATED` and `FAILED` mean that it has ended and can no longer request reviews.',
});

export const ReviewEventKind = builder.enumType(database.ReviewEventKind, {
  name: 'ReviewEventKind',
  description: 'What happened to a review.',
  values: {
    REQUESTED: { description: 'An agent requested the review.' },
    APPROVED: { description: 'A reviewer or a standing approval approved it.' },
    REJECTED: { description: 'A reviewer rejected it.' },
    CANCELLED: { description: 'It was rejected because its run was stopped or ended.' },
    EXPIRED: { description: 'It was rejected because nobody decided in time.' },
    PROCESSED: { description: 'The outcome was consumed or claimed.' },
    REPORTED: { description: 'The agent reported the outcome of the action.' },
    VOIDED: {
      description: 'The approval became void: its run was stopped, or it was not consumed in time.',
    },
    VOTED: { description: 'An approval counts, and more are required.' },
    WITHDRAWN: { description: 'A vote or a decision was withdrawn. The review waits.' },
    CLAIMED: { description: 'A reviewer is looking at it.' },
    RELEASED: { description: 'The reviewer who had claimed it no longer does.' },
    REASSIGNED: { description: 'Other approvals are required.' },
    ESCALATED: { description: 'More people may decide, because nobody had decided in time.' },
    ANSWERED: { description: 'A reviewer answered the question.' },
    CHANGES_REQUESTED: { description: 'A reviewer requested changes.' },
    REVISED: { description: 'The agent replaced the payload. The review waits.' },
    COMMENTED: { description: 'Somebody commented on it.' },
    DELETED: { description: 'The request was withdrawn.' },
    UPDATED: { description: 'The row was changed in the database in some other way.' },
  },
});

export const ReviewOutcome = builder.enumType(database.ReviewOutcome, {
  name: 'ReviewOutcome',
  description: 'What happened when the agent acted on an approval, as reported by the agent.',
  values: {
    EXECUTED: { description: 'The action was carried out.' },
    FAILED: { description: 'The action was attempted and failed.' },
    SKIPPED: { description: 'The action was not attempted.' },
  },
});

export const MemberKind = builder.enumType(database.MemberKind, {
  name: 'MemberKind',
  description: 'What a member is.',
  values: {
    PERSON: { description: 'A person, who may decide.' },
    AGENT: { description: 'An agent, which never decides.' },
  },
});

export const WebhookDeliveryStatus = builder.enumType(database.WebhookDeliveryStatus, {
  name: 'WebhookDeliveryStatus',
  description: 'Status of a webhook delivery.',
  values: {
    PENDING: { description: 'Not delivered yet. Failed attempts are retried for 24 hours.' },
    DELIVERED: { description: 'The receiver accepted the event.' },
    PARKED: {
      description: 'Every attempt failed. `redeliverWebhookEvent` sends it again.',
    },
  },
});

export const PolicyMode = builder.enumType(database.PolicyMode, {
  name: 'PolicyMode',
  description: 'Whether the rules of a policy take effect.',
  values: {
    OFF: { description: 'The rules are kept, and not evaluated.' },
    SHADOW: { description: 'The verdict is recorded on each review, without effect.' },
    ENFORCED: { description: 'The verdict takes effect.' },
  },
});

export const RuleEffect = builder.enumType('RuleEffect', {
  description: 'What a rule does. If several rules apply, the strictest effect wins.',
  values: {
    ALLOW: { description: 'No person is needed.' },
    REVIEW: { description: 'A person is needed.' },
    DENY: { description: 'Nobody may approve it.' },
  } as const,
});

export const ReviewDecision = builder.enumType('ReviewDecision', {
  description: "A reviewer's decision.",
  values: {
    APPROVE: { description: 'The agent may act on the payload.' },
    REJECT: { description: 'The agent must not act.' },
    ANSWER: { description: 'Answers a question.' },
    REQUEST_CHANGES: { description: 'The agent may revise the payload. Then it waits again.' },
  } as const,
});
