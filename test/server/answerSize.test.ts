import { describe, expect, it } from 'vitest';
import { ask } from '../support/operations.ts';
import { testService } from '../support/testService.ts';
import { SocketClient } from './socketClient.ts';

const LARGE = 1_000_000;
const REVIEWS = 100;

const service = await testService();
const { user, reviewer } = service.team();
const ids = Array.from({ length: REVIEWS }, (_, number) => `large-${number}`);
await service.sql(
  `INSERT INTO "PendingReview" ("userId", "nodeExecId", "nodeId", "graphExecId", "graphId", "graphVersion", "payload", "requestedBy")
  SELECT $1, id, id, 'exec', 'graph', 1, to_json(repeat('x', $3))::text, 'agent' FROM unnest($2::text[]) id`,
  [user, ids, LARGE - 2],
);

/** The bytes of payloads that the service has read from the database so far. */
async function bytesRead(): Promise<number> {
  // PostgreSQL stores large values in a TOAST table and counts the blocks read from it.
  const [row] = await service.sql(
    `SELECT sum(heap_blks_read + heap_blks_hit) * 8192 AS bytes FROM pg_statio_all_tables
    WHERE relid = (SELECT reltoastrelid FROM pg_class WHERE oid = '"PendingReview"'::regclass)`,
  );
  return Number(row?.['bytes']);
}

const page = (alias: string, fields = 'payload') =>
  `${alias}: reviews(nodeExecIds: $ids) { nodeExecId ${fields} }`;
const queryOf = (...parts: string[]) => `query ($ids: [ID!]!) { ${parts.join(' ')} }`;

describe('an answer is at most 32 MB', () => {
  it.each([
    ['500 MB under five aliases', queryOf(...['a', 'b', 'c', 'd', 'e'].map((name) => page(name)))],
    ['100 MB in one list', queryOf(page('a'))],
    ['200 MB as payloads and original payloads', queryOf(page('a', 'payload originalPayload'))],
  ])('%s: each field beyond the limit is null with an error', async (_name, query) => {
    type Read = { nodeExecId: string; payload: string | null; originalPayload?: string | null };
    for (let round = 0; round < 3; round++) {
      const { errors, data, text } = await reviewer.answer<Record<string, Read[]>>(query, { ids });
      expect(text.length).toBeLessThan(33_000_000);
      for (const { message, extensions } of errors) {
        expect(extensions?.['code']).toBe('ANSWER_TOO_LARGE');
        expect(message).toContain('exceed 32000000 bytes. Request less at once');
      }
      const payloads = Object.values(data ?? {})
        .flat()
        .flatMap(({ nodeExecId: _id, ...read }) => Object.values(read));
      const whole = payloads.filter((payload) => payload?.length === LARGE - 2);
      expect(whole).toHaveLength(32);
      expect(payloads.filter((payload) => payload === null)).toHaveLength(errors.length);
      expect(payloads).toHaveLength(32 + errors.length);
    }
  });

  it('payloads beyond the limit are not read from the database', async () => {
    const before = await bytesRead();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => reviewer.answer(queryOf(page('a'), page('b')), { ids })),
    );
    for (const { errors } of answers) {
      expect(errors[0]?.extensions?.['code']).toBe('ANSWER_TOO_LARGE');
    }
    expect((await bytesRead()) - before).toBeLessThan(6 * 32_000_000);
  });

  it('the limit also applies over WebSocket, in fragments and in connections', async () => {
    const socket = await SocketClient.enter(service.url, await reviewer.token);
    socket.subscribe('1', queryOf(page('a')), { ids });
    const { payload } = await socket.message('next', '1');
    expect(payload.errors[0].extensions.code).toBe('ANSWER_TOO_LARGE');
    await socket.close();

    const listed = await reviewer.answer(
      'query { pendingReviews(first: 100) { edges { node { ...Everything } } } } fragment Everything on PendingReview { payload }',
    );
    expect(listed.errors[0]?.extensions?.['code']).toBe('ANSWER_TOO_LARGE');
  });

  it('large reviews with tags are refused in order, and the service keeps running', async () => {
    // A rejection that nobody handles would fail this test, and end the service.
    await service.sql(`UPDATE "PendingReview" SET "tags" = '{a,b}' WHERE "userId" = $1`, [user]);
    const fields = 'payload originalPayload tags payloadDigest';
    for (let round = 0; round < 3; round++) {
      const { errors } = await reviewer.answer(
        `query { pendingReviews(first: 100) { edges { node { ${fields} } } } }`,
      );
      expect(errors[0]?.extensions?.['code']).toBe('ANSWER_TOO_LARGE');
    }
  });

  it('pages below the limit, and pages without payloads, are complete', async () => {
    const some = await reviewer.query<{ a: { payload: string }[] }>(queryOf(page('a')), {
      ids: ids.slice(0, 32),
    });
    expect(some.a.map(({ payload }) => payload.length)).toEqual(Array(32).fill(LARGE - 2));
    const all = await reviewer.query<{ a: unknown[] }>(queryOf(page('a', 'payloadDigest')), {
      ids: ids.slice(0, 30),
    });
    expect(all.a).toHaveLength(30);
    const names = await reviewer.query<{ a: unknown[] }>(queryOf(page('a', 'status')), { ids });
    expect(names.a).toHaveLength(REVIEWS);
  });
});

