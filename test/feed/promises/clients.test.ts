import { ApolloClient, ApolloLink, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { subscriptionExchange, Client as UrqlClient } from '@urql/core';
import { type Client, createClient } from 'graphql-ws';
import { afterAll, describe, expect, it } from 'vitest';
import { ask } from '../../support/operations.ts';
import { type Team, type TestService, testService } from '../../support/testService.ts';
import { everyEvent, type Item } from './follower.ts';
import { historyOf } from './history.ts';

const first = await testService();
const { database } = first;
const port = Number(new URL(first.url).port);

type Result = { data?: { reviewEvents: Item } | null };

/**
 * The client of graphql-ws, which reconnects and resubscribes by itself. With a getter for a
 * variable it resumes after the last event, whatever library wraps it.
 */
async function resumingClient(team: Team): Promise<Client> {
  const token = await team.reviewer.token;
  const client = createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 100,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
    shouldRetry: () => true,
  });
  return {
    ...client,
    subscribe(payload, sink) {
      let after = payload.variables?.['after'];
      const variables = {
        ...payload.variables,
        get after() {
          return after;
        },
      };
      return client.subscribe(
        { ...payload, variables },
        {
          ...sink,
          next(result) {
            after = (result as Result).data?.reviewEvents.cursor ?? after;
            sink.next(result as never);
          },
          error: (error) => sink.error(error),
          complete: () => sink.complete(),
        },
      );
    },
  };
}

type Take = (event: Item) => void;

/** Subscribes as the library's documentation says. @returns a function that unsubscribes */
const libraries: Record<string, (client: Client, take: Take) => () => unknown> = {
  'graphql-ws': (client, take) =>
    client.subscribe<{ reviewEvents: Item }>(
      { query: everyEvent, variables: { after: '0' } },
      { next: ({ data }) => data && take(data.reviewEvents), error() {}, complete() {} },
    ),
  urql: (client, take) => {
    const urql = new UrqlClient({
      url: 'http://127.0.0.1/not-used',
      preferGetMethod: false,
      exchanges: [
        subscriptionExchange({
          forwardSubscription: ({ query = '', variables }) => ({
            subscribe: (sink) => ({
              unsubscribe: client.subscribe(
                { query, variables: variables as never },
                sink as never,
              ),
            }),
          }),
        }),
      ],
    });
    const { unsubscribe } = urql
      .subscription<{ reviewEvents: Item }>(everyEvent, { after: '0' })
      .subscribe(({ data }) => data && take(data.reviewEvents));
    return unsubscribe;
  },
  'Apollo Client': (client, take) => {
    const apollo = new ApolloClient({
      cache: new InMemoryCache(),
      link: ApolloLink.from([new GraphQLWsLink(client)]),
    });
    const subscription = apollo
      .subscribe<{ reviewEvents: Item }>({ query: gql(everyEvent), variables: { after: '0' } })
      .subscribe({ next: ({ data }) => data && take(data.reviewEvents) });
    return () => {
      subscription.unsubscribe();
      apollo.stop();
    };
  },
};

describe('real clients get every event once, across a restart of the service', () => {
  let service: TestService = first;
  const running: {
    name: string;
    user: string;
    events: Item[];
    stop: () => unknown;
    client: Client;
  }[] = [];
  const team = first.team();
  afterAll(async () => {
    for (const { stop, client } of running) {
      stop();
      await client.dispose();
    }
  });

  it('they subscribe', async () => {
    for (const [name, subscribe] of Object.entries(libraries)) {
      const client = await resumingClient(team);
      const events: Item[] = [];
      const stop = subscribe(client, (event) => events.push(event));
      running.push({ name, user: team.user, events, stop, client });
    }
    for (let n = 0; n < 10; n++) await ask(team.agent, `before-${n}`);
    for (const { events, name } of running) {
      await expect.poll(() => events.length, { message: name }).toBe(10);
    }
  });

  it('they continue when the service comes back on its port', async () => {
    await service.close();
    service = await testService({ database, config: { port } });
    const agent = service.as({ user: team.user, actor: 'agent', scopes: ['review:request'] });
    for (let n = 0; n < 10; n++) await ask(agent, `after-${n}`);
    const history = await historyOf(service.sql, team.user);
    for (const { events, name } of running) {
      await expect.poll(() => events.length, { message: name, timeout: 10_000 }).toBe(20);
      expect(
        events.map(({ cursor, kind, nodeExecId }) => ({ cursor, kind, nodeExecId })),
        name,
      ).toEqual(history);
    }
  });
});
