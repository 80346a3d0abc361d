import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Random } from '../random.ts';

type Pair = { near: Socket; far: Socket };

/**
 * A proxy in front of a port that breaks connections as networks do. Its own port stays the same
 * while the port behind it changes.
 */
export class BrokenProxy {
  readonly port: number;
  /** The port that new connections go to; null if nothing listens there. */
  target: number | null = null;
  /** The port to use if there is no target, like a load balancer; null refuses the connection. */
  fallback: () => number | null = () => null;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #silent = new Set<Pair>();
  #stalled = false;

  static async open(): Promise<BrokenProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new BrokenProxy(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (near) => this.#lead(near));
  }

  /** Cuts some of the connections, whatever they are transferring. */
  cut(random: Random, share: number): void {
    for (const { near, far } of this.#pairs) {
      if (!random.chance(share)) continue;
      near.destroy();
      far.destroy();
    }
  }

  /** Closes some of the connections after their next request has arrived, so its answer is lost. */
  swallowAnswers(random: Random, share: number): void {
    for (const { near, far } of this.#pairs) {
      if (!random.chance(share)) continue;
      far.unpipe(near);
      far.once('data', () => {
        near.destroy();
        far.destroy();
      });
      far.resume(); // unpipe has paused it
    }
  }

  /** Stops all transfers until `resume`, without closing connections. */
  stall(): void {
    this.#stalled = true;
    for (const pair of this.#pairs) unlink(pair);
  }

  /**
   * Leaves stalled connections silent, as when a host has vanished. New ones work.
   * @returns a function that heals them, after which everything sent meanwhile arrives
   */
  forgetStalled(): () => void {
    this.#stalled = false;
    const silent = [...this.#pairs];
    for (const pair of silent) this.#silent.add(pair);
    return () => {
      for (const pair of silent) {
        this.#silent.delete(pair);
        if (this.#pairs.has(pair) && !this.#stalled) link(pair);
      }
    };
  }

  resume(): void {
    this.#stalled = false;
    for (const pair of this.#pairs) if (!this.#silent.has(pair)) link(pair);
  }

  async close(): Promise<void> {
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far.destroy();
    }
    this.#server.close();
    await once(this.#server, 'close');
  }

  #lead(near: Socket): void {
    near.on('error', () => {});
    const target = this.target ?? this.fallback();
    if (target === null) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(target, '127.0.0.1');
    far.on('error', () => near.destroy());
    const pair = { near, far };
    this.#pairs.add(pair);
    near.once('close', () => {
      this.#pairs.delete(pair);
      this.#silent.delete(pair);
      far.destroy();
    });
    far.once('close', () => near.destroy());
    if (!this.#stalled) link(pair);
  }
}

function link({ near, far }: Pair): void {
  near.pipe(far);
  far.pipe(near);
}

function unlink({ near, far }: Pair): void {
  near.unpipe(far);
  far.unpipe(near);
  near.pause();
  far.pause();
}
