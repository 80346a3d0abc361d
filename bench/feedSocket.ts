import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Owner } from './requests.ts';

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const SHORT_LENGTH = 126;
const LONG_LENGTH = 127;
const HEAD_END = '\r\n\r\n';

export type Subscription = {
  url: string;
  owner: Owner;
  query: string;
  /** The cursor before the newest event, so that the newest is delivered first. */
  after: string;
};

export type FeedListeners = {
  /** Receives each complete `next` message. */
  onNext(message: Buffer): void;
  /** The subscription ended unexpectedly. */
  onFailure(reason: string): void;
};

/**
 * A minimal subscriber for the graphql-transport-ws protocol. A complete client such as `ws` uses
 * as much CPU to receive as the server to send, and would hide the difference between servers.
 */
export class FeedSocket {
  readonly #socket: Socket;
  readonly #subscription: Subscription;
  readonly #listeners: FeedListeners;
  #received: Buffer = Buffer.alloc(0);
  #upgraded = false;

  constructor(subscription: Subscription, listeners: FeedListeners) {
    this.#subscription = subscription;
    this.#listeners = listeners;
    const { hostname, port, host } = new URL(subscription.url);
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    this.#socket.on('error', ({ message }) => listeners.onFailure(message));
    this.#socket.on('close', () => listeners.onFailure('the server closed a socket'));
    this.#socket.write(
      [
        'GET /graphql HTTP/1.1',
        `Host: ${host}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        'Sec-WebSocket-Protocol: graphql-transport-ws',
        HEAD_END.slice(2),
      ].join('\r\n'),
    );
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    if (!this.#upgraded && !this.#upgrade()) return;
    for (let frame = this.#nextFrame(); frame; frame = this.#nextFrame()) {
      if (frame.opcode === TEXT) this.#handleMessage(frame.payload);
      else if (frame.opcode === PING) this.#send(PONG, frame.payload);
      else if (frame.opcode === CLOSE) {
        const code = frame.payload.readUInt16BE();
        this.#listeners.onFailure(`closed with ${code}: ${frame.payload.subarray(2)}`);
      }
    }
  }

  #upgrade(): boolean {
    const end = this.#received.indexOf(HEAD_END);
    if (end < 0) return false;
    const status = this.#received.toString('latin1', 0, this.#received.indexOf('\r\n'));
    if (!status.includes(' 101 ')) {
      this.#listeners.onFailure(status);
      return false;
    }
    this.#upgraded = true;
    this.#received = this.#received.subarray(end + HEAD_END.length);
    const authorization = `Bearer ${this.#subscription.owner.token}`;
    this.#sendJson({ type: 'connection_init', payload: { authorization } });
    return true;
  }

  /** Returns null if the frame is still incomplete. */
  #nextFrame(): { opcode: number; payload: Buffer } | null {
    const bytes = this.#received;
    if (bytes.length < 2) return null;
    const short = bytes[1] as number;
    const start = short < SHORT_LENGTH ? 2 : short === SHORT_LENGTH ? 4 : 10;
    if (bytes.length < start) return null;
    let length = short;
    if (short === SHORT_LENGTH) length = bytes.readUInt16BE(2);
    else if (short === LONG_LENGTH) length = Number(bytes.readBigUInt64BE(2));
    if (bytes.length < start + length) return null;
    this.#received = bytes.subarray(start + length);
    return {
      opcode: (bytes[0] as number) & 0x0f,
      payload: bytes.subarray(start, start + length),
    };
  }

  #handleMessage(message: Buffer): void {
    const start = message.toString('latin1', 0, 60);
    if (start.includes('"type":"next"')) this.#listeners.onNext(message);
    else if (start.includes('"type":"connection_ack"')) {
      const { query, after } = this.#subscription;
      this.#sendJson({ id: '1', type: 'subscribe', payload: { query, variables: { after } } });
    } else this.#listeners.onFailure(String(message));
  }

  #sendJson(message: object): void {
    this.#send(TEXT, Buffer.from(JSON.stringify(message)));
  }

  /** Clients must mask their frames; a mask of zeros is valid. */
  #send(opcode: number, payload: Buffer): void {
    const { length } = payload;
    const lengths = length < SHORT_LENGTH ? [length] : [SHORT_LENGTH, length >> 8, length & 0xff];
    const [short = 0, ...extended] = lengths;
    const head = Buffer.from([0x80 | opcode, 0x80 | short, ...extended, 0, 0, 0, 0]);
    this.#socket.write(Buffer.concat([head, payload]));
  }
}
