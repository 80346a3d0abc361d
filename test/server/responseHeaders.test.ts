import { once } from 'node:events';
import { get } from 'node:http';
import { expect, it } from 'vitest';
import { testService } from '../support/testService.ts';

const service = await testService();
const production = await testService({
  database: service.database,
  config: { production: true },
});
const authorization = `Bearer ${await service.team().agent.token}`;
const json = { authorization, 'content-type': 'application/json' };
const query = '{ viewer { actor } }';
const body = JSON.stringify({ query });
const subscription = JSON.stringify({ query: 'subscription { reviewEvents { cursor } }' });
const unstartable = subscription.replace('reviewEvents', 'reviewEvents(after: \\"x\\")');
const byUrl = `/graphql?query=${encodeURIComponent(query)}`;
const events = { ...json, accept: 'text/event-stream' };

type Case = [name: string, status: number, path: string, init?: RequestInit];
const post = (headers: Record<string, string>, sent = body): RequestInit => ({
  method: 'POST',
  headers,
  body: sent,
});

it.each<Case>([
  ['a query', 200, '/graphql', post(json)],
  ['a query that Yoga answers', 200, '/graphql', post({ ...json, accept: 'application/*' })],
  ['a query by GET', 200, byUrl, { headers: { authorization } }],
  ['an event stream', 200, '/graphql', post(events, subscription)],
  ['a query as an event stream', 200, '/graphql', post(events)],
  ['a subscription that cannot start', 200, '/graphql', post(events, unstartable)],
  ['a subscription without an event stream', 406, '/graphql', post(json, subscription)],
  [
    'a syntax error',
    400,
    '/graphql',
    post({ ...json, accept: 'application/graphql-response+json' }, '{"query":"{"}'),
  ],
  ['a body that is not JSON', 400, '/graphql', post(json, '{')],
  ['a body that is too large', 413, '/graphql', post(json, ' '.repeat(1_600_000))],
  [
    'an encoding that is not accepted',
    415,
    '/graphql',
    post({ ...json, 'content-encoding': 'br' }),
  ],
  [
    'a media type that is not accepted',
    415,
    '/graphql',
    post({ ...json, 'content-type': 'text/csv' }),
  ],
  ['a request without a token', 401, '/graphql', post({})],
  [
    'a mutation by GET',
    405,
    `/graphql?query=${encodeURIComponent('mutation { __typename }')}`,
    { headers: { authorization } },
  ],
  ['another method', 405, '/graphql', { method: 'PUT' }],
  ['a preflight', 204, '/graphql', { method: 'OPTIONS' }],
  ['GraphiQL', 200, '/graphql', { headers: { accept: 'text/html' } }],
  ['/health', 200, '/health'],
  ['/ready', 200, '/ready'],
  ['/metrics', 200, '/metrics'],
  ['/metrics by POST', 405, '/metrics', { method: 'POST' }],
  ['an unknown path', 404, '/nowhere'],
  ['the page by POST', 405, '/', { method: 'POST' }],
])('%s is neither stored nor taken for another type', async (_name, status, path, init) => {
  const stop = new AbortController();
  const response = await fetch(service.url + path, { ...init, signal: stop.signal });
  stop.abort();
  expect(response.status).toBe(status);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

it('the same holds for errors in production', async () => {
  for (const path of ['/graphql', '/metrics']) {
    const response = await fetch(production.url + path, { headers: { accept: 'text/html' } });
    expect(response.status).toBe(path === '/metrics' ? 404 : 401);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  }
});

it('idle connections are kept for longer than proxies keep theirs', async () => {
  const request = get(`${service.url}/health`, { headers: { connection: 'keep-alive' } });
  const [response] = await once(request, 'response');
  expect(response.headers['keep-alive']).toBe('timeout=620');
  request.destroy();
});