it('a query that exceeds the limit is answered the same once it is compiled', async () => {
  const small = await testService({ config: { maxAnswerBytes: 10_000 } });
  const { agent, reviewer } = small.team();
  for (const id of ['1', '2', '3']) await ask(agent, id, { payload: 'x'.repeat(4_000) });
  const answers = new Set<string>();
  for (let time = 0; time < 105; time++) {
    const query = '{ pendingReviews { edges { node { nodeExecId payload } } } }';
    answers.add((await reviewer.answer(query)).text);
  }
  expect(answers.size).toBe(1);
});

describe("a review's events", () => {
  const EVENTS = 250;
  const owner = service.team();
  type Events = { events: { cursor: string }[] };
  const query = `query ($first: Int, $after: String) {
    reviews(nodeExecIds: ["told"]) { events(first: $first, after: $after) { cursor } }
  }`;
  const eventsOf = async (variables: { first?: number; after?: string | undefined }) => {
    const { reviews } = await owner.reviewer.query<{ reviews: Events[] }>(query, variables);
    return reviews[0]?.events.map(({ cursor }) => Number(cursor)) ?? [];
  };

  it('are paged: at most 100 at a time, continued after a cursor', async () => {
    await service.sql(
      `INSERT INTO "PendingReview" ("userId", "nodeExecId", "nodeId", "graphExecId", "graphId", "graphVersion", "payload", "requestedBy")
      VALUES ($1, 'told', 'told', 'exec', 'graph', 1, '1', 'agent')`,
      [owner.user],
    );
    // Every change of the payload is an event.
    for (let change = 1; change < EVENTS; change++) {
      await service.sql(`UPDATE "PendingReview" SET "payload" = $2 WHERE "userId" = $1`, [
        owner.user,
        String(change + 1),
      ]);
    }
    const all: number[] = [];
    for (let after: string | undefined; ; after = String(all.at(-1))) {
      const some = await eventsOf({ after });
      expect(some.length).toBeLessThanOrEqual(100);
      if (some.length === 0) break;
      all.push(...some);
    }
    expect(all).toEqual(Array.from({ length: EVENTS }, (_, number) => number + 1));
    expect(await eventsOf({ first: 3, after: '248' })).toEqual([249, 250]);
    expect(await eventsOf({ first: 2 })).toEqual([1, 2]);
  });

  it.each([0, -1, 101])('reject a page size of %i', async (first) => {
    const { errors } = await owner.reviewer.answer(query, { first });
    expect(errors[0]?.message).toBe(`first: must be between 1 and 100, not ${first}`);
  });

  it.each([
    'reviews(nodeExecIds: ["told"]) { events { review { events { cursor } } } }',
    'reviews(nodeExecIds: ["told"]) { events { review { ...F } } } } fragment F on PendingReview { events { cursor }',
    'reviews(nodeExecIds: ["told"]) { events { ... on ReviewEvent { review { x: events(first: 1) { cursor } } } } }',
  ])('cannot be nested in themselves: { %s }', async (selection) => {
    const { errors } = await owner.reviewer.answer(`{ ${selection} }`);
    expect(errors[0]?.message).toContain('The review of an event has no events');
  });

  it('cannot be nested in a subscription either', async () => {
    const document = 'subscription { reviewEvents { review { events { cursor } } } }';
    await expect(owner.reviewer.subscribe(document).next()).rejects.toThrow(
      'The review of an event has no events',
    );
  });
});
