import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { type ClientOptions, WebSocket } from 'ws';

const TIMEOUT_MS = 5_000;

export type Message = {
  id?: string;
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read arbitrary fields
  payload?: any;
};

/** A raw graphql-transport-ws socket, able to do what a well-behaved client never does. */
export class SocketClient {
  readonly socket: WebSocket;
  /** The text of every message so far. */
  readonly texts: string[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  pings = 0;
  #taken = new Set<number>();

  constructor(url: string, options: ClientOptions = {}, protocol = 'graphql-transport-ws') {
    this.socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, protocol, options);
    this.socket.on('message', (data) => this.texts.push(String(data)));
    this.socket.on('ping', () => this.pings++);
    this.closed = new Promise((resolve) => {
      this.socket.on('error', () => {});
      this.socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
  }

  /** Opens an acknowledged connection. */
  static async enter(url: string, token: string): Promise<SocketClient> {
    const client = new SocketClient(url);
    await client.open();
    client.init(token);
    await client.message('connection_ack');
    return client;
  }

  async open(): Promise<void> {
    if (this.socket.readyState !== WebSocket.OPEN) await once(this.socket, 'open');
  }

  init(token: string | undefined): void {
    const payload = token === undefined ? undefined : { authorization: `Bearer ${token}` };
    this.send({ type: 'connection_init', payload });
  }

  subscribe(id: string, query: string, variables?: unknown): void {
    this.send({ id, type: 'subscribe', payload: { query, variables } });
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Returns the next unread message of a type and operation. */
  async message(type: string, id?: string): Promise<Message> {
    return JSON.parse(await this.text(type, id));
  }

  /** Like `message`, but returns the raw text. */
  async text(type: string, id?: string): Promise<string> {
    const deadline = Date.now() + TIMEOUT_MS;
    for (;;) {
      for (const [index, text] of this.texts.entries()) {
        if (this.#taken.has(index)) continue;
        const message: Message = JSON.parse(text);
        if (message.type !== type || (id !== undefined && message.id !== id)) continue;
        this.#taken.add(index);
        return text;
      }
      if (Date.now() > deadline || this.socket.readyState > WebSocket.OPEN) {
        throw new Error(`No ${type} for ${id} arrived. Received: ${this.texts.join('\n')}`);
      }
      await pause(5);
    }
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}
