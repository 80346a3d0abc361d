import { createClient, type Holdpoint } from '@holdpoint/client';
import { describe, expect, it } from 'vitest';
import * as documents from '../../packages/client/src/generated/graphql.ts';
import { requireScope } from '../../packages/client/src/scopes.ts';
import { operations, tokens } from '../identity/operations.ts';
import { switchedProxy } from '../support/switchedProxy.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

/** The scope that `node` needs depends on what it finds, so only the service can check it. */
const { node: _, ...checkedByClient } = operations;
const isSubscription = (document: string) => document.startsWith('subscription');

describe.each(tokens.map((held) => ({ held })))('with a token of $held', ({ held }) => {
  const actor = service.as({ actor: 'somebody', scopes: held });
  const mayRead = held.some((scope) => scope.startsWith('review:'));
  // An allowed subscription has no events yet, so it would wait; other tests follow events.
  const cases = Object.entries(checkedByClient).flatMap(
    ([
      name,
      {
        documents: [document = ''],
      },
    ]) => (mayRead && isSubscription(document) ? [] : [{ name, document }]),
  );

  it.each(cases)(
    'the client refuses what the service would, with the same message, unsent: $name',
    async ({ name, document }) => {
      const proxy = await switchedProxy(service.url);
      const holdpoint = createClient({ url: proxy.url, token: await actor.token, patienceMs: 0 });
      const said = await refusalOf(call(holdpoint, name));
      const asked = isSubscription(document)
        ? actor.subscribe(document).next()
        : actor.query(document);
      expect(said).toBe(await refusalOf(asked));
      expect(proxy.requests).toBe(said === null ? 2 : 1);
      expect(proxy.received.includes(name)).toBe(said === null);
      expect(proxy.sockets.everOpened).toBe(0);
    },
  );
});

it('knows the scope of each of its documents', () => {
  const needNothing = Object.entries(documents).flatMap(([name, document]) => {
    try {
      requireScope(document, []);
      return name.endsWith('Document') ? [name] : [];
    } catch {
      return [];
    }
  });
  expect(needNothing.sort()).toEqual(['HandshakeDocument', 'NodeDocument', 'ViewerDocument']);
});

/** Calls a method by its name. Scopes are checked before the input, so an empty one will do. */
async function call(holdpoint: Holdpoint, name: string): Promise<unknown> {
  const method = holdpoint[name as keyof Holdpoint] as (input: object) => unknown;
  const answer = method({});
  const isFeed = typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer;
  return isFeed ? (answer as AsyncGenerator).next() : answer;
}

/** The message about a missing scope, or null. */
const refusalOf = (work: Promise<unknown>): Promise<string | null> =>
  work.then(
    () => null,
    ({ code, message }) => (code === 'FORBIDDEN' ? message : null),
  );
