import type { DatabaseState } from './databaseState.ts';
import { FakeRun } from './fakeRun.ts';
import type { Entry } from './history.ts';

export type GoodRun = { entries: Entry[]; database: DatabaseState };

/** An execution that is stopped for good. */
const place = { graphExecId: 'run-1', nodeId: 'node-1' };
const allowed = { graphExecId: 'run-1', nodeId: 'node-2' };
/** An execution that is stopped and reopened. */
const reopened = { graphExecId: 'run-2', nodeId: 'node-1' };
const key = { idempotencyKey: 'key' };

/**
 * A short history in which every promise is kept, for the tests of the checker to corrupt. Reviews
 * are approved, edited, rejected, expired, cancelled, deleted and requested again.
 * Approvals are consumed, reported, lapse and are voided. A standing approval is used up and
 * revoked, questions are answered and steps revised, executions are stopped, and one is reopened. A policy allows, asks and denies, and
 * changes. Subscribers and a webhook see all of it.
 */
export function goodRun(): GoodRun {
  const run = new FakeRun();
  decidedAndUsed(run);
  askedAgain(run);
  lapsedAndExpired(run);
  signedOff(run);
  talkedOver(run);
  letThrough(run);
  stoppedAndReopened(run);
  refused(run);
  underPolicy(run);
  run.follow();
  return { entries: run.entries, database: run.database() };
}

function decidedAndUsed(run: FakeRun): void {
  run.ask('agent-0', 'edited', { n: 1 }, place);
  run.ask('agent-0', 'edited', { n: 'another payload' }, place);
  run.ask('agent-1', 'edited', { n: 'of another agent' }, place);
  run.ask('agent-0', 'edited', { n: 1 }, { ...place, nodeId: 'another' });
  run.ask('agent-0', 'approved', { n: 2 }, { ...place, consumers: ['agent-1'] });
  run.ask('agent-0', 'rejected', { n: 3 }, place);
  run.askGated('agent-2', 'gated', { n: 4 }, place);
  run.look('agent-2', 'edited');
  run.decide('reviewer-0', [
    { nodeExecId: 'edited', decision: 'APPROVE', payload: { n: 'edit' } },
    { nodeExecId: 'approved', decision: 'APPROVE' },
    { nodeExecId: 'rejected', decision: 'REJECT' },
    { nodeExecId: 'gated', decision: 'APPROVE' },
  ]);
  run.decide('reviewer-1', [{ nodeExecId: 'edited', decision: 'REJECT' }]);
  run.ask('agent-0', 'edited', { n: 1 }, place);
  run.consume('agent-0', 'edited', key);
  run.consume('agent-1', 'edited', key);
  run.consume('agent-0', 'edited', key);
  run.report('agent-0', 'edited');
  run.consume('agent-1', 'approved', key);
  run.consume('agent-0', 'approved', key);
  run.runGated('agent-2', 'gated');
  run.claim('agent-0', 'rejected', key);
  run.claim('agent-0', 'rejected', { idempotencyKey: 'another' });
  run.claim('agent-0', 'rejected', key);
}

function askedAgain(run: FakeRun): void {
  run.ask('agent-0', 'gone', { n: 5 }, place);
  run.delete('agent-1', 'gone');
  run.delete('agent-0', 'gone');
  run.ask('agent-0', 'again', { n: 6 }, place);
  run.look('reviewer-0', 'again');
  const { subjectDigest } = run.told('again');
  run.delete('agent-0', 'again');
  run.ask('agent-0', 'again', { n: 7 }, place);
  run.decide('reviewer-0', [{ nodeExecId: 'again', decision: 'APPROVE', subjectDigest }]);
  run.look('reviewer-0', 'again');
  run.decide('reviewer-0', [{ nodeExecId: 'again', decision: 'APPROVE' }]);
}

function lapsedAndExpired(run: FakeRun): void {
  run.ask('agent-0', 'lapsed', { n: 8 }, place);
  run.decide('reviewer-0', [{ nodeExecId: 'lapsed', decision: 'APPROVE' }]);
  run.consume('agent-0', 'again');
  run.lapse('lapsed');
  run.ask('agent-0', 'lapsed', { n: 8 }, place);
  run.consume('agent-0', 'lapsed');

  run.ask('agent-0', 'expired', { n: 9 }, place);
  run.expire('expired');
}

/** In a run of its own that is never stopped. */
function signedOff(run: FakeRun): void {
  const place = { graphExecId: 'run-3', nodeId: 'signed-1' };
  const approvalsRequired = [
    { teamId: 'finance', actors: null, count: 1 },
    { teamId: null, actors: null, count: 1 },
  ];
  const escalation = [{ afterMs: 60_000, teamIds: [], actors: ['reviewer-2'] }];
  run.ask('agent-0', 'signed-withdrawn', { n: 20 }, { ...place, approvalsRequired });
  run.vote('reviewer-0', 'signed-withdrawn', false);
  run.vote('reviewer-1', 'signed-withdrawn', true);
  run.withdraw('reviewer-0', 'signed-withdrawn');
  run.claimReview('reviewer-0', 'signed-withdrawn');
  run.releaseReview('reviewer-0', 'signed-withdrawn');
  run.claimReview('reviewer-2', 'signed-withdrawn');
  run.vote('reviewer-2', 'signed-withdrawn', false);
  run.releaseReview('reviewer-2', 'signed-withdrawn');
  run.vote('reviewer-0', 'signed-withdrawn', true);
  run.consume('agent-0', 'signed-withdrawn');
  run.report('agent-0', 'signed-withdrawn');
  run.ask('agent-0', 'signed-overridden', { n: 21 }, { ...place, approvalsRequired });
  run.override('boss', 'signed-overridden');
  run.consume('agent-0', 'signed-overridden');
  run.ask('agent-0', 'signed-late', { n: 22 }, { ...place, approvalsRequired, escalation });
  run.escalate('signed-late');
}

