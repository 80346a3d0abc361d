import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TooManyRequestsError } from '../../src/limits/errors.ts';
import { OperationTurns } from '../../src/limits/operationTurns.ts';
import { ask } from '../support/operations.ts';
import { testService } from '../support/testService.ts';

/** Counts how many tasks run at the same time. Each ends with `end`, in order. */
class Tasks {
  running = 0;
  readonly #ends: (() => void)[] = [];

  readonly task = async (): Promise<void> => {
    this.running++;
    await new Promise<void>((resolve) => this.#ends.push(resolve));
    this.running--;
  };

  async end(): Promise<void> {
    this.#ends.shift()?.();
    await pause(0);
  }
}

describe('the operations of a workspace', () => {
  it('are executed 20 at a time, and do not hold up another workspace', async () => {
    const turns = new OperationTurns();
    const [ones, others] = [new Tasks(), new Tasks()];
    const started = Array.from({ length: 30 }, () => turns.take('one', ones.task));
    expect(ones.running).toBe(20);
    void turns.take('other', others.task);
    expect(others.running).toBe(1);
    for (let n = 1; n <= 10; n++) {
      await ones.end();
      expect(ones.running).toBe(20);
    }
    for (let n = 0; n < 20; n++) await ones.end();
    await Promise.all(started);
    expect(ones.running).toBe(0);
  });

  it.each(['answer', 'request'])('are executed two at a time after a large %s', async (what) => {
    const turns = new OperationTurns();
    const [ones, others] = [new Tasks(), new Tasks()];
    if (what === 'answer') {
      turns.answered('one', 1_000_001);
      turns.answered('other', 1_000_000);
    } else {
      turns.received('one', 200_001);
      turns.received('other', 200_000);
    }
    for (let n = 0; n < 10; n++) {
      void turns.take('one', ones.task);
      void turns.take('other', others.task);
    }
    expect([ones.running, others.running]).toEqual([2, 10]);
    await ones.end();
    expect(ones.running).toBe(2);
  });

  it('are refused beyond 1,000 that wait, but never an event', async () => {
    const limits: string[] = [];
    const turns = new OperationTurns((limit) => limits.push(limit));
    const tasks = new Tasks();
    for (let n = 0; n < 1_020; n++) void turns.take('one', tasks.task);
    await expect(turns.take('one', tasks.task)).rejects.toThrow(TooManyRequestsError);
    expect(limits).toEqual(['waiting_operations']);
    void turns.take('one', tasks.task, true);
    for (let n = 0; n < 1_021; n++) await tasks.end();
    expect(tasks.running).toBe(0);
  });

  it('go on after one that fails', async () => {
    const turns = new OperationTurns();
    const failing = Array.from({ length: 50 }, () =>
      turns.take('one', () => Promise.reject(new Error('no'))),
    );
    const results = await Promise.allSettled(failing);
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
  });
});

const service = await testService();

it('a workspace that reads very much does not hold up another one', async () => {
  const [busy, other] = [service.team(), service.team()];
  await service.sql(
    `INSERT INTO "PendingReview" ("userId", "nodeExecId", "nodeId", "graphExecId", "graphId", "graphVersion", "payload", "instructions", "requestedBy")
    SELECT $1, n::text, 'node', 'exec', 'graph', 1, '1', repeat('x', 99000), 'agent' FROM generate_series(1, 50) n`,
    [busy.user],
  );
  const query = '{ pendingReviews(first: 50) { edges { node { instructions } } } }';
  let answered = 0;
  const reads = Array.from({ length: 60 }, async () => {
    expect((await busy.reviewer.answer(query)).errors).toEqual([]);
    answered++;
  });
  await expect.poll(() => answered).toBeGreaterThan(5);
  await ask(other.agent, 'small');
  expect(answered).toBeLessThan(40);
  await Promise.all(reads);
}, 60_000);

it('a workspace that sends very much does not hold up another one', async () => {
  const [busy, other] = [service.team(), service.team()];
  const payload = Array.from({ length: 50_000 }, (_, at) => at);
  let answered = 0;
  const asks = Array.from({ length: 30 }, async (_, at) => {
    await ask(busy.agent, `large-${at}`, { payload });
    answered++;
  });
  await expect.poll(() => answered).toBeGreaterThan(0);
  await ask(other.agent, 'small');
  expect(answered).toBeLessThan(15);
  await Promise.all(asks);
}, 60_000);

it('what a client no longer waits for is not executed', async () => {
  const { user, agent, reviewer } = service.team();
  await service.sql(
    `INSERT INTO "PendingReview" ("userId", "nodeExecId", "nodeId", "graphExecId", "graphId", "graphVersion", "payload", "instructions", "requestedBy")
    SELECT $1, n::text, 'node', 'exec', 'graph', 1, '1', repeat('x', 99000), 'agent' FROM generate_series(1, 50) n`,
    [user],
  );
  const token = await reviewer.token;
  const gone = new AbortController();
  const body = JSON.stringify({
    query: '{ pendingReviews(first: 50) { edges { node { instructions } } } }',
  });
  const reads = Array.from({ length: 300 }, () =>
    fetch(reviewer.url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body,
      signal: gone.signal,
    }).then((response) => response.text()),
  );
  await Promise.race(reads);
  gone.abort();
  await Promise.allSettled(reads);
  const start = performance.now();
  await ask(agent, 'small');
  // 300 reads take more than ten seconds.
  expect(performance.now() - start).toBeLessThan(5_000);
}, 60_000);
