import { expect, it } from 'vitest';
import { endpointOf, serviceUrl } from '../../packages/client/src/serviceUrl.ts';

it.each([
  ['http://127.0.0.1:4000', 'http://127.0.0.1:4000/graphql'],
  ['http://127.0.0.1:4000/', 'http://127.0.0.1:4000/graphql'],
  ['https://example.com/tools/holdpoint', 'https://example.com/tools/holdpoint/graphql'],
  ['https://example.com/tools/holdpoint/', 'https://example.com/tools/holdpoint/graphql'],
  ['https://example.com/graphql-tools', 'https://example.com/graphql-tools/graphql'],
  ['https://example.com/graphql', 'https://example.com/graphql'],
  ['https://example.com/tools/holdpoint/graphql', 'https://example.com/tools/holdpoint/graphql'],
])('the endpoint of %s is %s', (url, endpoint) => {
  expect(endpointOf(url)).toBe(endpoint);
  expect(serviceUrl({ HOLDPOINT_URL: url })).toBe(endpoint);
});
