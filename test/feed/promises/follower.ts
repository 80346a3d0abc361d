import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { GraphqlError } from '../../support/answeredWithErrors.ts';

const PATIENCE_MS = 15_000;

/**
 * The transports of a feed. The last one sends its cursor as a browser's EventSource does.
 */
export const transports = ['WebSocket', 'SSE', 'SSE with Last-Event-ID'] as const;
export type Transport = (typeof transports)[number];

export type Item = { cursor: string; kind: string; nodeExecId: string };

export const everyEvent =
  'subscription ($after: String) { reviewEvents(after: $after) { cursor kind nodeExecId } }';

export type FollowOptions = {
  transport: Transport;
  after?: string | undefined;
  query?: string;
  variables?: Record<string, unknown>;
};

/**
 * A client's subscription on a connection of its own, which can be cut at any moment, as by a
 * network failure.
 */
export class Follower<Event = Item> {
  readonly events: Event[] = [];
  errors: GraphqlError[] | undefined;
  /** How the connection ended: the close code, or 0 over SSE. */
  closed: { code: number; reason: string } | undefined;
  completed = false;
  /** Lets a test act between two events, before the next one is processed. */
  onEvent: (event: Event) => void = () => {};
  #isCut = false;
  #news = Promise.withResolvers<void>();
  #cut: () => void = () => {};

  constructor(url: string, token: string, options: FollowOptions) {
    const { transport, after, query = everyEvent, variables } = options;
    const payload = { query, variables: { ...variables, ...(after !== undefined && { after }) } };
    if (transport === 'WebSocket') this.#overWebSocket(url, token, payload);
    else {
      const lastId = transport === 'SSE' ? undefined : after;
      if (lastId !== undefined) payload.variables = variables ?? {};
      void this.#overSse(url, token, payload, lastId);
    }
  }

  get last(): Event | undefined {
    return this.events.at(-1);
  }

  /** Ignores everything that arrives from now on. */
  cut(): void {
    this.#isCut = true;
    this.#cut();
  }

  /** @throws if it does not become true in time */
  async until(isTrue: (follower: this) => boolean, patienceMs = PATIENCE_MS): Promise<this> {
    const deadline = Date.now() + patienceMs;
    while (!isTrue(this)) {
      const left = deadline - Date.now();
      if (left <= 0) {
        const { length } = this.events;
        const state = JSON.stringify({ length, last: this.last, ...this.#state() });
        throw new Error(`Not within ${patienceMs} ms: ${isTrue}: ${state}`);
      }
      await Promise.race([this.#news.promise, pause(left, undefined, { ref: false })]);
    }
    return this;
  }

  async count(count: number): Promise<this> {
    return this.until(({ events }) => events.length >= count);
  }

  #state() {
    const { errors, closed, completed } = this;
    return { errors, closed, completed };
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  #take(result: { data?: Record<string, Event> | null; errors?: GraphqlError[] }): void {
    if (this.#isCut) return;
    if (result.errors) this.errors = result.errors;
    else {
      const event = Object.values(result.data ?? {})[0] as Event;
      this.events.push(event);
      this.onEvent(event);
    }
    this.#tell();
  }

  #overWebSocket(url: string, token: string, payload: unknown): void {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
    this.#cut = () => socket.terminate();
    const send = (message: unknown) => socket.send(JSON.stringify(message));
    socket.on('open', () =>
      send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }),
    );
    socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      if (message.type === 'connection_ack') send({ id: '1', type: 'subscribe', payload });
      else if (message.type === 'next') this.#take(message.payload);
      else if (message.type === 'error') this.#take({ errors: message.payload });
      else if (message.type === 'complete') {
        this.completed = true;
        this.#tell();
      }
    });
    socket.on('error', () => {});
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) };
      this.#tell();
    });
  }

  async #overSse(url: string, token: string, payload: unknown, lastId?: string): Promise<void> {
    const stop = new AbortController();
    this.#cut = () => stop.abort();
    try {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          accept: 'text/event-stream',
          ...(lastId !== undefined && { 'last-event-id': lastId }),
        },
        body: JSON.stringify(payload),
        signal: stop.signal,
      });
      let text = '';
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += chunk;
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) this.#takeBlock(block);
      }
    } catch {
      // Disconnected by either side; see `closed`.
    }
    this.closed = { code: 0, reason: '' };
    this.#tell();
  }

  #takeBlock(block: string): void {
    const field = (name: string) =>
      block
        .split('\n')
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2);
    const data = field('data');
    if (/^event: complete$/m.test(block)) this.completed = true;
    if (!data) return;
    const result = JSON.parse(data);
    const id = field('id');
    const cursor = Object.values<{ cursor?: string }>(result.data ?? {})[0]?.cursor;
    if (cursor !== undefined && id !== cursor) throw new Error(`id ${id} of cursor ${cursor}`);
    this.#take(result);
  }
}
