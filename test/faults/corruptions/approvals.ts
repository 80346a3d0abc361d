import type { EventRow } from '../databaseState.ts';
import type { Entry, Operation } from '../history.ts';
import {
  afterTheEnd,
  type Corruption,
  copy,
  drop,
  first,
  lifeOf,
  of,
  operations,
  row,
} from './corruption.ts';

/** Violations in approvals and standing approvals. */
export const approvalCorruptions: Corruption[] = [
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
    'the call that was told it consumed an approval is not the one recorded',
    'an approval is consumed once, as it was approved',
    (run) => {
      row(run, 'edited').callDigest = 'sha256:another';
    },
  ],
  [
    'a rejection was claimed by two callers',
    'an approval is consumed once, as it was approved',
    (run) => {
      const [, other] = operations(run, 'setReviewProcessed') as [Operation, Operation];
      if (other.answer) other.answer.changed = true;
    },
  ],
  [
    'a repeated claim of a rejection got a different answer',
    'an approval is consumed once, as it was approved',
    (run) => {
      const again = operations(run, 'setReviewProcessed')[2];
      if (again?.answer) again.answer.changed = false;
    },
  ],
  [
    'an approval was consumed again after its outcome was reported',
    'an approval is consumed once, as it was approved',
    (run) =>
      copy(run, first(run, 'consumeReview', 'edited'), {
        startedAt: afterTheEnd,
        endedAt: afterTheEnd,
      }),
  ],
  [
    'a repeated consumption with the same key was refused',
    'an approval is consumed once, as it was approved',
    (run) => {
      const consume = first(run, 'consumeReview', 'edited');
      const [told] = [consume.answer?.review].flatMap((review) => review ?? []);
      const answer = { __typename: 'ReviewConflictError', reviews: told ? [told] : [] };
      copy(run, consume, { endedAt: consume.endedAt + 1, answer });
    },
  ],
  [
    'the consumed payload is not the approved one',
    'an approval is consumed once, as it was approved',
    (run) => {
      const result = first(run, 'consumeReview', 'edited').answer?.result;
      if (result) result.data = { n: 1 };
    },
  ],
  [
    'an approval was consumed that no caller tried to consume',
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
    'a tool ran with an approval that another actor consumed',
    'an approval is consumed once, as it was approved',
    (run) => {
      (of(run, 'run')[0] as { actor: string }).actor = 'agent-3';
    },
  ],
  [
    'a tool ran with a payload that was not approved',
    'an approval is consumed once, as it was approved',
    (run) => {
      (of(run, 'run')[0] as { payload: unknown }).payload = { n: 'something else' };
    },
  ],
  [
    'an approval was both consumed and claimed, by different callers',
    'an approval is consumed once, as it was approved',
    (run) => {
      const claim = first(run, 'setReviewProcessed');
      copy(run, claim, { input: { ...claim.input, nodeExecId: 'let-through' } });
    },
  ],
  [
    'a claim was undone',
    'an approval is consumed once, as it was approved',
    (run) => {
      const claim = first(run, 'setReviewProcessed');
      copy(run, claim, { input: { ...claim.input, processed: false } });
    },
  ],
  [
    'a rejection was claimed without a call',
    'an approval is consumed once, as it was approved',
    (run) => drop(run, ...operations(run, 'setReviewProcessed')),
  ],
  [
    'an actor consumed an approval that was not for it',
    'an approval is only for its parties, while it is valid',
    (run) => {
      row(run, 'approved').consumers = [];
    },
  ],
  [
    'an approval was returned to an actor that it was not for',
    'an approval is only for its parties, while it is valid',
    (run) => {
      copy(run, first(run, 'consumeReview', 'edited'), { actor: 'agent-3' });
    },
  ],
  [
    'the reviewer who approved a request consumed the approval',
    'an approval is only for its parties, while it is valid',
    (run) => {
      row(run, 'approved').decidedBy = 'agent-1';
    },
  ],
  [
    'a rejection was claimed by an actor that it was not for',
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
    'an approval is valid for too long',
    'an approval is only for its parties, while it is valid',
    (run) => {
      row(run, 'approved').validUntil = afterTheEnd;
    },
  ],
  [
    'a lapsed approval was never recorded as void',
    'an approval is only for its parties, while it is valid',
    (run) => {
      row(run, 'lapsed').voidedAt = null;
      const { events } = run.database;
      run.database.events = events.filter(({ kind }) => kind !== 'VOIDED');
    },
  ],
  [
    'an approval was voided without a stop',
    'an approval is only for its parties, while it is valid',
    (run) => drop(run, ...operations(run, 'cancelPendingReviews')),
  ],
  [
    'a caller was told a wrong time for a voided approval',
    'an approval is only for its parties, while it is valid',
    (run) => {
      const [told] = first(run, 'consumeReview', 'lapsed').answer?.reviews ?? [];
      if (told) told.voidedAt = told.createdAt;
    },
  ],
  [
    'an approval was used after a caller was told that it is void',
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
    'a standing approval let a step through without a review',
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
    'a standing approval was used before it was created',
    'standing approvals stay within their bounds',
    (run) => {
      row(run, 'let-through').reviewedAt = first(run, 'createAutoApproval').startedAt - 5;
    },
  ],
  [
    'a standing approval was used after its revocation was acknowledged',
    'standing approvals stay within their bounds',
    (run) => {
      row(run, 'let-through').reviewedAt = first(run, 'revokeAutoApproval').endedAt + 1;
    },
  ],
  [
    'a standing approval settled a review after its revocation was acknowledged',
    'standing approvals stay within their bounds',
    (run) => {
      row(run, 'settled').reviewedAt = first(run, 'revokeAutoApproval').endedAt + 1;
    },
  ],
  [
    'a standing approval was used after it had expired',
    'standing approvals stay within their bounds',
    (run) => {
      const { input, endedAt } = first(run, 'createAutoApproval');
      input.expiresAt = new Date(endedAt).toISOString();
    },
  ],
  [
    'a standing approval was used after the run was stopped and reopened',
    'standing approvals stay within their bounds',
    (run) => {
      row(run, 'void').reviewedAt = first(run, 'registerExecution', 'run-2').endedAt + 100_000;
    },
  ],
  [
    'a standing approval let through a different graph version',
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
    'a standing approval let through a request of its creator',
    'standing approvals stay within their bounds',
    (run) => {
      row(run, 'let-through').requestedBy = 'manager';
    },
  ],
  [
    'a standing approval let through a request that names its creator as a consumer',
    'standing approvals stay within their bounds',
    (run) => {
      row(run, 'let-through').consumers = ['manager'];
    },
  ],
  [
    'a standing approval let through a step that its creator had requested and deleted',
    'standing approvals stay within their bounds',
    (run) => {
      const [approved] = lifeOf(run, 'let-through');
      const before = { ...(approved as EventRow), kind: 'REQUESTED', requestedBy: 'manager' };
      run.database.events.push(before);
    },
  ],
];
