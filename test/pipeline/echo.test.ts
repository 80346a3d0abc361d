// Errors quote little of the request, so that a request cannot make them large or slow.

import { describe, expect, it } from 'vitest';
import { SocketClient } from '../server/socketClient.ts';
import type { GraphqlError } from '../support/answeredWithErrors.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { testService } from '../support/testService.ts';

const database = await testDatabase();
const services = {
  production: await testService({ database, config: { production: true } }),
  development: await testService({ database }),
};
const suggestions = ' Did you mean '.repeat(11_000);

const badVariables: [name: string, query: string, variables: Record<string, unknown>][] = [
  [
    'a string for a number',
    'query ($first: Int) { pendingReviews(first: $first) { totalCount } }',
    { first: suggestions },
  ],
  [
    'an enum',
    'query ($state: ReviewState!) { reviewsByState(state: $state) { totalCount } }',
    { state: suggestions },
  ],
  [
    'an input with a missing field',
    'mutation ($input: DeleteReviewInput!) { deleteReview(input: $input) { __typename } }',
    { input: { [suggestions]: 1 } },
  ],
  [
    'an unknown input field',
    'query ($filter: PendingReviewFilter) { pendingReviews(filter: $filter) { totalCount } }',
    { filter: { graphIt: suggestions } },
  ],
];

describe.each(Object.entries(services))('%s', (name, service) => {
  const client = service.as({ actor: 'prober' });

  /** The errors over HTTP (twice, because parsed documents are cached) and over WebSocket. */
  async function errorsOf(
    query: string,
    variables: Record<string, unknown>,
  ): Promise<GraphqlError[]> {
    const first = await client.answer(query, variables);
    const second = await client.answer(query, variables);
    expect(second.text).toBe(first.text);
    const socket = await SocketClient.enter(service.url, await client.token);
    socket.subscribe('1', query, variables);
    const { payload } = await Promise.any([
      socket.message('error', '1'),
      socket.message('next', '1'),
    ]);
    await socket.close();
    return [...first.errors, ...(payload.errors ?? payload)];
  }

  it.each(badVariables)(
    'an invalid variable has a code and a short message: %s',
    async (_name, query, variables) => {
      for (const { message, extensions } of await errorsOf(query, variables)) {
        expect(extensions?.['code']).toBe('BAD_USER_INPUT');
        expect(message).toMatch(/^Variable "\$/);
        expect(message.length).toBeLessThanOrEqual(401);
      }
    },
  );

  it('a long message is shortened in the middle, so that its end says what is wrong', async () => {
    const query = 'query ($state: ReviewState!) { reviewsByState(state: $state) { totalCount } }';
    for (const { message } of await errorsOf(query, { state: 'x'.repeat(100_000) })) {
      expect(message).toMatch(
        /^Variable "\$state" got invalid value "x+…x+" does not exist in "ReviewState" enum\.$/,
      );
    }
  });

  it('an unknown field is named, with suggestions only in development', async () => {
    for (const { message } of await errorsOf('{ viewer { acto } }', {})) {
      expect(message).toContain('Cannot query field "acto" on type "Viewer".');
      expect(message.includes('Did you mean')).toBe(name === 'development');
    }
  });

  it('a very long name is rejected with a short message', async () => {
    const query = `{ viewer { ${'a'.repeat(100_000)} } }`;
    for (const { message } of await errorsOf(query, {})) {
      expect(message.length).toBeLessThanOrEqual(401);
    }
  });
});
