import type { EventRow } from '../databaseState.ts';
import type { Entry, Operation } from '../history.ts';
import {
  afterTheEnd,
  copy,
  type Doctoring,
  drop,
  first,
  lifeOf,
  of,
  operations,
  row,
} from './doctoring.ts';

/** Faults in approvals and standing approvals. */
export const approvalDoctorings: Doctoring[] = [
  [
    'an approval was consumed twice',
    'an approval is consumed once, as it was approved',
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
    'an approval is consumed once, as it was approved',
    (run) => {
      const consume = first(run, 'consumeReview', 'edited');
      copy(run, consume, { input: { ...consume.input, idempotencyKey: 'another' } });
    },
  ],
  [
    'another call consumed an approval than was told so',
    'an approval is consumed once, as it was approved',
    (run) => {
      row(run, 'edited').callDigest = 'sha256:another';
    },
  ],
  [
    'a rejection was claimed by two',
    'an approval is consumed once, as it was approved',
    (run) => {
      const [, other] = operations(run, 'setReviewProcessed') as [Operation, Operation];
      if (other.answer) other.answer.changed = true;
    },
  ],
  [
    'whoever claimed a rejection was told otherwise when it asked again',
    'an approval is consumed once, as it was approved',
    (run) => {
      const again = operations(run, 'setReviewProcessed')[2];
      if (again?.answer) again.answer.changed = false;
    },
  ],
  [
    'an approval was given out again after its outcome was reported',
    'an approval is consumed once, as it was approved',
    (run) =>
      copy(run, first(run, 'consumeReview', 'edited'), {
        startedAt: afterTheEnd,
        endedAt: afterTheEnd,
      }),
  ],
  [
    'whoever consumed an approval was refused when it asked again',
    'an approval is consumed once, as it was approved',
    (run) => {
      const consume = first(run, 'consumeReview', 'edited');
      const [told] = [consume.answer?.review].flatMap((review) => review ?? []);
      const answer = { __typename: 'ReviewConflictError', reviews: told ? [told] : [] };
      copy(run, consume, { endedAt: consume.endedAt + 1, answer });
    },
  ],
  [
    'the payload that was consumed is not the one approved',
    'an approval is consumed once, as it was approved',
    (run) => {
      const result = first(run, 'consumeReview', 'edited').answer?.result;
      if (result) result.data = { n: 1 };
    },
  ],
  [
    'something was consumed that nobody tried to',
    'an approval is consumed once, as it was approved',
    (run) => {
      const own = operations(run, 'consumeReview').filter(({ actor }) => actor === 'agent-0');
      drop(run, ...own);
    },
  ],
  [
    'a tool ran twice',
    'an approval is consumed once, as it was approved',
    (run) => run.entries.push(structuredClone(of(run, 'run')[0] as Entry)),
  ],
  [
    'a tool ran for an approval that somebody else consumed',
    'an approval is consumed once, as it was approved',
    (run) => {
      (of(run, 'run')[0] as { actor: string }).actor = 'agent-3';
    },
  ],
  [
    'a tool ran with what was not approved',
    'an approval is consumed once, as it was approved',
    (run) => {
      (of(run, 'run')[0] as { payload: unknown }).payload = { n: 'something else' };
    },
  ],
  [
    'an approval was consumed, and claimed by another',
    'an approval is consumed once, as it was approved',
    (run) => {
      const claim = first(run, 'setReviewProcessed');
      copy(run, claim, { input: { ...claim.input, nodeExecId: 'let-through' } });
    },
  ],
  [
    'a claim was taken back',
    'an approval is consumed once, as it was approved',
    (run) => {
      const claim = first(run, 'setReviewProcessed');
      copy(run, claim, { input: { ...claim.input, processed: false } });
    },
  ],
  [
    'a rejection was claimed that nobody claimed',
    'an approval is consumed once, as it was approved',
    (run) => drop(run, ...operations(run, 'setReviewProcessed')),
  ],
  [
    'somebody consumed an approval who had no part in it',
    'an approval is only for its parties, while it is valid',
    (run) => {
      row(run, 'approved').consumers = [];
    },
  ],
  [
    'somebody was given an approval who had no part in it',
    'an approval is only for its parties, while it is valid',
    (run) => {
      copy(run, first(run, 'consumeReview', 'edited'), { actor: 'agent-3' });
    },
  ],
  [
    'who approved it consumed it',
    'an approval is only for its parties, while it is valid',
    (run) => {
      row(run, 'approved').decidedBy = 'agent-1';
    },
  ],
  [
    'a rejection was claimed by somebody who had no part in it',
    'an approval is only for its parties, while it is valid',
    (run) => {
      for (const event of lifeOf(run, 'rejected', 'PROCESSED')) event.actor = 'agent-3';
    },
  ],
  [
    'an approval was used after it had lapsed',
    'an approval is only for its parties, while it is valid',
    (run) => {
      for (const event of lifeOf(run, 'again', 'PROCESSED'))
        event.at = (row(run, 'again').validUntil ?? 0) + 5;
    },
  ],
  [
    'an approval lapsed before its time',
    'an approval is only for its parties, while it is valid',
    (run) => {
      for (const event of lifeOf(run, 'lapsed', 'VOIDED')) event.at -= 5;
    },
  ],
  [
    'an approval lasts longer than it should',
    'an approval is only for its parties, while it is valid',
    (run) => {
      row(run, 'approved').validUntil = afterTheEnd;
    },
  ],
  [
    'an approval that lapsed was never noted as void',
    'an approval is only for its parties, while it is valid',
    (run) => {
      row(run, 'lapsed').voidedAt = null;
      const { events } = run.database;
      run.database.events = events.filter(({ kind }) => kind !== 'VOIDED');
    },
  ],
  [
    'an approval is void although nobody stopped anything',
    'an approval is only for its parties, while it is valid',
    (run) => drop(run, ...operations(run, 'cancelPendingReviews')),
  ],
  [
    'somebody was told another time since when an approval is void',
    'an approval is only for its parties, while it is valid',
    (run) => {
      const [told] = first(run, 'consumeReview', 'lapsed').answer?.reviews ?? [];
      if (told) told.voidedAt = told.createdAt;
    },
  ],
  [
    'an approval was used after somebody was told that it is void',
    'an approval is only for its parties, while it is valid',
    (run) => {
      Object.assign(row(run, 'lapsed'), { voidedAt: null, processed: true });
      for (const event of lifeOf(run, 'lapsed', 'VOIDED'))
        Object.assign(event, { kind: 'PROCESSED', actor: 'agent-0', at: afterTheEnd });
    },
  ],
  [
    'a standing approval was used once too often',
    'standing approvals stay within their bounds',
    (run) => {
      const use = structuredClone(row(run, 'let-through'));
      run.database.reviews.push({ ...use, nodeExecId: 'one-more' });
    },
  ],
  [
    'a standing approval counts more uses than it has',
    'standing approvals stay within their bounds',
    ({ database }) => {
      for (const each of database.autoApprovals) each.uses = 9;
    },
  ],
  [
    'a step was let through that left no review',
    'standing approvals stay within their bounds',
    ({ database }) => {
      const unused = database.autoApprovals.find(({ maxUses }) => maxUses === 5);
      if (unused) unused.uses++;
    },
  ],
  [
    'a standing approval does not count a step that it let through',
    'standing approvals stay within their bounds',
    ({ database }) => {
      for (const each of database.autoApprovals) each.uses = 0;
    },
  ],
  [
    'a standing approval was used before it was made',
    'standing approvals stay within their bounds',
    (run) => {
      row(run, 'let-through').reviewedAt = first(run, 'createAutoApproval').startedAt - 5;
    },
  ],
  [
    'a standing approval was used after its revocation was answered',
    'standing approvals stay within their bounds',
    (run) => {
      row(run, 'let-through').reviewedAt = first(run, 'revokeAutoApproval').endedAt + 1;
    },
  ],
  [
    'a standing approval settled a review after its revocation was answered',
    'standing approvals stay within their bounds',
    (run) => {
      row(run, 'settled').reviewedAt = first(run, 'revokeAutoApproval').endedAt + 1;
    },
  ],
  [
    'a standing approval was used after its time',
    'standing approvals stay within their bounds',
    (run) => {
      const { input, endedAt } = first(run, 'createAutoApproval');
      input.expiresAt = new Date(endedAt).toISOString();
    },
  ],
  [
    'a standing approval was used after the execution was stopped and reopened',
    'standing approvals stay within their bounds',
    (run) => {
      row(run, 'void').reviewedAt = first(run, 'registerExecution', 'run-2').endedAt + 100_000;
    },
  ],
  [
    'a standing approval let through another version of the graph',
    'standing approvals stay within their bounds',
    (run) => {
      const { reviewedAt, decidedBy } = row(run, 'let-through');
      const use = { status: 'APPROVED', decisionSource: 'AUTO_APPROVAL', reviewedAt, decidedBy };
      Object.assign(row(run, 'other-version'), use);
    },
  ],
  [
    'a standing approval for one agent let through another agent',
    'standing approvals stay within their bounds',
    (run) => {
      first(run, 'createAutoApproval').input.requestedBy = 'agent-1';
    },
  ],
  [
    'a standing approval let through who made it',
    'standing approvals stay within their bounds',
    (run) => {
      row(run, 'let-through').requestedBy = 'manager';
    },
  ],
  [
    'a standing approval let through somebody whom its maker named as a consumer of',
    'standing approvals stay within their bounds',
    (run) => {
      row(run, 'let-through').consumers = ['manager'];
    },
  ],
  [
    'a standing approval let through what its maker had asked for and deleted',
    'standing approvals stay within their bounds',
    (run) => {
      const [approved] = lifeOf(run, 'let-through');
      const before = { ...(approved as EventRow), kind: 'REQUESTED', requestedBy: 'manager' };
      run.database.events.push(before);
    },
  ],
];
