import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approve, ask } from '../../support/operations.ts';
import { race } from '../../support/race.ts';
import { testService } from '../../support/testService.ts';
import { Follower, type Item, transports } from './follower.ts';
import { historyOf, makeHistory } from './history.ts';

const service = await testService();
const AT_ONCE = 12;

describe('after a disconnect, exactly the remaining events follow once, in order and without gaps', async () => {
  const team = service.team();
  const token = await team.reviewer.token;
  let history: Item[];

  it('the recorded history has events of every kind, numbered from 1', async () => {
    history = await makeHistory(service, team, 7);
    expect(history.length).toBeGreaterThanOrEqual(60);
    expect(history.map(({ cursor }) => cursor)).toEqual(history.map((_, index) => `${index + 1}`));
    expect(new Set(history.map(({ kind }) => kind))).toEqual(
      new Set([
        'REQUESTED',
        'APPROVED',
        'REJECTED',
        'CANCELLED',
        'PROCESSED',
        'UPDATED',
        'DELETED',
        'VOIDED',
      ]),
    );
  });

  it.each(transports)('over %s, for a disconnect after every event', async (transport) => {
    const cutAt = async (boundary: number) => {
      const first = new Follower(service.url, token, { transport, after: '0' });
      first.onEvent = () => first.events.length === boundary && first.cut();
      if (boundary === 0) first.cut();
      await first.count(boundary);
      const second = new Follower(service.url, token, {
        transport,
        after: first.last?.cursor ?? '0',
      });
      if (boundary < history.length)
        await second.until(({ last }) => last?.cursor === `${history.length}`);
      second.cut();
      expect([...first.events, ...second.events]).toEqual(history);
    };
    for (let at = 0; at <= history.length; at += AT_ONCE) {
      const some = Math.min(AT_ONCE, history.length + 1 - at);
      await Promise.all(Array.from({ length: some }, (_, index) => cutAt(at + index)));
    }
  });

  it('also with a document that queries the database for each event', async () => {
    const query = `subscription ($after: String) { reviewEvents(after: $after) {
      cursor kind nodeExecId review { execution { status } } } }`;
    const follower = new Follower(service.url, token, {
      transport: 'WebSocket',
      after: '0',
      query,
    });
    await follower.count(history.length);
    follower.cut();
    expect(follower.events.map(({ cursor, kind }) => ({ cursor, kind }))).toEqual(
      history.map(({ cursor, kind }) => ({ cursor, kind })),
    );
  });
});

it('exactly the remaining events follow after repeated random disconnects while others write', async () => {
  const rounds = fc.record({
    writes: fc.integer({ min: 20, max: 40 }),
    cuts: fc.array(
      fc.record({
        after: fc.integer({ min: 0, max: 9 }),
        transport: fc.constantFrom(...transports),
      }),
      { minLength: 4, maxLength: 10 },
    ),
  });
  await race(
    rounds,
    async ({ writes, cuts }) => {
      const team = service.team();
      const token = await team.reviewer.token;
      const writing = Promise.all(
        [0, 1, 2].map(async (writer) => {
          for (let n = 0; n < writes; n++) {
            await ask(team.agent, `${writer}-${n}`);
            await approve(team.reviewer, `${writer}-${n}`);
          }
        }),
      );
      const total = writes * 3 * 2;
      const got: Item[] = [];
      const followUntil = async (transport: (typeof transports)[number], count: number) => {
        const follower = new Follower(service.url, token, {
          transport,
          after: got.at(-1)?.cursor ?? '0',
        });
        follower.onEvent = () => follower.events.length === count && follower.cut();
        if (count === 0) follower.cut();
        await follower.count(count);
        got.push(...follower.events);
      };
      for (const { after, transport } of cuts) {
        await followUntil(transport, Math.min(after, total - got.length));
      }
      await followUntil('WebSocket', total - got.length);
      await writing;
      expect(got).toEqual(await historyOf(service.sql, team.user));
    },
    6,
  );
}, 60_000);
