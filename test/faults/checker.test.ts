import { describe, expect, it } from 'vitest';
import { check, type Promised, rules } from './checker/check.ts';
import type { EventRow, ReviewRow } from './databaseState.ts';
import { type GoodRun, goodRun } from './goodRun.ts';
import type { Entry, Operation } from './history.ts';
import type { OperationName } from './load/operations.ts';

type Doctoring = [fault: string, promise: Promised, doctor: (run: GoodRun) => void];

const operations = (run: GoodRun, name: OperationName) =>
  run.entries.filter(
    (entry): entry is Operation => entry.type === 'operation' && entry.name === name,
  );
const first = (run: GoodRun, name: OperationName, nodeExecId?: string): Operation =>
  operations(run, name).find(
    ({ input }) => nodeExecId === undefined || input.nodeExecId === nodeExecId,
  ) as Operation;
const row = (run: GoodRun, nodeExecId: string): ReviewRow =>
  run.database.reviews.find((each) => each.nodeExecId === nodeExecId) as ReviewRow;
const of = <Type extends Entry['type']>(run: GoodRun, type: Type) =>
  run.entries.filter((entry) => entry.type === type) as Extract<Entry, { type: Type }>[];
const drop = (run: GoodRun, ...gone: Entry[]) => {
  run.entries = run.entries.filter((entry) => !gone.includes(entry));
};
const copy = (run: GoodRun, entry: Operation, change: Partial<Operation>) =>
  run.entries.push({ ...structuredClone(entry), id: run.entries.length + 1_000, ...change });
const seen = (run: GoodRun, follower = 'acme SSE') =>
  of(run, 'event').filter((event) => event.follower === follower);
const lifeOf = (run: GoodRun, nodeExecId: string): EventRow[] =>
  run.database.events.filter((event) => event.nodeExecId === nodeExecId);
const afterTheEnd = 1_000_000_000;

