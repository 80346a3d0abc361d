import { createClient, type Client as SocketClient } from 'graphql-ws';
import type { TypedDocumentString } from '../../packages/client/src/generated/graphql.ts';
import { AnsweredWithErrors, type GraphqlError } from './answeredWithErrors.ts';
import { Subscription } from './subscription.ts';

/** An HTTP response, as text and parsed by JSON.parse. */
export type Answer<Data> = {
  status: number;
  headers: Headers;
  text: string;
  data: Data | null;
  errors: GraphqlError[];
};

type Variables = Record<string, unknown>;

/** A client with one token that uses the service over real sockets. */
export class TestClient {
  readonly url: string;
  readonly token: Promise<string>;
  /** Sent with HTTP requests. */
  contentType = 'application/json';
  #socket: SocketClient | undefined;
  readonly #open = new Set<Subscription<unknown>>();

  constructor(serviceUrl: string, token: Promise<string>) {
    this.url = `${serviceUrl}/graphql`;
    this.token = token;
  }

  /**
   * Runs a query or mutation over HTTP.
   * @throws AnsweredWithErrors
   */
  query<Data, Vars>(document: TypedDocumentString<Data, Vars>, variables: Vars): Promise<Data>;
  query<Data>(document: string, variables?: Variables): Promise<Data>;
  async query(document: { toString(): string }, variables?: unknown): Promise<unknown> {
    const { data, errors } = await this.answer(String(document), variables as Variables);
    if (errors.length > 0) throw new AnsweredWithErrors(errors);
    return data;
  }

  /** Like `query`, but returns the status, text and GraphQL errors. */
  answer<Data = Record<string, unknown>>(
    document: string,
    variables: Variables = {},
  ): Promise<Answer<Data>> {
    return this.post<Data>(JSON.stringify({ query: document, variables }));
  }

  /**
   * Like `answer`, but sends the variables as JSON text and returns the response as `text`, because
   * JSON.stringify and JSON.parse would change key order and numbers.
   */
  raw<Data = Record<string, unknown>>(document: string, variables: string): Promise<Answer<Data>> {
    return this.post<Data>(`{"query":${JSON.stringify(document)},"variables":${variables}}`);
  }

  /** Sends a body unchanged. The headers override the default ones. */
  async post<Data>(
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<Answer<Data>> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await this.token}`,
        'content-type': this.contentType,
        accept: 'application/json',
        ...headers,
      },
      body,
    });
    const text = await response.text();
    const { data = null, errors = [] } = JSON.parse(text);
    return { status: response.status, headers: response.headers, text, data, errors };
  }

  /** Subscribes over WebSocket. All subscriptions of a client share one socket. */
  subscribe<Data>(document: string, variables: Variables = {}): Subscription<Data> {
    this.#socket ??= createClient({
      url: this.url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: async () => ({ authorization: `Bearer ${await this.token}` }),
      retryAttempts: 0,
    });
    const socket = this.#socket;
    return this.#keep(
      new Subscription<Data>((sink) => {
        const dispose = socket.subscribe<Data>({ query: document, variables }, sink);
        return async () => dispose();
      }),
    );
  }

  /** Subscribes over server-sent events. */
  subscribeSse<Data>(document: string, variables: Variables = {}): Subscription<Data> {
    return this.#keep(
      new Subscription<Data>((sink) => {
        const stop = new AbortController();
        const done = (async () => {
          const response = await fetch(this.url, {
            method: 'POST',
            headers: {
              authorization: `Bearer ${await this.token}`,
              'content-type': 'application/json',
              accept: 'text/event-stream',
            },
            body: JSON.stringify({ query: document, variables }),
            signal: stop.signal,
          });
          if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
            throw new Error(`${response.status}: ${await response.text()}`);
          }
          for await (const { event, data } of eventsIn(response)) {
            if (event === 'next') sink.next(JSON.parse(data));
          }
          sink.complete();
        })().catch((error: unknown) => (stop.signal.aborted ? sink.complete() : sink.error(error)));
        return async () => {
          stop.abort();
          await done;
        };
      }),
    );
  }

  async close(): Promise<void> {
    for (const subscription of this.#open) await subscription.close();
    await this.#socket?.dispose();
  }

  #keep<Data>(subscription: Subscription<Data>): Subscription<Data> {
    this.#open.add(subscription);
    return subscription;
  }
}

async function* eventsIn(response: Response): AsyncGenerator<{ event: string; data: string }> {
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string) =>
        block
          .split('\n')
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).trimStart())
          .join('\n');
      yield { event: field('event'), data: field('data') };
    }
  }
}
