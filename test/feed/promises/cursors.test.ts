import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/database/database.ts';
import { pruneEvents } from '../../../src/feed/pruneEvents.ts';
import { SocketClient } from '../../server/socketClient.ts';
import { ask } from '../../support/operations.ts';
import { testService } from '../../support/testService.ts';
import { everyEvent, Follower, transports } from './follower.ts';
import { historyOf, insertReviews } from './history.ts';

const service = await testService({ config: { feedDays: 30, auditDays: 60 } });
const { sql, database } = service;
const addedQuery = `subscription ($after: String) {
  pendingReviewAdded(after: $after) { cursor review { nodeExecId } } }`;

/** How an invalid cursor is refused, the same on every transport. */
async function refusalOf(token: string, after: string) {
  const answers = [];
  for (const transport of transports) {
    // Before the first event, a browser's EventSource has an empty id, which it does not send.
    if (transport === 'SSE with Last-Event-ID' && after === '') continue;
    for (const query of [everyEvent, addedQuery]) {
      const follower = new Follower(service.url, token, { transport, after, query });
      await follower.until(({ errors }) => errors !== undefined);
      follower.cut();
      expect(follower.events).toEqual([]);
      const [error] = follower.errors ?? [];
      answers.push({ code: error?.extensions?.['code'], message: error?.message });
    }
  }
  const [first] = answers;
  for (const answer of answers) expect(answer).toEqual(first);
  return first;
}

describe('an invalid cursor', () => {
  it.each([
    'abc',
    '',
    '-1',
    '1e3',
    '1.0',
    '0x1',
    ' 1',
    '1\n',
    '٣',
    'null',
    '9007199254740992',
    '99999999999999999999999',
    '9'.repeat(10_000),
  ])('is BAD_USER_INPUT if it is malformed: %j', async (after) => {
    const { reviewer } = service.team();
    // Not every text is allowed in a header.
    const token = await reviewer.token;
    if (/^[ -~]+$/.test(after) && after.trim() === after) {
      const answer = await refusalOf(token, after);
      expect(answer?.code).toBe('BAD_USER_INPUT');
      expect(answer?.message).toMatch(/^after: /);
      expect(answer?.message?.length).toBeLessThan(300);
      return;
    }
    const follower = new Follower(service.url, token, { transport: 'WebSocket', after });
    await follower.until(({ errors }) => errors !== undefined);
    expect(follower.errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
    follower.cut();
  });

  it('is BAD_USER_INPUT if it is beyond the end of the feed, which the error names', async () => {
    const team = service.team();
    const token = await team.reviewer.token;
    await ask(team.agent, 'one');
    for (const after of ['2', '9007199254740991']) {
      const answer = await refusalOf(token, after);
      expect(answer?.code).toBe('BAD_USER_INPUT');
      expect(answer?.message).toMatch(/end of this feed, 1\. Read the page again/);
    }
  });

  it.each([
    ['deleted', 'DELETE FROM "ReviewEvent" WHERE "userId" = $1 AND "number" <= 5'],
    [
      'kept as a record only',
      `UPDATE "ReviewEvent" SET "at" = now() - interval '31 days'
      WHERE "userId" = $1 AND "number" <= 5`,
    ],
  ])(
    'is CURSOR_EXPIRED if the events after it are %s; a new page has a valid cursor',
    async (_how, age) => {
      const team = service.team();
      const token = await team.reviewer.token;
      for (let n = 1; n <= 8; n++) await ask(team.agent, `${n}`);
      await sql(age, [team.user]);
      for (const after of ['0', '3', '4']) {
        const answer = await refusalOf(token, after);
        expect(answer?.code).toBe('CURSOR_EXPIRED');
        expect(answer?.message).toMatch(/Read the page again, then resume from its feedCursor/);
      }
      const { pendingReviews } = await team.reviewer.query<{
        pendingReviews: { feedCursor: string };
      }>('{ pendingReviews { feedCursor } }');
      const history = await historyOf(sql, team.user);
      for (const after of ['5', '8', pendingReviews.feedCursor]) {
        const follower = new Follower(service.url, token, { transport: 'WebSocket', after });
        await follower.count(8 - Number(after));
        expect(follower.events).toEqual(history.slice(Number(after) - 8 || history.length));
        follower.cut();
      }
    },
  );

  it('affects no other operation on its socket', async () => {
    const team = service.team();
    const socket = await SocketClient.enter(service.url, await team.reviewer.token);
    socket.subscribe('good', everyEvent, { after: '0' });
    for (const [index, after] of ['abc', '99', '', null, 7, {}].entries()) {
      socket.subscribe(`bad-${index}`, everyEvent, { after });
    }
    await ask(team.agent, 'one');
    expect((await socket.message('next', 'good')).payload.data.reviewEvents.cursor).toBe('1');
    for (const index of [0, 1, 2, 4, 5]) {
      const { payload } = await socket.message('next', `bad-${index}`);
      expect(payload.errors).toHaveLength(1);
      await socket.message('complete', `bad-${index}`);
    }
    await ask(team.agent, 'two');
    expect((await socket.message('next', 'good')).payload.data.reviewEvents.cursor).toBe('2');
    await socket.close();
  });
});

it('pruning only deletes events an hour after their retention has ended', async () => {
  const { user } = service.team();
  const hours = [0, 24 * 31, 24 * 60 - 1, 24 * 60, 24 * 60 + 2, 24 * 90];
  await insertReviews(sql, user, hours.map(String));
  for (const hour of hours) {
    await sql(
      `UPDATE "ReviewEvent" SET "at" = now() - make_interval(hours => $2)
      WHERE "userId" = $1 AND "nodeExecId" = $3`,
      [user, hour, String(hour)],
    );
  }
  const opened = openDatabase(database.url);
  database.beforeDrop(opened.close);
  expect(await pruneEvents(opened, 60, 1)).toBe(1);
  expect(await pruneEvents(opened, 60)).toBe(1);
  expect(await pruneEvents(opened, 60)).toBe(0);
  const left = (await historyOf(sql, user)).map(({ nodeExecId }) => Number(nodeExecId));
  expect(left.toSorted((a, b) => a - b)).toEqual([0, 24 * 31, 24 * 60 - 1, 24 * 60]);
});
