import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook as Verifier } from 'standardwebhooks';
import type { History, ReviewInFeed } from '../history.ts';
import type { Random } from '../random.ts';

/** The behaviors of a receiver. If it is down, nothing listens on its port. */
export const moods = ['well', '500', 'hangs', 'cuts', 'redirects', 'down'] as const;
export type Mood = (typeof moods)[number];

/** The share of messages that a well receiver rejects. */
const FAILURES = 0.03;

export type Subscription = { owner: string; webhookId: string; secret: string };

/** A webhook receiver that fails in various ways and records each message. */
export class Receiver {
  readonly port: number;
  mood: Mood = 'well';
  readonly #history: History;
  readonly #random: Random;
  readonly #subscriptions = new Map<string, Subscription>();
  #server: Server | null;

  static async open(history: History, random: Random): Promise<Receiver> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Receiver(history, random, server);
  }

  private constructor(history: History, random: Random, server: Server) {
    this.#history = history;
    this.#random = random;
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('request', (request, response) => void this.#take(request, response));
  }

  /** @param path identifies the webhook */
  url(path: string): string {
    return `http://127.0.0.1:${this.port}/${path}`;
  }

  expect(path: string, subscription: Subscription): void {
    this.#subscriptions.set(`/${path}`, subscription);
  }

  async become(mood: Mood): Promise<void> {
    this.mood = mood;
    if (mood === 'down') this.close();
    else if (!this.#server) {
      this.#server = createServer().listen(this.port, '127.0.0.1');
      this.#server.on('request', (request, response) => void this.#take(request, response));
      await once(this.#server, 'listening');
    }
  }

  close(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
    this.#server = null;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {});
    const body = await text(request).catch(() => null);
    const subscription = this.#subscriptions.get(request.url ?? '');
    if (body === null || !subscription) return;
    const failing: Mood = this.#random.chance(FAILURES) ? '500' : 'well';
    const mood = this.mood === 'well' ? failing : this.mood;
    const { owner, webhookId, secret } = subscription;
    const { data } = JSON.parse(body);
    this.#history.append({
      type: 'message',
      webhookId,
      owner,
      messageId: String(request.headers['webhook-id']),
      cursor: Number(data.cursor),
      kind: data.kind,
      nodeExecId: data.nodeExecId,
      actor: data.actor,
      requestedBy: data.requestedBy,
      payloadDigest: data.payloadDigest,
      review: data.review && inFeed(data.review),
      signed: isSigned(secret, body, request.headers as Record<string, string>),
      accepted: mood === 'well',
    });
    if (mood === 'well') response.writeHead(204).end();
    else if (mood === '500') response.writeHead(500).end('no');
    else if (mood === 'redirects')
      response.writeHead(302, { location: this.url('elsewhere') }).end();
    else if (mood !== 'hangs') request.socket.destroy();
  }
}

/** The fields of the review in a message that the checker compares. */
const inFeed = (review: Exclude<ReviewInFeed, null>): ReviewInFeed => ({
  status: review.status,
  decisionSource: review.decisionSource,
  payloadDigest: review.payloadDigest,
  createdAt: review.createdAt,
  requestedBy: review.requestedBy,
});

function isSigned(secret: string, body: string, headers: Record<string, string>): boolean {
  try {
    new Verifier(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}
