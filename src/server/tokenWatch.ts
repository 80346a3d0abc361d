import type { Logger } from 'pino';
import type { PrismaClient } from '../database/generated/prisma/client.ts';
import type { Viewer } from '../identity/viewer.ts';

/** A revocation whose word was lost is noticed within this time. */
const CHECK_MS = 3_000;
/** setTimeout takes no longer time. */
const MAX_TIMER_MS = 2 ** 31 - 1;

type Watched = { viewer: Viewer; end: (reason: string) => void };

/** Ends what lives longer than a request (sockets, event streams) when its token ends. */
export class TokenWatch {
  readonly #prisma: PrismaClient;
  readonly #log: Logger;
  readonly #watched = new Set<Watched>();
  readonly #check: NodeJS.Timeout;

  constructor(prisma: PrismaClient, log: Logger) {
    this.#prisma = prisma;
    this.#log = log;
    this.#check = setInterval(() => this.#endRevoked(), CHECK_MS);
  }

  /**
   * @param end called once when the token expires or is revoked
   * @returns to be called when what is watched has ended by itself
   */
  watch(viewer: Viewer, end: (reason: string) => void): () => void {
    const stop = () => {
      this.#watched.delete(watched);
      clearTimeout(timer);
    };
    const endOnce = (reason: string) => {
      stop();
      end(reason);
    };
    const watched = { viewer, end: endOnce };
    this.#watched.add(watched);
    const left = viewer.expiresAt ? viewer.expiresAt.getTime() - Date.now() : MAX_TIMER_MS;
    const timer = setTimeout(
      () => viewer.expiresAt && endOnce('The token has expired'),
      Math.min(left, MAX_TIMER_MS),
    );
    return stop;
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

  async #endRevoked(): Promise<void> {
    const ids = new Set([...this.#watched].flatMap(({ viewer }) => viewer.tokenId ?? []));
    if (ids.size === 0) return;
    try {
      const valid = await this.#prisma.apiToken.findMany({
        where: { id: { in: [...ids] }, revokedAt: null },
        select: { id: true },
      });
      for (const { id } of valid) ids.delete(id);
      for (const id of ids) this.endToken(id);
    } catch (error) {
      this.#log.debug({ err: error }, 'tokens could not be checked');
    }
  }
}
