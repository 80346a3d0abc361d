import type { Operation } from '../history.ts';
import { type Corruption, drop, first, operations, row, seen } from './corruption.ts';

/** Violations in requests and their visibility. */
export const requestCorruptions: Corruption[] = [
  [
    'an acknowledged request is missing',
    'every acknowledged request is stored',
    ({ database }) => {
      database.reviews = database.reviews.filter(({ nodeExecId }) => nodeExecId !== 'rejected');
    },
  ],
  [
    'a repeated request replaced the first payload',
    'every acknowledged request is stored',
    (run) => {
      row(run, 'edited').originalPayload = { n: 'another payload' };
    },
  ],
  [
    'a rejected request took effect',
    'every acknowledged request is stored',
    (run) => {
      const late = structuredClone(row(run, 'approved'));
      run.database.reviews.push({ ...late, nodeExecId: 'too-late', originalPayload: 8 });
    },
  ],
  [
    'an acknowledged outcome report is lost',
    'every acknowledged request is stored',
    (run) => {
      row(run, 'edited').outcome = null;
    },
  ],
  [
    'an acknowledged standing approval is lost',
    'every acknowledged request is stored',
    ({ database }) => {
      database.autoApprovals = [];
    },
  ],
  [
    'a different step was accepted under the same id',
    'every acknowledged request is stored',
    (run) => {
      const other = operations(run, 'requestReview').find(
        ({ input }) => input.nodeId === 'another',
      );
      Object.assign(other as Operation, { answer: first(run, 'requestReview', 'edited').answer });
    },
  ],
  [
    "another agent's request was accepted under the same id",
    'every acknowledged request is stored',
    (run) => {
      const other = operations(run, 'requestReview').find(({ actor }) => actor === 'agent-1');
      Object.assign(other as Operation, { answer: first(run, 'requestReview', 'edited').answer });
    },
  ],
  [
    'a request was answered without a review',
    'every acknowledged request is stored',
    (run) => {
      delete first(run, 'requestReview', 'let-through').answer?.review;
    },
  ],
  [
    'the state in an answer does not match the review',
    'every acknowledged request is stored',
    (run) => {
      Object.assign(first(run, 'requestReview', 'let-through').answer ?? {}, { state: 'WAITING' });
    },
  ],
  [
    'an approved request was answered without a result',
    'every acknowledged request is stored',
    (run) => {
      Object.assign(first(run, 'requestReview', 'let-through').answer ?? {}, { result: null });
    },
  ],
  [
    'a request has different consumers than requested',
    'every acknowledged request is stored',
    (run) => {
      row(run, 'approved').consumers = ['agent-3'];
    },
  ],
  [
    'an unedited review has an original payload',
    'every acknowledged request is stored',
    (run) => {
      row(run, 'approved').originalPayload = row(run, 'approved').payload;
    },
  ],
  [
    'a request disappeared without a deletion',
    'every acknowledged request is stored',
    (run) => drop(run, ...operations(run, 'deleteReview')),
  ],
  [
    'a deleted request still exists',
    'every acknowledged request is stored',
    (run) => {
      const { events } = run.database;
      run.database.events = events.filter(({ kind }) => kind !== 'DELETED');
    },
  ],
  [
    'a run belongs to a different agent than the response said',
    'every acknowledged request is stored',
    ({ database }) => {
      for (const each of database.executions) each.registeredBy = 'agent-3';
    },
  ],
  [
    'a rejected agent was shown the request of another agent',
    'agents see and change only their own requests',
    (run) => {
      const other = operations(run, 'requestReview').find(({ actor }) => actor === 'agent-1');
      const asked = first(run, 'requestReview', 'edited').answer?.review;
      if (asked) Object.assign(other?.answer ?? {}, { reviews: [asked] });
    },
  ],
  [
    "an agent read another agent's request",
    'agents see and change only their own requests',
    (run) => {
      const asked = first(run, 'requestReview', 'edited').answer?.review;
      if (asked) Object.assign(first(run, 'reviews').answer ?? {}, { reviews: [asked] });
    },
  ],
  [
    'an agent changed the run of another agent',
    'agents see and change only their own requests',
    (run) => {
      const refused = operations(run, 'registerExecution').find(({ error }) => error !== null);
      const answer = structuredClone(first(run, 'registerExecution', 'run-2').answer);
      Object.assign(refused as Operation, { outcome: 'answered', error: null, answer });
    },
  ],
  [
    'an agent stopped the run of another agent',
    'agents see and change only their own requests',
    (run) => {
      Object.assign(first(run, 'cancelPendingReviews'), {
        actor: 'agent-1',
        scopes: 'review:request',
      });
    },
  ],
  [
    "an agent's subscription showed the request of another agent",
    'agents see and change only their own requests',
    (run) => {
      const [event] = seen(run, 'acme agent-1');
      Object.assign(event?.review ?? {}, { requestedBy: 'agent-0', consumers: [] });
    },
  ],
  [
    'an expired token was accepted',
    'errors are honest',
    (run) => {
      first(run, 'requestReview', 'approved').expiredToken = true;
    },
  ],
  [
    'an outage was reported with the wrong error',
    'errors are honest',
    (run) =>
      Object.assign(first(run, 'requestReview', 'cut'), {
        outcome: 'failed',
        error: 'INTERNAL_SERVER_ERROR',
      }),
  ],
  [
    'an agent was denied an operation that it is allowed to use',
    'errors are honest',
    ({ database }) => {
      for (const each of database.executions) each.registeredBy = 'agent-0';
    },
  ],
];
