import { expect, it } from 'vitest';
import { SocketClient } from '../../server/socketClient.ts';
import { ask } from '../../support/operations.ts';
import { testService } from '../../support/testService.ts';
import { Follower } from './follower.ts';

const service = await testService();
const query = `subscription ($after: String, $graphExecId: ID, $nodeExecIds: [ID!]) {
  reviewEvents(after: $after, graphExecId: $graphExecId, nodeExecIds: $nodeExecIds) {
    cursor kind nodeExecId } }`;

it.each([
  [
    'more than 100 ids',
    { nodeExecIds: Array(101).fill('a') },
    /nodeExecIds: .*at most 100 IDs, not 101/,
  ],
  ['a list of no ids', { nodeExecIds: [] }, /nodeExecIds: must contain at least one ID/],
  ['an empty id', { nodeExecIds: [''] }, /nodeExecIds\.0: must not be empty/],
  ['an empty execution', { graphExecId: '' }, /graphExecId: must not be empty/],
  ['a NUL', { graphExecId: 'a\0b' }, /graphExecId: must not contain NUL/],
])('%s is refused with its path, for that operation only', async (_what, filter, message) => {
  const team = service.team();
  const socket = await SocketClient.enter(service.url, await team.reviewer.token);
  socket.subscribe('good', query, { after: '0' });
  socket.subscribe('bad', query, filter);
  const { payload } = await socket.message('next', 'bad');
  expect(payload.errors[0].message).toMatch(message);
  expect(payload.errors[0].extensions.code).toBe('BAD_USER_INPUT');
  await ask(team.agent, 'one');
  await socket.message('next', 'good');
  await socket.close();
});

it('a filter that matches nothing yet, or never, is an empty feed', async () => {
  const team = service.team();
  const token = await team.reviewer.token;
  await ask(team.agent, 'one', { graphExecId: 'e1' });
  const follow = (variables: Record<string, unknown>) =>
    new Follower(service.url, token, { transport: 'WebSocket', after: '0', query, variables });
  const unknown = follow({ graphExecId: 'unknown' });
  const apart = follow({ graphExecId: 'e2', nodeExecIds: ['one'] });
  const both = follow({ graphExecId: 'e1', nodeExecIds: ['one', 'two'] });
  await both.count(1);
  await ask(team.agent, 'two', { graphExecId: 'e1' });
  await both.count(2);
  await ask(team.agent, 'three', { graphExecId: 'unknown' });
  await unknown.count(1);
  expect(unknown.events.map(({ nodeExecId }) => nodeExecId)).toEqual(['three']);
  expect(apart.events).toEqual([]);
  expect(apart.errors).toBeUndefined();
  for (const follower of [unknown, apart, both]) follower.cut();
});
