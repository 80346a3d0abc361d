import { afterTheEnd, type Corruption, copy, first, lifeOf, row } from './corruption.ts';

/** Violations after the end of an execution. */
export const executionCorruptions: Corruption[] = [
  [
    'a review was requested in a stopped run',
    'ended runs let nothing through',
    (run) => {
      const { endedAt } = first(run, 'cancelPendingReviews');
      const ask = first(run, 'requestReview', 'after-revocation');
      copy(run, ask, { startedAt: endedAt + 1, endedAt: endedAt + 2 });
    },
  ],
  [
    'an approval was consumed in a stopped run',
    'ended runs let nothing through',
    (run) => {
      const { endedAt } = first(run, 'cancelPendingReviews');
      Object.assign(first(run, 'consumeReview', 'approved'), {
        startedAt: endedAt + 1,
        endedAt: endedAt + 2,
      });
    },
  ],
  [
    'a review waits in a stopped run',
    'ended runs let nothing through',
    (run) => {
      row(run, 'after-revocation').status = 'WAITING';
    },
  ],
  [
    'a stopped run is still running',
    'ended runs let nothing through',
    ({ database }) => {
      for (const each of database.executions) each.status = 'RUNNING';
    },
  ],
  [
    'a review was requested between a stop and the reopening',
    'ended runs let nothing through',
    (run) => {
      const { endedAt } = first(run, 'cancelPendingReviews', 'run-2');
      const ask = first(run, 'requestReview', 'after-reopening');
      copy(run, ask, { startedAt: endedAt + 1, endedAt: endedAt + 2 });
    },
  ],
  [
    'a run does not record who stopped it',
    'ended runs let nothing through',
    ({ database }) => {
      for (const each of database.executions) each.stoppedBy = null;
    },
  ],
  [
    'an approval is still valid after a stop',
    'stops are final',
    (run) => {
      row(run, 'settled').voidedAt = null;
    },
  ],
  [
    'an approval was voided when it lapsed, not when its run was stopped',
    'stops are final',
    (run) => {
      row(run, 'settled').voidedAt = row(run, 'settled').validUntil;
    },
  ],
  [
    'an approval from before a stop was used after the reopening',
    'stops are final',
    (run) => {
      Object.assign(row(run, 'void'), { voidedAt: null, processed: true });
      for (const event of lifeOf(run, 'void', 'VOIDED'))
        Object.assign(event, { kind: 'PROCESSED', actor: 'agent-0', at: afterTheEnd });
    },
  ],
  [
    'an agent reopened a run that a reviewer had stopped',
    'stops are final',
    (run) => {
      const refused = first(run, 'registerExecution', 'run-1');
      refused.answer = structuredClone(first(run, 'registerExecution', 'run-2').answer);
    },
  ],
];
