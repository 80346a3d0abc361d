import type { Operation } from '../history.ts';
import { type Doctoring, drop, first, operations, row, seen } from './doctoring.ts';

/** Faults in requests, and in who sees them. */
export const requestDoctorings: Doctoring[] = [
  [
    'an answered request is not there',
    'every answered request is there',
    ({ database }) => {
      database.reviews = database.reviews.filter(({ nodeExecId }) => nodeExecId !== 'rejected');
    },
  ],
  [
    'a repeated ask replaced the first payload',
    'every answered request is there',
    (run) => {
      row(run, 'edited').originalPayload = { n: 'another payload' };
    },
  ],
  [
    'a request that was refused took effect',
    'every answered request is there',
    (run) => {
      const late = structuredClone(row(run, 'approved'));
      run.database.reviews.push({ ...late, nodeExecId: 'too-late', originalPayload: 8 });
    },
  ],
  [
    'a report that was answered is lost',
    'every answered request is there',
    (run) => {
      row(run, 'edited').outcome = null;
    },
  ],
  [
    'a standing approval that was answered is lost',
    'every answered request is there',
    ({ database }) => {
      database.autoApprovals = [];
    },
  ],
  [
    'another step was let through under the same id',
    'every answered request is there',
    (run) => {
      const other = operations(run, 'requestReview').find(
        ({ input }) => input.nodeId === 'another',
      );
      Object.assign(other as Operation, { answer: first(run, 'requestReview', 'edited').answer });
    },
  ],
  [
    'another agent got through under the id of a request',
    'every answered request is there',
    (run) => {
      const other = operations(run, 'requestReview').find(({ actor }) => actor === 'agent-1');
      Object.assign(other as Operation, { answer: first(run, 'requestReview', 'edited').answer });
    },
  ],
  [
    'a request was answered without a review',
    'every answered request is there',
    (run) => {
      delete first(run, 'requestReview', 'let-through').answer?.review;
    },
  ],
  [
    'the state of a request is not that of its review',
    'every answered request is there',
    (run) => {
      Object.assign(first(run, 'requestReview', 'let-through').answer ?? {}, { state: 'WAITING' });
    },
  ],
  [
    'what can be acted on came without a result',
    'every answered request is there',
    (run) => {
      Object.assign(first(run, 'requestReview', 'let-through').answer ?? {}, { result: null });
    },
  ],
  [
    'a request has other consumers than it named',
    'every answered request is there',
    (run) => {
      row(run, 'approved').consumers = ['agent-3'];
    },
  ],
  [
    'an original payload is kept of what was not changed',
    'every answered request is there',
    (run) => {
      row(run, 'approved').originalPayload = row(run, 'approved').payload;
    },
  ],
  [
    'a request is gone that nobody deleted',
    'every answered request is there',
    (run) => drop(run, ...operations(run, 'deleteReview')),
  ],
  [
    'a request is there that was deleted',
    'every answered request is there',
    (run) => {
      const { events } = run.database;
      run.database.events = events.filter(({ kind }) => kind !== 'DELETED');
    },
  ],
  [
    'an execution belongs to another agent than was answered',
    'every answered request is there',
    ({ database }) => {
      for (const each of database.executions) each.registeredBy = 'agent-3';
    },
  ],
  [
    'an agent that was refused was shown the request of another agent',
    'agents see and change only their own requests',
    (run) => {
      const other = operations(run, 'requestReview').find(({ actor }) => actor === 'agent-1');
      const asked = first(run, 'requestReview', 'edited').answer?.review;
      if (asked) Object.assign(other?.answer ?? {}, { reviews: [asked] });
    },
  ],
  [
    'an agent that looked was shown the request of another agent',
    'agents see and change only their own requests',
    (run) => {
      const asked = first(run, 'requestReview', 'edited').answer?.review;
      if (asked) Object.assign(first(run, 'reviews').answer ?? {}, { reviews: [asked] });
    },
  ],
  [
    'an agent moved the execution of another agent',
    'agents see and change only their own requests',
    (run) => {
      const refused = operations(run, 'registerExecution').find(({ error }) => error !== null);
      const answer = structuredClone(first(run, 'registerExecution', 'run-2').answer);
      Object.assign(refused as Operation, { outcome: 'answered', error: null, answer });
    },
  ],
  [
    'an agent stopped the execution of another agent',
    'agents see and change only their own requests',
    (run) => {
      Object.assign(first(run, 'cancelPendingReviews'), {
        actor: 'agent-1',
        scopes: 'review:request',
      });
    },
  ],
  [
    'a subscriber of an agent was shown the request of another agent',
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
    'trouble was told as something else',
    'errors are honest',
    (run) =>
      Object.assign(first(run, 'requestReview', 'cut'), {
        outcome: 'failed',
        error: 'INTERNAL_SERVER_ERROR',
      }),
  ],
  [
    'an agent was forbidden what it may do',
    'errors are honest',
    ({ database }) => {
      for (const each of database.executions) each.registeredBy = 'agent-0';
    },
  ],
];
