import { afterTheEnd, copy, type Doctoring, first, lifeOf, row } from './doctoring.ts';

/** Faults in executions that end. */
export const executionDoctorings: Doctoring[] = [
  [
    'something was asked for in an execution that was stopped',
    'ended executions let nothing through',
    (run) => {
      const { endedAt } = first(run, 'cancelPendingReviews');
      const ask = first(run, 'requestReview', 'after-revocation');
      copy(run, ask, { startedAt: endedAt + 1, endedAt: endedAt + 2 });
    },
  ],
  [
    'something was consumed in an execution that was stopped',
    'ended executions let nothing through',
    (run) => {
      const { endedAt } = first(run, 'cancelPendingReviews');
      Object.assign(first(run, 'consumeReview', 'approved'), {
        startedAt: endedAt + 1,
        endedAt: endedAt + 2,
      });
    },
  ],
  [
    'something waits in an execution that was stopped',
    'ended executions let nothing through',
    (run) => {
      row(run, 'after-revocation').status = 'WAITING';
    },
  ],
  [
    'an execution that was stopped goes on',
    'ended executions let nothing through',
    ({ database }) => {
      for (const each of database.executions) each.status = 'RUNNING';
    },
  ],
  [
    'something was asked for between a stop and the reopening',
    'ended executions let nothing through',
    (run) => {
      const { endedAt } = first(run, 'cancelPendingReviews', 'run-2');
      const ask = first(run, 'requestReview', 'after-reopening');
      copy(run, ask, { startedAt: endedAt + 1, endedAt: endedAt + 2 });
    },
  ],
  [
    'it is not known who stopped an execution',
    'ended executions let nothing through',
    ({ database }) => {
      for (const each of database.executions) each.stoppedBy = null;
    },
  ],
  [
    'an approval outlives a stop',
    'stops are final',
    (run) => {
      row(run, 'settled').voidedAt = null;
    },
  ],
  [
    'an approval was voided only when it lapsed, long after a stop',
    'stops are final',
    (run) => {
      row(run, 'settled').voidedAt = row(run, 'settled').validUntil;
    },
  ],
  [
    'an approval of before a stop was used once the execution was reopened',
    'stops are final',
    (run) => {
      Object.assign(row(run, 'void'), { voidedAt: null, processed: true });
      for (const event of lifeOf(run, 'void', 'VOIDED'))
        Object.assign(event, { kind: 'PROCESSED', actor: 'agent-0', at: afterTheEnd });
    },
  ],
  [
    'an agent reopened what somebody who may decide had stopped',
    'stops are final',
    (run) => {
      const refused = first(run, 'registerExecution', 'run-1');
      refused.answer = structuredClone(first(run, 'registerExecution', 'run-2').answer);
    },
  ],
];
