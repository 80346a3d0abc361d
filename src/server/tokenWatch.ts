import type { Logger } from 'pino';
import type { Prisma } from '../database/database.ts';
import type { Viewer } from '../identity/viewer.ts';

/** How soon an expiry, or a revocation whose word was lost, is noticed. */
const CHECK_MS = 2_000;

type Watched = { viewer: Viewer; end: (reason: string) => void };

/** Ends what lives longer than a request (sockets, event streams) when its token ends. */
export class TokenWatch {
  readonly #prisma: Prisma;
  readonly #log: Logger;
  readonly #watched = new Set<Watched>();
  readonly #check: NodeJS.Timeout;

  constructor(prisma: Prisma, log: Logger) {
    this.#prisma = prisma;
    this.#log = log;
    this.#check = setInterval(() => this.#endDue(), CHECK_MS);
  }

  /** How many sockets and streams are watched. */
  get count(): number {
    return this.#watched.size;
  }

  /**
   * @param end called once when the token expires or is revoked
   * @returns to be called when what is watched has ended by itself
   */
  watch(viewer: Viewer, end: (reason: string) => void): () => void {
    const watched = {
      viewer,
      end: (reason: string) => {
        this.#watched.delete(watched);
        end(reason);
      },
    };
    this.#watched.add(watched);
    return () => this.#watched.delete(watched);
  }

  /** An API token was revoked. */
  endToken(tokenId: string): void {
    for (const { viewer, end } of this.#watched) {
      if (viewer.tokenId === tokenId) end('The token was revoked');
    }
  }

  close(): void {
    clearInterval(this.#check);
  }

  async #endDue(): Promise<void> {
    const now = new Date();
    for (const { viewer, end } of this.#watched) {
      if (viewer.expiresAt && viewer.expiresAt <= now) end('The token has expired');
    }
    const ids = new Set([...this.#watched].flatMap(({ viewer }) => viewer.tokenId ?? []));
    if (ids.size === 0) return;
    try {
      const valid = await this.#prisma.apiToken.findMany({
        where: {
          id: { in: [...ids] },
          revokedAt: null,
          OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
        },
        select: { id: true },
      });
      for (const { id } of valid) ids.delete(id);
      for (const id of ids) this.endToken(id);
    } catch (error) {
      this.#log.debug({ err: error }, 'tokens could not be checked');
    }
  }
}