const doctorings: Doctoring[] = [
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
    'somebody was told another outcome',
    'every review has one outcome',
    (run) => {
      const review = first(run, 'consumeReview', 'edited').answer?.review;
      if (review) review.status = 'REJECTED';
    },
  ],
  [
    'two deciders were told that they had won',
    'every review has one outcome',
    (run) => {
      const loser = operations(run, 'decideReviews')[1] as Operation;
      loser.answer = { __typename: 'DecideReviewsPayload', reviews: loser.answer?.reviews ?? [] };
    },
  ],
  [
    'a subscriber was shown another outcome',
    'every review has one outcome',
    (run) => {
      const event = seen(run).find(({ nodeExecId }) => nodeExecId === 'rejected');
      if (event?.review) event.review.status = 'APPROVED';
    },
  ],
  [
    'a webhook told another outcome',
    'every review has one outcome',
    (run) => {
      const message = of(run, 'message').find(({ nodeExecId }) => nodeExecId === 'rejected');
      if (message) message.status = 'APPROVED';
    },
  ],
  [
    'a review was settled twice',
    'every review has one outcome',
    (run) => {
      const [, settling] = lifeOf(run, 'rejected');
      run.database.events.push({
        ...(settling as EventRow),
        number: run.database.events.length + 1,
      });
    },
  ],
  [
    'a decider who was refused decided',
    'every review has one outcome',
    (run) => {
      row(run, 'edited').reviewMessage = `operation ${operations(run, 'decideReviews')[1]?.id}`;
    },
  ],
  [
    'a batch without an answer took effect in part',
    'every review has one outcome',
    (run) => {
      Object.assign(first(run, 'decideReviews'), { outcome: 'lost', answer: null });
      Object.assign(row(run, 'rejected'), {
        status: 'APPROVED',
        decisionSource: 'AUTO_APPROVAL',
        reviewMessage: null,
      });
    },
  ],
  [
    'an edit was dropped',
    'every review has one outcome',
    (run) => {
      row(run, 'edited').payload = { n: 1 };
    },
  ],
  [
    'somebody was told that a review waits after its outcome was answered',
    'every review has one outcome',
    (run) => {
      const [asked] = operations(run, 'requestReview');
      copy(run, asked as Operation, { startedAt: afterTheEnd, endedAt: afterTheEnd });
    },
  ],
  [
    'an approval was consumed twice',
    'nothing is consumed twice, or otherwise than approved',
    (run) => {
      const consume = first(run, 'consumeReview', 'approved');
      const { idempotencyKey: _, ...input } = consume.input;
      Object.assign(consume, { input });
      row(run, 'approved').callDigest = null;
      copy(run, consume, {});
    },
  ],
  [
    'an approval was consumed twice, with different keys',
    'nothing is consumed twice, or otherwise than approved',
    (run) => {
      const consume = first(run, 'consumeReview', 'edited');
      copy(run, consume, { input: { ...consume.input, idempotencyKey: 'another' } });
    },
  ],
  [
    'another call consumed an approval than was told so',
    'nothing is consumed twice, or otherwise than approved',
    (run) => {
      row(run, 'edited').callDigest = 'sha256:another';
    },
  ],
  [
    'a rejection was claimed by two',
    'nothing is consumed twice, or otherwise than approved',
    (run) => {
      const [, other] = operations(run, 'setReviewProcessed') as [Operation, Operation];
      if (other.answer) other.answer.changed = true;
    },
  ],
  [
    'whoever claimed a rejection was told otherwise when it asked again',
    'nothing is consumed twice, or otherwise than approved',
    (run) => {
      const again = operations(run, 'setReviewProcessed')[2];
      if (again?.answer) again.answer.changed = false;
    },
  ],
  [
    'an approval was given out again after its outcome was reported',
    'nothing is consumed twice, or otherwise than approved',
    (run) =>
      copy(run, first(run, 'consumeReview', 'edited'), {
        startedAt: afterTheEnd,
        endedAt: afterTheEnd,
      }),
  ],
  [
    'whoever consumed an approval was refused when it asked again',
    'nothing is consumed twice, or otherwise than approved',
    (run) => {
      const [consume, other] = operations(run, 'consumeReview') as [Operation, Operation];
      const endedAt = consume.endedAt + 1;
      copy(run, consume, { endedAt, answer: structuredClone(other.answer) });
    },
  ],
  [
    'the payload that was consumed is not the one approved',
    'nothing is consumed twice, or otherwise than approved',
    (run) => {
      const result = first(run, 'consumeReview', 'edited').answer?.result;
      if (result) result.data = { n: 1 };
    },
  ],
  [
    'something was consumed that nobody tried to',
    'nothing is consumed twice, or otherwise than approved',
    (run) => {
      const own = operations(run, 'consumeReview').filter(({ actor }) => actor === 'agent-0');
      drop(run, ...own);
    },
  ],
  [
    'a tool ran twice',
    'nothing is consumed twice, or otherwise than approved',
    (run) => run.entries.push(structuredClone(of(run, 'run')[0] as Entry)),
  ],
  [
    'a tool ran for an approval that somebody else consumed',
    'nothing is consumed twice, or otherwise than approved',
    (run) => {
      (of(run, 'run')[0] as { actor: string }).actor = 'agent-3';
    },
  ],
  [
    'a tool ran with what was not approved',
    'nothing is consumed twice, or otherwise than approved',
    (run) => {
      (of(run, 'run')[0] as { payload: unknown }).payload = { n: 'something else' };
    },
  ],
  [
    'an auto-approval was used once too often',
    'auto-approvals stay within their bounds',
    (run) => {
      const ask = first(run, 'requestReview', 'let-through');
      copy(run, ask, { input: { ...ask.input, nodeExecId: 'one-more' } });
    },
  ],
  [
    'an auto-approval counts more uses than it has',
    'auto-approvals stay within their bounds',
    ({ database }) => {
      for (const each of database.autoApprovals) each.uses = 3;
    },
  ],
  [
    'an auto-approval was used after its revocation was answered',
    'auto-approvals stay within their bounds',
    (run) => {
      const { endedAt } = first(run, 'revokeAutoApproval');
      const ask = first(run, 'requestReview', 'let-through');
      Object.assign(ask, { startedAt: endedAt + 1, endedAt: endedAt + 2 });
    },
  ],
  [
    'an auto-approval settled a review after its revocation was answered',
    'auto-approvals stay within their bounds',
    (run) => {
      row(run, 'settled').reviewedAt = first(run, 'revokeAutoApproval').endedAt + 1;
    },
  ],
  [
    'an auto-approval let through who made it',
    'auto-approvals stay within their bounds',
    (run) => {
      first(run, 'requestReview', 'let-through').actor = 'manager';
    },
  ],
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
    'a review waits beyond its time',
    'what expires is rejected, in its time',
    (run) => {
      row(run, 'expired').status = 'WAITING';
    },
  ],
  [
    'a review was approved by time',
    'what expires is rejected, in its time',
    (run) => {
      row(run, 'expired').status = 'APPROVED';
    },
  ],
  [
    'a review was decided after its time',
    'what expires is rejected, in its time',
    (run) => {
      row(run, 'rejected').expiresAt = (row(run, 'rejected').reviewedAt ?? 0) - 5;
    },
  ],
  [
    'a review was rejected before its time',
    'what expires is rejected, in its time',
    (run) => {
      row(run, 'expired').expiresAt = (row(run, 'expired').reviewedAt ?? 0) + 5;
    },
  ],
  [
    'a subscriber lost an event',
    'no event is lost, doubled or out of order',
    (run) => drop(run, seen(run)[3] as Entry),
  ],
  [
    'a subscriber lost the last event',
    'no event is lost, doubled or out of order',
    (run) => drop(run, seen(run, 'acme WebSocket').at(-1) as Entry),
  ],
  [
    'a subscriber got an event twice',
    'no event is lost, doubled or out of order',
    (run) => {
      const event = seen(run)[3] as Entry;
      run.entries.splice(run.entries.indexOf(event), 0, structuredClone(event));
    },
  ],
  [
    'a subscriber got events in another order',
    'no event is lost, doubled or out of order',
    (run) => {
      const event = seen(run)[3] as Entry;
      drop(run, event);
      run.entries.push(event);
    },
  ],
  [
    'the numbers of events have a gap',
    'no event is lost, doubled or out of order',
    ({ database, entries }) => {
      const number = 5;
      database.events = database.events.filter((event) => event.number !== number);
      for (const entry of entries)
        if (entry.type === 'event' && entry.cursor === number) entry.cursor = 0;
    },
  ],
  [
    'a change has no event',
    'no event is lost, doubled or out of order',
    (run) => {
      run.database.reviews.push({ ...structuredClone(row(run, 'approved')), nodeExecId: 'silent' });
    },
  ],
  [
    'the count of what waits is wrong',
    'no event is lost, doubled or out of order',
    ({ database }) => {
      for (const counter of database.counters) counter.waiting = 1;
    },
  ],
  [
    'a webhook was never delivered an event',
    'every webhook is delivered, in order',
    (run) => {
      for (const message of of(run, 'message')) if (message.cursor === 5) message.accepted = false;
    },
  ],
  [
    'a webhook was sent the events of one review in another order',
    'every webhook is delivered, in order',
    (run) => {
      const message = of(run, 'message').find(({ nodeExecId }) => nodeExecId === 'edited') as Entry;
      drop(run, message);
      run.entries.push(message);
    },
  ],
  [
    'a webhook was sent more of a review before it took what came first',
    'every webhook is delivered, in order',
    (run) => {
      const message = of(run, 'message').find(({ nodeExecId }) => nodeExecId === 'edited') as Entry;
      run.entries.push({ ...message, accepted: true } as Entry);
      Object.assign(message, { accepted: false });
    },
  ],
  [
    'a message has a wrong signature',
    'every webhook is delivered, in order',
    (run) => Object.assign(of(run, 'message')[2] as Entry, { signed: false }),
  ],
  [
    'a message was sent again with another id',
    'every webhook is delivered, in order',
    (run) => Object.assign(of(run, 'message')[4] as Entry, { messageId: 'another' }),
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
];

describe('the checker', () => {
  it('finds nothing where every promise was kept', () => {
    const { entries, database } = goodRun();
    expect(check(entries, database)).toEqual([]);
  });

  it.each(doctorings)('finds that %s', (_fault, promise, doctor) => {
    const run = goodRun();
    doctor(run);
    const violations = check(run.entries, run.database);
    expect(violations.map((violation) => violation.promise)).toContain(promise);
  });

  it('is shown at least one fault of each promise here', () => {
    expect(new Set(doctorings.map(([, promise]) => promise))).toEqual(new Set(Object.keys(rules)));
  });
});
