import * as database from '../database/generated/prisma/enums.ts';
import { builder } from './builder.ts';

export const ReviewStatus = builder.enumType(database.ReviewStatus, {
  name: 'ReviewStatus',
  description: 'WAITING until somebody or something settles it, once.',
});

export const DecisionSource = builder.enumType(database.DecisionSource, {
  name: 'DecisionSource',
  description: 'Who or what settled a review.',
});

export const ExecutionStatus = builder.enumType(database.ExecutionStatus, {
  name: 'ExecutionStatus',
  description: 'COMPLETED, TERMINATED and FAILED are ends: nothing can be asked under them.',
});

export const ReviewEventKind = builder.enumType(database.ReviewEventKind, {
  name: 'ReviewEventKind',
  description:
    'What happened. PROCESSED: the outcome was consumed or claimed. VOIDED: an approval was taken back because its execution was stopped. UPDATED: a change by hand that is none of the others.',
});

export const ReviewOutcome = builder.enumType(database.ReviewOutcome, {
  name: 'ReviewOutcome',
  description: 'What came of acting on an approved review, as the agent tells.',
});

export const WebhookDeliveryStatus = builder.enumType(database.WebhookDeliveryStatus, {
  name: 'WebhookDeliveryStatus',
  description:
    'PENDING until the receiver takes it, or a day has gone by in vain: then it is PARKED, and goes out again only when it is asked for.',
});

export const ReviewDecision = builder.enumType('ReviewDecision', {
  values: ['APPROVE', 'REJECT'] as const,
});
