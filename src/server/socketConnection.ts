import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Live } from '../feed/liveSubscriptions.ts';
import type { Viewer } from '../identity/viewer.ts';
import type { UnreadAnswers } from '../limits/unreadAnswers.ts';

/** A client that leaves more than this unread is disconnected, and resumes from its cursor. */
const MAX_QUEUED_BYTES = 1_000_000;
const LOW_WATER_BYTES = 64_000;
const TRY_AGAIN_LATER = 1013;
const CLOSE_GRACE_MS = 1_000;
/**
 * Pings keep proxies from closing idle connections. A client that does not answer before the next
 * ping is gone.
 */
const PING_MS = 12_000;
const MIN_DRAIN_CHECK_MS = 5;
const MAX_DRAIN_CHECK_MS = 100;
const TOO_MANY_REQUESTS = 4429;
const MAX_MESSAGES_A_SECOND = 200;
const MAX_MESSAGES_AT_ONCE = 1_000;
const MESSAGE_TOO_BIG = 1009;
/** Before authentication only `connection_init`, `ping` and `pong` make sense. */
const MAX_UNAUTHENTICATED_MESSAGES = 3;
/** In bytes. Far more than a token needs. */
const MAX_UNAUTHENTICATED_DATA = 64_000;

/** The socket of one client, with limits on unsent data and on incoming messages. */
export class SocketConnection {
  readonly socket: WebSocket;
  /** The text of the message being handled. */
  message = '';
  authorization: unknown;
  /** The session cookie, if the page of this service opened the socket. */
  readonly session: string | null;
  /** Set once the client is authenticated. */
  viewer: Viewer | undefined;
  readonly #running = new Map<string, Live>();
  #draining: Promise<void> | undefined;
  #isClosing = false;
  #alive = true;
  #allowance = MAX_MESSAGES_AT_ONCE;
  #countedAt = performance.now();
  #messages = 0;
  #onAuthenticated: () => void = () => {};
  readonly #unreadAnswers: UnreadAnswers;

  constructor(socket: WebSocket, session: string | null, unreadAnswers: UnreadAnswers) {
    this.socket = socket;
    this.session = session;
    this.#unreadAnswers = unreadAnswers;
    const ping = setInterval(() => {
      if (!this.#alive) return socket.terminate();
      this.#alive = false;
      socket.ping();
    }, PING_MS);
    socket.on('pong', () => {
      this.#alive = true;
    });
    socket.on('error', () => socket.terminate());
    socket.once('close', () => {
      clearInterval(ping);
      for (const running of this.#running.values()) running.stop();
    });
  }

  /**
   * Limits what the client may send before it is authenticated. Bytes are counted as they arrive,
   * so that a large message is not kept in memory until it is complete.
   * @param stream what `socket` reads from
   * @param onAuthenticated called when the client is authenticated
   */
  limitUntilAuthenticated(stream: Duplex, onAuthenticated: () => void): void {
    let bytes = 0;
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_UNAUTHENTICATED_DATA) return;
      this.close(
        MESSAGE_TOO_BIG,
        `At most ${MAX_UNAUTHENTICATED_DATA} bytes before authentication`,
      );
      this.socket.pause();
    };
    stream.on('data', count);
    this.#onAuthenticated = () => {
      stream.off('data', count);
      onAuthenticated();
    };
  }

  /** From now on the client may send what the token allows. */
  authenticate(viewer: Viewer): void {
    this.viewer = viewer;
    this.#onAuthenticated();
  }

  /**
   * Stops a subscription when the socket closes. If a client reuses an id before the first answer,
   * only the last subscription continues: graphql-ws would not stop the others.
   * @returns a function that stops the subscription
   */
  run(id: string, running: Live): () => void {
    this.#running.get(id)?.stop();
    this.#running.set(id, running);
    const stop = () => {
      running.stop();
      if (this.#running.get(id) === running) this.#running.delete(id);
    };
    void running.ended.then(stop);
    if (this.socket.readyState === this.socket.CLOSED) stop();
    return stop;
  }

  /** Sends a text. @returns false if the socket is closing or the client is too slow */
  send(text: string): boolean {
    const { socket } = this;
    if (socket.readyState !== socket.OPEN) return false;
    if (socket.bufferedAmount > MAX_QUEUED_BYTES) {
      this.close(TRY_AGAIN_LATER, 'Too slow: resume from your last cursor');
      return false;
    }
    if (this.viewer && socket.bufferedAmount + text.length > LOW_WATER_BYTES) {
      const { userId } = this.viewer;
      const disconnect = () => socket.terminate();
      socket.send(text, this.#unreadAnswers.add(userId, text.length, disconnect));
    } else socket.send(text);
    return true;
  }

  /** Resolves when the client has received most of what was sent, or is gone. */
  async sent(): Promise<void> {
    if (!this.#isFull()) return;
    this.#draining ??= this.#drained().finally(() => {
      this.#draining = undefined;
    });
    await this.#draining;
  }

  #isFull(): boolean {
    const { socket } = this;
    return socket.readyState === socket.OPEN && socket.bufferedAmount > LOW_WATER_BYTES;
  }

  async #drained(): Promise<void> {
    for (let wait = MIN_DRAIN_CHECK_MS; this.#isFull(); wait *= 2) {
      const milliseconds = Math.min(wait, MAX_DRAIN_CHECK_MS);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
    }
  }

  /** Closes with a code, and terminates the socket soon after if the client does not answer. */
  close(code: number, reason: string): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const { socket } = this;
    socket.close(code, fitting(reason));
    const timer = setTimeout(() => socket.terminate(), CLOSE_GRACE_MS);
    socket.once('close', () => clearTimeout(timer));
  }

  /**
   * Counts an incoming message. @returns false, after closing the socket, if there were too many
   */
  admit(): boolean {
    if (this.#isClosing) return false;
    if (!this.viewer && ++this.#messages > MAX_UNAUTHENTICATED_MESSAGES) {
      const text = `At most ${MAX_UNAUTHENTICATED_MESSAGES} messages before authentication`;
      this.close(TOO_MANY_REQUESTS, text);
      return false;
    }
    const now = performance.now();
    const earned = ((now - this.#countedAt) / 1_000) * MAX_MESSAGES_A_SECOND;
    this.#countedAt = now;
    this.#allowance = Math.min(this.#allowance + earned, MAX_MESSAGES_AT_ONCE) - 1;
    if (this.#allowance >= 0) return true;
    this.close(TOO_MANY_REQUESTS, `At most ${MAX_MESSAGES_A_SECOND} messages a second`);
    return false;
  }
}

/** A close frame has room for 123 bytes. */
const fitting = (reason: string): string =>
  Buffer.from(reason)
    .subarray(0, 120)
    .toString()
    .replace(/\uFFFD$/, '');
