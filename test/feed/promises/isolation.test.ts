import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scopes } from '../../../src/identity/viewer.ts';

/** Actors that may follow the feed. */
const readers = scopes.filter((scope) => /^review:(read|request|decide)$/.test(scope));

import { SocketClient } from '../../server/socketClient.ts';
import { approve, ask, deleteReview } from '../../support/operations.ts';
import { race } from '../../support/race.ts';
import { testService } from '../../support/testService.ts';
import { Follower, type Item } from './follower.ts';
import { historyOf } from './history.ts';

const service = await testService();

type Found = { userId: string; nodeExecId: string; cursor: string | null };
type Filter = { graphExecId?: string; nodeExecIds?: string[] };

const inner = 'cursor nodeExecId review { userId payload }';
/**
 * The same subscription in many forms: with and without variables, other fields or fragments.
 */
const documents: ((filter: Filter) => { query: string; operationName?: string })[] = [
  () => ({
    query: `subscription ($after: String, $graphExecId: ID, $nodeExecIds: [ID!]) {
      reviewEvents(after: $after, graphExecId: $graphExecId, nodeExecIds: $nodeExecIds) { ${inner} } }`,
  }),
  () => ({
    query: `subscription Other { reviewEvents { actor } }
      subscription Wanted ($after: String, $graphExecId: ID, $nodeExecIds: [ID!]) {
        reviewEvents(nodeExecIds: $nodeExecIds, after: $after, graphExecId: $graphExecId) { ...F } }
      fragment F on ReviewEvent { ${inner} }`,
    operationName: 'Wanted',
  }),
  ({ graphExecId, nodeExecIds }) => ({
    query: `subscription { reviewEvents(after: "0"
      ${graphExecId === undefined ? '' : `, graphExecId: ${JSON.stringify(graphExecId)}`}
      ${nodeExecIds === undefined ? '' : `, nodeExecIds: ${JSON.stringify(nodeExecIds)}`}
    ) { ${inner} } }`,
  }),
  () => ({
    query: `subscription ($after: String, $graphExecId: ID, $nodeExecIds: [ID!], $with: Boolean = true) {
      mine: reviewEvents(after: $after, graphExecId: $graphExecId, nodeExecIds: $nodeExecIds) {
        ${inner} at @include(if: $with) } }`,
  }),
];

const OWNERS = 3;
const ids = ['a', 'b', 'c', 'd'];
/** The requester of each ID. */
const askers: Record<string, string> = { a: 'agent', b: 'ann', c: 'agent', d: 'ann' };

const subscriber = fc.record({
  owner: fc.nat({ max: OWNERS - 1 }),
  scopes: fc.subarray(readers, { minLength: 1 }),
  actor: fc.constantFrom('ann', 'bob', 'agent'),
  document: fc.nat({ max: documents.length - 1 }),
  filter: fc.record(
    {
      graphExecId: fc.constantFrom('e0', 'e1', 'nowhere'),
      nodeExecIds: fc.subarray(ids, { minLength: 1 }),
    },
    { requiredKeys: [] },
  ),
  over: fc.constantFrom('a socket shared by its token', 'a socket of its own', 'SSE'),
});

it('no token and no subscription reveals events of others', async () => {
  const rounds = fc.record({
    subscribers: fc.array(subscriber, { minLength: 12, maxLength: 30 }),
    steps: fc.array(
      fc.record({
        owner: fc.nat({ max: OWNERS - 1 }),
        id: fc.constantFrom(...ids),
        step: fc.constantFrom('ask', 'approve', 'delete'),
      }),
      { minLength: 15, maxLength: 40 },
    ),
  });
  await race(rounds, async ({ subscribers, steps }) => {
    const teams = Array.from({ length: OWNERS }, () => service.team());
    const sockets = new Map<string, SocketClient>();
    const opened: SocketClient[] = [];
    const results: {
      owner: string;
      /** The only actor whose requests it sees; null for everybody's. */
      onlyOf: string | null;
      filter: Filter;
      read: () => Found[];
      close: () => void;
    }[] = [];
    const execOf = new Map(ids.map((id, index) => [id, `e${index % 2}`]));

    for (const [index, { owner, scopes, actor, document, filter, over }] of subscribers.entries()) {
      const user = teams[owner]?.user as string;
      const onlyOf = scopes.some((scope) => scope !== 'review:request') ? null : actor;
      const token = await service.as({ user, actor, scopes }).token;
      const asked = documents[document]?.(filter) as { query: string; operationName?: string };
      const variables = { after: '0', ...filter };
      if (over === 'SSE') {
        if (asked.operationName !== undefined) continue;
        const options = { transport: 'SSE', query: asked.query, variables } as const;
        const follower = new Follower(service.url, token, options);
        const read = () => follower.events.map((event) => foundOf(event));
        results.push({ owner: user, onlyOf, filter, read, close: () => follower.cut() });
        continue;
      }
      const key = `${user} ${actor} ${scopes}`;
      const isShared = over === 'a socket shared by its token';
      let socket = isShared ? sockets.get(key) : undefined;
      if (!socket) {
        socket = await SocketClient.enter(service.url, token);
        opened.push(socket);
        if (isShared) sockets.set(key, socket);
      }
      const { texts } = socket;
      socket.send({ id: `${index}`, type: 'subscribe', payload: { ...asked, variables } });
      const read = () =>
        texts
          .map((text) => JSON.parse(text))
          .filter(({ type, id }) => type !== 'connection_ack' && id === `${index}`)
          .map(({ payload }) => foundOf(Object.values<Item>(payload.data)[0] as Item));
      results.push({ owner: user, onlyOf, filter, read, close: () => {} });
    }

    // The same IDs in each workspace, so that only the workspace distinguishes them.
    await Promise.all(
      teams.map(async ({ agent, reviewer, user }, owner) => {
        const ann = service.as({ user, actor: 'ann', scopes: ['review:request'] });
        for (const { id, step } of steps.filter((one) => one.owner === owner)) {
          const graphExecId = execOf.get(id) as string;
          const asker = askers[id] === 'ann' ? ann : agent;
          if (step === 'ask') await ask(asker, id, { graphExecId, payload: user });
          else if (step === 'approve') await approve(reviewer, id);
          else await deleteReview(asker, id);
        }
      }),
    );

    for (const { owner, onlyOf, filter, read } of results) {
      const expected = (await historyOf(service.sql, owner)).filter(
        ({ nodeExecId }) =>
          (onlyOf === null || askers[nodeExecId] === onlyOf) &&
          (filter.graphExecId ?? execOf.get(nodeExecId)) === execOf.get(nodeExecId) &&
          (filter.nodeExecIds ?? ids).includes(nodeExecId),
      );
      await expect
        .poll(() => read().map(({ cursor }) => cursor), { timeout: 10_000 })
        .toEqual(expected.map(({ cursor }) => cursor));
      for (const { userId } of read()) expect([owner, 'deleted']).toContain(userId);
    }
    for (const { close } of results) close();
    for (const socket of opened) await socket.close();
  });
}, 60_000);

function foundOf(event: Item): Found {
  const { review } = event as { review?: { userId: string; payload: string } | null };
  if (review) expect(review.payload).toBe(review.userId);
  return {
    cursor: event.cursor,
    nodeExecId: event.nodeExecId,
    userId: review ? review.userId : 'deleted',
  };
}
