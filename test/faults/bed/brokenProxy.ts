import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Random } from '../random.ts';

type Pair = { near: Socket; far: Socket };

/** Stands before a port and breaks what passes, as networks do. Its own port stays while the one behind it changes. */
export class BrokenProxy {
  readonly port: number;
  /** Where new connections lead; null: nobody is there. */
  target: number | null = null;
  /** Where they lead then, as a load balancer leads them; absent or null: they are refused. */
  fallback: () => number | null = () => null;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
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

  /** Ends some of the connections, in the middle of whatever passes. */
  cut(random: Random, share: number): void {
    for (const { near, far } of this.#pairs) {
      if (!random.chance(share)) continue;
      near.destroy();
      far.destroy();
    }
  }

  /** What is asked next on some of the connections arrives, and the answer is lost with the connection. */
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

  /** Nothing passes, and no connection ends, until `resume`. */
  stall(): void {
    this.#stalled = true;
    for (const pair of this.#pairs) unlink(pair);
  }

  /** What is stalled stays silent for ever, as when a host is gone; new connections pass. */
  forgetStalled(): void {
    this.#stalled = false;
  }

  resume(): void {
    this.#stalled = false;
    for (const pair of this.#pairs) link(pair);
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