/** In a run of its own that is never stopped. */
function talkedOver(run: FakeRun): void {
  const place = { graphExecId: 'run-5', nodeId: 'talk-1' };
  run.ask('agent-0', 'talk-question', { n: 50 }, { ...place, kind: 'QUESTION' });
  run.decide('reviewer-0', [{ nodeExecId: 'talk-question', decision: 'ANSWER', answer: 7 }]);
  run.decide('reviewer-1', [{ nodeExecId: 'talk-question', decision: 'ANSWER', answer: 8 }]);
  run.ask('agent-0', 'talk-question', { n: 50 }, { ...place, kind: 'QUESTION' });
  run.ask('agent-0', 'talk-step', { n: 51 }, place);
  run.look('reviewer-0', 'talk-step');
  run.comment('reviewer-0', 'talk-step');
  run.decide('reviewer-0', [{ nodeExecId: 'talk-step', decision: 'REQUEST_CHANGES' }]);
  run.revise('agent-0', 'talk-step', { n: 52 });
  run.revise('agent-0', 'talk-step', { n: 53 });
  run.look('reviewer-1', 'talk-step');
  run.decide('reviewer-1', [{ nodeExecId: 'talk-step', decision: 'APPROVE' }]);
  run.consume('agent-0', 'talk-step');
}

function letThrough(run: FakeRun): void {
  run.ask('agent-0', 'settled', { n: 10 }, allowed);
  run.allow(allowed, 2);
  run.askAllowed('agent-0', 'settled', { n: 10 }, allowed);
  run.askAllowed('agent-0', 'let-through', { n: 11 }, allowed);
  run.ask('agent-1', 'other-version', { n: 12 }, { ...allowed, graphVersion: 2 });
  run.consume('agent-0', 'let-through');
  run.revoke(allowed);
  run.ask('agent-0', 'after-revocation', { n: 13 }, allowed);
}

function stoppedAndReopened(run: FakeRun): void {
  run.stop('run-1');
  run.consume('agent-0', 'settled');
  run.ask('agent-0', 'too-late', { n: 14 }, place);
  run.register('agent-0', 'run-1', 'RUNNING');

  run.register('agent-1', 'run-2', 'RUNNING');
  run.register('agent-0', 'run-2', 'RUNNING');
  run.allow(reopened, 5);
  run.askAllowed('agent-0', 'void', { n: 15 }, reopened);
  run.stop('run-2');
  run.register('manager', 'run-2', 'RUNNING');
  run.consume('agent-0', 'void');
  run.ask('agent-0', 'after-reopening', { n: 16 }, reopened);
}

function refused(run: FakeRun): void {
  const input = { nodeExecId: 'expired-token', ...place, payload: { n: 17 } };
  run.operation('requestReview', 'late', input, () => ({}), {
    ...{ outcome: 'failed', answer: null, error: 'UNAUTHENTICATED', expiredToken: true },
  });
  run.operation('requestReview', 'agent-0', { ...input, nodeExecId: 'cut' }, () => ({}), {
    ...{ outcome: 'lost', answer: null, error: 'ECONNRESET' },
  });
}

/** In a run of its own that is never stopped. */
function underPolicy(run: FakeRun): void {
  const place = { graphExecId: 'run-4', nodeId: 'ruled-1' };
  run.savePolicy('platform', 'ENFORCED', [
    ['payload.n <= 30', 'ALLOW'],
    ['payload.n > 40', 'DENY'],
  ]);
  run.askRuled('agent-0', 'rule-allowed', { n: 30 }, place);
  run.consume('agent-0', 'rule-allowed');
  run.askRuled('agent-0', 'rule-denied', { n: 41 }, place);
  run.ask('agent-0', 'rule-asked', { n: 31 }, place);
  run.ask('agent-0', 'rule-changed', { n: 32 }, place);
  run.ask('agent-0', 'rule-puzzled', { n: 'many' }, place);
  run.decide('reviewer-0', [
    { nodeExecId: 'rule-asked', decision: 'APPROVE' },
    { nodeExecId: 'rule-changed', decision: 'APPROVE' },
  ]);
  run.consume('agent-0', 'rule-asked');
  run.savePolicy('platform', 'SHADOW', [['payload.n == 32', 'DENY']]);
  run.consume('agent-0', 'rule-changed');
  run.ask('agent-0', 'rule-shadowed', { n: 32 }, place);
  run.savePolicy('agent-0', 'ENFORCED', [['true', 'ALLOW']]);
  run.ask('agent-0', 'rule-own', { n: 33 }, place);
  run.askRuled('agent-1', 'rule-of-another', { n: 34 }, place);
  run.consume('agent-1', 'rule-of-another');
}
