import { callDigestOf, digestOf, keyOf } from './checker/run.ts';
import type { DatabaseState, EventRow, ReviewRow } from './databaseState.ts';
import type { Answer, Entry, Operation } from './history.ts';
import type { OperationName } from './load/operations.ts';

export type GoodRun = { entries: Entry[]; database: DatabaseState };

const OWNER = 'acme';
const EXECUTION = 'run-1';
const HOUR = 3_600_000;

/**
 * A short history in which every promise is kept: reviews that are approved with an edit, rejected, expired, cancelled, let
 * through; consumed, reported of; a standing approval that is used up and revoked; an execution that is stopped; subscribers and
 * a webhook. To be doctored by tests of the checker.
 */
export function goodRun(): GoodRun {
  const entries: Entry[] = [];
  const rows = new Map<string, ReviewRow>();
  const events: EventRow[] = [];
  let clock = 1_000_000;
  const tick = () => {
    clock += 10;
    return clock;
  };

  const happens = (row: ReviewRow, kind: string, actor: string) =>
    events.push({
      owner: OWNER,
      number: events.length + 1,
      kind,
      nodeExecId: row.nodeExecId,
      graphExecId: row.graphExecId,
      actor,
    });
  const operation = (
    name: OperationName,
    actor: string,
    input: object,
    act: (id: number) => Partial<Answer> & { __typename?: string },
    more: Partial<Operation> = {},
  ) => {
    const id = entries.length + 1;
    const startedAt = tick();
    const __typename = `${name.charAt(0).toUpperCase()}${name.slice(1)}Payload`;
    tick();
    const answer = { __typename, ...act(id) };
    entries.push({
      type: 'operation',
      id,
      owner: OWNER,
      actor,
      name,
      input: name === 'decideReviews' ? withMessage(input, id) : input,
      startedAt,
      endedAt: tick(),
      outcome: 'answered',
      answer,
      error: null,
      expiredToken: false,
      ...more,
    });
  };
  const told = (nodeExecId: string) => structuredClone(rows.get(nodeExecId)) as never;
  const row = (nodeExecId: string) => rows.get(nodeExecId) as ReviewRow;
  const resultOf = ({ nodeExecId, status, payload, decisionSource }: ReviewRow) => ({
    nodeExecId,
    status,
    data: payload,
    message: '',
    processed: false,
    autoApproved: decisionSource === 'AUTO_APPROVAL',
  });

  const ask = (actor: string, nodeExecId: string, payload: unknown, nodeId = 'node-1') =>
    operation(
      'requestReview',
      actor,
      { nodeExecId, graphExecId: EXECUTION, nodeId, payload },
      () => {
        const known = rows.get(nodeExecId);
        if (!known) {
          rows.set(nodeExecId, waiting(nodeExecId, actor, payload, clock));
          happens(row(nodeExecId), 'REQUESTED', actor);
        }
        const isSettled = known && known.status !== 'WAITING';
        return { review: told(nodeExecId), result: isSettled ? resultOf(known) : null };
      },
    );
  const settle = (nodeExecId: string, change: Partial<ReviewRow>, kind: string, actor: string) => {
    Object.assign(row(nodeExecId), { reviewedAt: clock }, change);
    row(nodeExecId).payloadDigest = digestOf(row(nodeExecId).payload);
    happens(row(nodeExecId), kind, actor);
  };
  let hasEnded = false;
  const consume = (actor: string, nodeExecId: string, key: object = {}) => {
    const input = { nodeExecId, payloadDigest: digestOf(row(nodeExecId).payload), ...key };
    operation('consumeReview', actor, input, () => {
      const { consumedAt, callDigest } = row(nodeExecId);
      const call = callDigestOf({ name: 'consumeReview', actor, input });
      if (consumedAt === null) {
        const by = { consumedBy: actor, callDigest: call };
        Object.assign(row(nodeExecId), { consumedAt: clock, ...by, processed: true });
        happens(row(nodeExecId), 'PROCESSED', actor);
      } else if (call === null || call !== callDigest || hasEnded) {
        return { __typename: 'ReviewConflictError', reviews: [told(nodeExecId)] };
      }
      return { review: told(nodeExecId), result: resultOf(row(nodeExecId)) };
    });
  };

  ask('agent-0', 'edited', { n: 1 });
  ask('agent-1', 'edited', { n: 'another payload' });
  ask('agent-0', 'approved', { n: 2 });
  ask('agent-0', 'rejected', { n: 3 });
  const batch = [
    { nodeExecId: 'edited', decision: 'APPROVE', payload: { n: 'edit' } },
    { nodeExecId: 'approved', decision: 'APPROVE' },
    { nodeExecId: 'rejected', decision: 'REJECT' },
  ];
  operation('decideReviews', 'reviewer-0', { decisions: batch }, (id) => {
    for (const { nodeExecId, decision, payload } of batch) {
      const status = decision === 'APPROVE' ? 'APPROVED' : 'REJECTED';
      const by = { decidedBy: 'reviewer-0', decisionSource: 'REVIEWER' };
      const change = {
        status,
        ...by,
        reviewMessage: `operation ${id}`,
        ...(payload && { payload }),
      };
      settle(nodeExecId, change, status, 'reviewer-0');
    }
    return { reviews: batch.map(({ nodeExecId }) => told(nodeExecId)) };
  });
  operation(
    'decideReviews',
    'reviewer-1',
    { decisions: [{ nodeExecId: 'edited', decision: 'REJECT' }] },
    () => ({ __typename: 'ReviewConflictError', reviews: [told('edited')] }),
  );
  ask('agent-0', 'edited', { n: 1 });
  consume('agent-0', 'edited', { idempotencyKey: 'key' });
  consume('agent-1', 'edited', { idempotencyKey: 'key' });
  consume('agent-0', 'edited', { idempotencyKey: 'key' });
  operation('reportOutcome', 'agent-0', { nodeExecId: 'edited', outcome: 'EXECUTED' }, () => {
    row('edited').outcome = 'EXECUTED';
    happens(row('edited'), 'REPORTED', 'agent-0');
    return { review: told('edited') };
  });
  const gated = { owner: OWNER, actor: 'agent-2', nodeExecId: 'approved', payload: { n: 2 } };
  const place = { graphExecId: EXECUTION, nodeId: 'node-1' };
  entries.push({ type: 'gate', ...gated, ...place });
  consume('agent-2', 'approved', { idempotencyKey: 'key' });
  entries.push({ type: 'run', ...gated });
  for (const actor of ['agent-0', 'agent-1', 'agent-0']) {
    const input = { nodeExecId: 'rejected', processed: true, idempotencyKey: 'key' };
    operation('setReviewProcessed', actor, input, () => {
      const call = callDigestOf({ name: 'setReviewProcessed', actor, input });
      if (!row('rejected').processed) {
        Object.assign(row('rejected'), { processed: true, callDigest: call });
        happens(row('rejected'), 'PROCESSED', actor);
      }
      return { review: told('rejected'), changed: row('rejected').callDigest === call };
    });
  }

  ask('agent-0', 'expired', { n: 4 });
  row('expired').expiresAt = clock + 5;
  tick();
  settle('expired', { status: 'REJECTED', decisionSource: 'EXPIRY' }, 'EXPIRED', 'holdpoint');

  ask('agent-0', 'settled', { n: 5 }, 'node-2');
  const node = { graphExecId: EXECUTION, nodeId: 'node-2' };
  operation('createAutoApproval', 'manager', { ...node, maxUses: 2, payload: 1 }, () => ({
    autoApproval: { createdBy: 'manager', uses: 0, maxUses: 2 },
  }));
  tick();
  settle(
    'settled',
    { status: 'APPROVED', decidedBy: 'manager', decisionSource: 'AUTO_APPROVAL' },
    'APPROVED',
    'manager',
  );
  ask('agent-0', 'settled', { n: 5 }, 'node-2');
  operation(
    'requestReview',
    'agent-0',
    { ...node, nodeExecId: 'let-through', payload: { n: 6 } },
    () => ({
      review: null,
      result: {
        nodeExecId: 'auto_approve',
        status: 'APPROVED',
        data: { n: 6 },
        message: '',
        processed: true,
        autoApproved: true,
      },
    }),
  );
  operation('revokeAutoApproval', 'manager', node, () => ({
    autoApproval: { createdBy: 'manager', uses: 2, maxUses: 2 },
  }));
  ask('agent-0', 'after-revocation', { n: 7 }, 'node-2');

  operation('cancelPendingReviews', 'manager', { graphExecId: EXECUTION }, () => {
    const by = { decidedBy: 'manager', decisionSource: 'CANCELLATION', processed: true };
    settle('after-revocation', { status: 'REJECTED', ...by }, 'CANCELLED', 'manager');
    hasEnded = true;
    return { cancelledCount: 1 };
  });
  consume('agent-2', 'approved', { idempotencyKey: 'key' });
  operation(
    'requestReview',
    'agent-0',
    { nodeExecId: 'too-late', graphExecId: EXECUTION, nodeId: 'node-1', payload: 8 },
    () => ({ __typename: 'ExecutionEndedError' }),
  );
  operation(
    'requestReview',
    'late',
    { nodeExecId: 'expired-token', graphExecId: EXECUTION, nodeId: 'node-1', payload: 9 },
    () => ({}),
    { outcome: 'failed', answer: null, error: 'UNAUTHENTICATED', expiredToken: true },
  );
  operation(
    'requestReview',
    'agent-0',
    { nodeExecId: 'cut', graphExecId: EXECUTION, nodeId: 'node-1', payload: 10 },
    () => ({}),
    { outcome: 'lost', answer: null, error: 'ECONNRESET' },
  );

  const statusAt = ({ nodeExecId }: EventRow) => {
    const { status, decisionSource, payloadDigest } = row(nodeExecId);
    return { status, decisionSource, payloadDigest: String(payloadDigest) };
  };
  for (const transport of ['WebSocket', 'SSE']) {
    const follower = `${OWNER} ${transport}`;
    entries.push({
      type: 'follow',
      follower,
      owner: OWNER,
      transport,
      after: 0,
      graphExecId: null,
    });
    for (const event of events) {
      const { number: cursor, kind, nodeExecId, actor } = event;
      const seen = { cursor, kind, nodeExecId, actor, review: statusAt(event) };
      entries.push({ type: 'event', follower, owner: OWNER, ...seen });
    }
  }
  for (const event of events) {
    for (const accepted of event.number % 4 === 0 ? [false, true] : [true]) {
      entries.push({
        type: 'message',
        webhookId: 'hook',
        owner: OWNER,
        messageId: `id of ${keyOf(OWNER, String(event.number))}`,
        cursor: event.number,
        kind: event.kind,
        nodeExecId: event.nodeExecId,
        status: statusAt(event).status,
        signed: true,
        accepted,
      });
    }
  }
  const reviews = [...rows.values()];
  const database: DatabaseState = {
    readAt: tick() + HOUR / 2,
    reviews,
    events,
    counters: [{ owner: OWNER, lastNumber: events.length, waiting: 0 }],
    executions: [{ owner: OWNER, graphExecId: EXECUTION, status: 'TERMINATED' }],
    autoApprovals: [{ owner: OWNER, ...node, maxUses: 2, uses: 2 }],
    webhooks: [{ owner: OWNER, webhookId: 'hook', after: 0, kinds: [] }],
  };
  return { entries, database };
}

const waiting = (nodeExecId: string, actor: string, payload: unknown, at: number): ReviewRow => ({
  owner: OWNER,
  nodeExecId,
  graphExecId: EXECUTION,
  status: 'WAITING',
  decisionSource: null,
  decidedBy: null,
  reviewMessage: null,
  payload,
  originalPayload: payload,
  payloadDigest: digestOf(payload),
  processed: false,
  requestedBy: actor,
  consumedBy: null,
  callDigest: null,
  outcome: null,
  createdAt: at,
  reviewedAt: null,
  expiresAt: at + HOUR,
  consumedAt: null,
});

const withMessage = (input: object, id: number) => ({
  decisions: (input as { decisions: object[] }).decisions.map((decision) => ({
    ...decision,
    message: `operation ${id}`,
  })),
});
