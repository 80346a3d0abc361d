import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, expect } from 'vitest';

export type Message = {
  id: string;
  headers: Record<string, string>;
  text: string;
  type: string;
  data: {
    cursor: string;
    kind: string;
    nodeExecId: string;
    review: Record<string, unknown> | null;
  };
  /** When it arrived, by performance.now(). */
  at: number;
};

type Answer = (
  message: Message,
  response: ServerResponse,
  request: IncomingMessage,
) => unknown | Promise<unknown>;

const ok: Answer = (_message, response) => response.writeHead(204).end();

/** A receiver of webhooks that responds as the test says. */
export class Receiver {
  readonly url: string;
  /** All messages, in order, whatever the response. */
  readonly received: Message[] = [];
  /** How many requests are open now, and the maximum so far. */
  open = 0;
  maxOpen = 0;
  answer: Answer = ok;
  readonly #server;

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    server.on('request', (request, response) => this.#take(request, response));
  }

  static async open(): Promise<Receiver> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const receiver = new Receiver(server);
    afterAll(() => receiver.close());
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** `7 APPROVED` for each message, in order. */
  of(nodeExecId: string): string[] {
    return this.received
      .filter(({ data }) => data.nodeExecId === nodeExecId)
      .map(({ data }) => data.kind);
  }

  async until(count: number, timeout = 10_000): Promise<Message[]> {
    await expect.poll(() => this.received.length, { timeout }).toBeGreaterThanOrEqual(count);
    return this.received;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.open++;
    this.maxOpen = Math.max(this.maxOpen, this.open);
    response.once('close', () => {
      this.open--;
    });
    response.on('error', () => {});
    const at = performance.now();
    const body = await text(request);
    const headers = request.headers as Record<string, string>;
    const { type, data } = JSON.parse(body);
    const message = { id: headers['webhook-id'] ?? '', headers, text: body, type, data, at };
    this.received.push(message);
    await this.answer(message, response, request);
  }
}

/** Whether the standardwebhooks library accepts the signature of a message. */
export function isSignedWith(secret: string, { text: body, headers }: Message): boolean {
  try {
    new Verifier(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}
