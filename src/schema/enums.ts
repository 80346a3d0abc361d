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
  description: 'What happened. UPDATED: a change by hand that is none of the others.',
});

export const ReviewDecision = builder.enumType('ReviewDecision', {
  values: ['APPROVE', 'REJECT'] as const,
});
