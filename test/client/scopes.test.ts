import { createClient, type Holdpoint } from '@holdpoint/client';
import { describe, expect, it } from 'vitest';
import * as documents from '../../packages/client/src/generated/graphql.ts';
import { requireScope } from '../../packages/client/src/scopes.ts';
import { operations, tokens } from '../identity/operations.ts';
import { switchedProxy } from '../support/switchedProxy.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

/** What node needs is a matter of what it finds: the client sends it, and the service judges. */
const { node: _, ...judged } = operations;
const isSubscription = (document: string) => document.startsWith('subscription');

describe.each(tokens.map((held) => ({ held })))('with a token of $held', ({ held }) => {
  const actor = service.as({ actor: 'somebody', scopes: held });
  const mayRead = held.some((scope) => scope.startsWith('review:'));
  // A feed that it may have says nothing yet: that it can be followed is shown elsewhere.
  const cases = Object.entries(judged).flatMap(
    ([
      name,
      {
        documents: [document = ''],
      },
    ]) => (mayRead && isSubscription(document) ? [] : [{ name, document }]),
  );

  it.each(cases)(
    'the client refuses what the service would, in its words, unsent: $name',
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

it('knows what each of its documents needs', () => {
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

/** Calls a method by its name. What it is given does not matter to whether it may be called. */
async function call(holdpoint: Holdpoint, name: string): Promise<unknown> {
  const method = holdpoint[name as keyof Holdpoint] as (input: object) => unknown;
  const answer = method({});
  const isFeed = typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer;
  return isFeed ? (answer as AsyncGenerator).next() : answer;
}

/** What is said where a scope is missing; null where none is. */
const refusalOf = (work: Promise<unknown>): Promise<string | null> =>
  work.then(
    () => null,
    ({ code, message }) => (code === 'FORBIDDEN' ? message : null),
  );
